"""What the page behind the QR code says, in both languages."""

from __future__ import annotations

from mpp.papers.standing import AWAITING, SUPERSEDED, VALID, VOIDED, Text

MALL = "Mal Pelayanan Publik"
TITLE: Text = {"id": "Pemeriksaan surat", "en": "Verification of a paper"}
LANGUAGES: Text = {"id": "Bahasa Indonesia", "en": "English"}
WAITING = (AWAITING, "suspended")

ROWS: dict[str, Text] = {
    "number": {"id": "Nomor", "en": "Number"},
    "kind": {"id": "Jenis surat", "en": "Kind of paper"},
    "service": {"id": "Layanan", "en": "Service"},
    "issued_by": {"id": "Diterbitkan oleh", "en": "Issued by"},
    "holder": {"id": "Pemegang (inisial)", "en": "Holder (initials)"},
    "issued_on": {"id": "Tanggal terbit", "en": "Issued on"},
    "valid_from": {"id": "Berlaku sejak", "en": "Valid from"},
    "valid_until": {"id": "Berlaku sampai", "en": "Valid until"},
    "region": {"id": "Wilayah", "en": "Region"},
    "superseded_by": {"id": "Diganti dengan nomor", "en": "Superseded by number"},
    "code": {"id": "Kode pemeriksaan", "en": "Verification code"},
}

NOT_VALID: Text = {"id": "Surat ini asli, tetapi tidak berlaku.", "en": "This paper is real, but does not hold."}
MEANINGS: dict[str, Text] = {
    VALID: {"id": "Surat ini asli dan berlaku hari ini.", "en": "This paper is real and holds today."},
    AWAITING: {
        "id": "Surat ini belum ditandatangani, jadi belum terbit.",
        "en": "This paper is not signed yet, so it is not issued.",
    },
    "suspended": {
        "id": "Surat ini asli, tetapi dibekukan untuk sementara: hari ini tidak berlaku.",
        "en": "This paper is real, but suspended for now: it does not hold today.",
    },
    "revoked": {
        "id": "Surat ini dicabut dan tidak berlaku lagi.",
        "en": "This paper was revoked and holds no longer.",
    },
    SUPERSEDED: {
        "id": "Surat ini diganti dan tidak berlaku lagi. Mintalah yang bernomor baru.",
        "en": "This paper was replaced and holds no longer. Ask for the one with the new number.",
    },
    "expired": {
        "id": "Masa berlaku surat ini sudah habis.",
        "en": "The time for which this paper held is over.",
    },
    "lapsed": {
        "id": "Surat ini gugur demi hukum dan tidak berlaku lagi.",
        "en": "This paper lapsed by law and holds no longer.",
    },
    VOIDED: {
        "id": "Nomor ini dibatalkan: surat ini tidak pernah terbit.",
        "en": "This number was voided: the paper was never issued.",
    },
}

UNKNOWN: Text = {"id": "Tidak dikenal", "en": "Unknown"}
UNKNOWN_MEANING: Text = {
    "id": "Tidak ada surat dengan kode ini. Periksa apakah kodenya diketik dengan benar.",
    "en": "No paper has this code. See whether it was typed as it is printed.",
}
COMPARE: Text = {
    "id": "Cocokkan nomor, inisial dan tanggal dengan surat di tangan Anda. Bila berbeda, itu bukan surat mal ini.",
    "en": "Compare number, initials and dates with the paper in your hand. If they differ, it is not from this mall.",
}
ASK: Text = {
    "id": "Bila ragu, tunjukkan surat itu di loket mal.",
    "en": "If in doubt, show the paper at a counter of the mall.",
}

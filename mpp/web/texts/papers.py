"""What is said of papers at the mall's door: signing, and what is signed by hand; by the code of `Refused`."""

from __future__ import annotations

from mpp.web.texts.requests import ProblemText

P = ProblemText

PAPERS: dict[str, ProblemText] = {
    "not_the_signer": P(
        "Bukan penanda tangannya", "Surat ini ditandatangani oleh akun yang memutuskannya.",
        "Not its signer", "This paper is signed by the account that decided.",
    ),
    "signer_not_registered": P(
        "Penanda tangan belum terdaftar",
        "BSrE tidak mengenal NIK akun ini, atau operator belum mengisi NIK-nya. Tidak ada yang terpakai.",
        "Signer not registered",
        "BSrE does not know the NIK of this account, or the operator has not set it. Nothing was used up.",
    ),
    "outcome_unknown": P(
        "Belum diketahui apakah sudah ditandatangani",
        "Layanan penandatanganan tidak menjawab. Mal menanyakannya lagi sebelum mengirim ulang; lihat lagi nanti.",
        "Not known whether it is signed",
        "The signing service did not answer. The mall asks it before anything is sent again; look again later.",
    ),
    "lookup_not_possible": P(
        "Belum diketahui apakah sudah ditandatangani",
        "Layanan penandatanganan tidak menjawab dan tidak dapat ditanya lagi. Periksa di layanan itu; bila belum "
        "ditandatangani, kirim lagi dengan `again`, atau batalkan suratnya.",
        "Not known whether it is signed",
        "The signing service did not answer and cannot be asked. Look there; where nothing was signed, sign again with "
        "`again`, or give the paper up.",
    ),
    "signing_under_way": P(
        "Sedang ditandatangani", "Surat ini sedang dikirim untuk ditandatangani. Lihat lagi beberapa menit lagi.",
        "Being signed right now", "This paper is being sent to be signed. Look again in some minutes.",
    ),
    "paper_not_made": P(
        "Surat belum jadi",
        "Surat ini belum dapat dicetak atau ditandatangani; sebabnya tercatat di suratnya. Coba lagi nanti.",
        "The paper was not made", "This paper could not be printed or signed; the paper tells why. Try again later.",
    ),
    "paper_not_signed": P(
        "Surat belum ditandatangani", "Surat ini masih menunggu tanda tangan; berkasnya belum ada.",
        "The paper is not signed", "This paper still waits for its signature; there is no file yet.",
    ),
    "paper_signed_by_hand": P(
        "Ditandatangani dengan tangan", "Kantor ini menandatangani dengan tangan: cetak, pindai, lalu konfirmasi.",
        "Signed by hand", "This office signs by hand: print it, scan it, and have it confirmed.",
    ),
    "paper_not_by_hand": P(
        "Tidak ditandatangani dengan tangan", "Surat ini ditandatangani secara elektronik.",
        "Not signed by hand", "This paper is signed electronically.",
    ),
    "no_scan": P(
        "Belum dipindai", "Belum ada pindaian surat ini yang menunggu konfirmasi.",
        "No scan", "No scan of this paper waits for a confirmation.",
    ),
    "scan_changed": P(
        "Pindaian sudah diganti", "Sementara itu pindaian lain diunggah. Bandingkan yang itu dengan suratnya.",
        "The scan was replaced", "Another scan was handed in meanwhile. Compare that one with the sheet.",
    ),
    "receipt_not_printed": P(
        "Tanda terima tidak tercetak", "Tanda terima belum dapat dicetak sebagai PDF. Cetak halamannya saja.",
        "The receipt was not printed", "The receipt could not be printed as PDF. Print the page instead.",
    ),
    "no_translation": P(
        "Tidak ada terjemahan", "Surat ini tidak disediakan dalam bahasa Inggris.",
        "No translation", "This paper is not offered in English.",
    ),
}  # fmt: skip

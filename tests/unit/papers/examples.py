"""Papers as they are printed, made up."""

from __future__ import annotations

from datetime import date

from mpp.papers.snapshot import Filled, Letterhead, Service, SignedBy, Snapshot

CODE = "P7K2-M9QX-4TB0-1234"


def same(text: str) -> dict[str, str]:
    """A text that is the same in both languages."""
    return {"id": text, "en": text}


def permit(**changes: object) -> Snapshot:
    """A practice licence, with what the test changes of it."""
    said = {
        "kind": "permit",
        "template": "permit",
        "service": Service("PRZ-SIP-DR", {"id": "Surat izin praktik dokter", "en": "Practice licence of a doctor"}),
        "title": {"id": "Surat Izin Praktik Dokter", "en": "Practice Licence of a Doctor"},
        "number": "503/0007/SIP-DR/dpmptsp/2026",
        "code": CODE,
        "qr": f"https://mall.contoh.id/v/{CODE.replace('-', '')}#" + "A1B2" * 70,
        "issued_on": date(2026, 11, 27),
        "place": "Sidoarjo",
        "letterhead": Letterhead(("Pemerintah Kabupaten Sidoarjo", "DPMPTSP"), ("Jl. Contoh 1",)),
        "signer": SignedBy("Warga Contoh, S.H.", "199001012015011001", "an",
                           {"id": "a.n. Kepala DPMPTSP, Sekretaris", "en": "Secretary, for the head of DPMPTSP"}),
        "signature": "local",
        "holder": {"kind": "person", "name": "Warga Contoh 01", "nik": "3515990101809990"},
        "fields": (
            Filled("practice_address", {"id": "Tempat praktik", "en": "Place"}, same("Jl. Contoh 7")),
            Filled("str", same("STR"), same(""), (Filled("number", same("STR"), same("STR-1")),)),
        ),
        "facts": {"valid_from": "2026-11-27", "valid_until": "2031-11-27"},
        "notices": ({"id": "Latihan", "en": "Training"},),
        **changes,
    }  # fmt: skip
    return Snapshot(**said)


def certificate(**changes: object) -> Snapshot:
    """A birth certificate."""
    name, place = (
        Filled("name", same("Nama"), same("WARGA CONTOH 03")),
        Filled("birth_place", same(""), same("Sidoarjo")),
    )
    said = {
        "kind": "certificate",
        "template": "birth",
        "title": same("Akta kelahiran"),
        "number": "3515-LU-27112026-0001",
        "fields": (Filled("child", same("Anak"), same(""), (name, place)),),
        "notices": (),
        **changes,
    }
    return permit(**said)

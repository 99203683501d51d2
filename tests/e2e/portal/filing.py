"""What tests type into the form of a birth and of a licence."""

from __future__ import annotations

from mpp.identity import demo as people
from tests.e2e.portal.pages import Page, Pages

VILLAGE = "35.15.14.2013"


def licence(index: int) -> dict[str, str]:
    """The form of PRZ-SIP-DR for a demo resident; two underlines are a dot."""
    who = people.resident(index)
    return {
        "applicant__nik": who.nik, "applicant__name": who.name, "data__kind": "new",
        "data__str_number": f"STR-{index}", "data__practice_name": f"Klinik {index}",
        "data__practice_address": f"Jalan Contoh {index}", "data__practice_region": VILLAGE,
        "requirements__str": "1", "requirements__identity": "1",
    }  # fmt: skip


def registered(clerk: Pages, index: int, **changed: str) -> Page:
    """The receipt of a new licence."""
    page = clerk.open("/daftar/PRZ-SIP-DR")
    found = clerk.send(page.form("/daftar/"), aksi="daftar", **(licence(index) | changed))
    assert "/tanda-terima" in found.answer.url, found.words
    return found

"""What tests type into the form of a birth and of a licence."""

from __future__ import annotations

import re

from mpp.identity import demo as people
from tests.e2e.portal.pages import Form, Page, Pages

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
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
    """The receipt of a new licence, also where a test before this one has filed for the same person."""
    page = clerk.open("/daftar/PRZ-SIP-DR")
    found = clerk.send(page.form("/daftar/"), status=(200, 409), aksi="daftar", **(licence(index) | changed))
    if found.answer.status_code == 409:
        found = clerk.send(found.form("/daftar/"), aksi="tetap", alasan="Tempat praktik lain.")
    assert "/tanda-terima" in found.answer.url, found.words
    return found


def code_of(receipt: Page) -> str:
    """The tracking code."""
    found: str = re.findall(r'<dd class="code">(\w+)</dd>', receipt.text)[0]
    return found


def submitted(clerk: Pages, index: int, **changed: str) -> str:
    """The code of a new licence whose file is complete."""
    return code_of(registered(clerk, index, requirements__practice_place="1", **changed))


def found(visitor: Pages, code: str) -> Page:
    """The case of this code, as this person sees it."""
    page = visitor.send(visitor.open("/cari").form("/cari"), q=code)
    assert code in page.parsed.headings[0]
    return page


def steps(page: Page) -> dict[str, Form]:
    """What the page offers, by the code of the action."""
    return {form.values["tindakan"]: form for form in page.parsed.forms if "tindakan" in form.values}


def issued(clerk: Pages, index: int) -> str:
    """The code of a licence that waits for its hand-over."""
    code = submitted(clerk, index)
    for account, step in (("verifikator.dpmptsp", "verify"), ("teknis.dinkes", "recommend")):
        somebody = Pages(clerk.url).sign_in(account)
        somebody.send(steps(found(somebody, code))[step])
    signer = Pages(clerk.url).sign_in("penandatangan.dpmptsp")
    assert "Terbit" in signer.send(steps(found(signer, code))["sign"]).words
    return code

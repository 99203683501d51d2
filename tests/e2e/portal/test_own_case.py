"""One's own case by code and secret: a citizen answers, withdraws, and reads what a receipt means."""

from __future__ import annotations

import re

from tests.e2e.portal.filing import registered
from tests.e2e.portal.pages import Pages

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


def opened(citizen: Pages, clerk: Pages, index: int) -> str:
    """The code of a licence that lacks a paper, opened by its applicant."""
    code, secret = re.findall(r'<dd class="code">(\w+)</dd>', registered(clerk, index).text)
    page = citizen.send(citizen.open("/berkas").form("/berkas"), kode=code, rahasia=secret)
    assert f"Berkas saya {code}" in page.words
    return str(code)


def test_an_applicant_withdraws_in_own_words(anybody: Pages, clerk: Pages) -> None:
    opened(anybody, clerk, 30)
    page = anybody.open("/berkas/saya")
    form = next(form for form in page.parsed.forms if form.values.get("tindakan") == "withdraw")
    after = anybody.send(form, **{"withdraw.note": NASTY})
    assert "Ditarik" in after.words
    assert "<script>alert(1)" not in after.text
    again = anybody.send(form, status=409)
    assert "tidak dapat dilakukan lagi" in again.words


def test_what_the_office_does_not_take_is_said_and_nothing_typed_is_lost(anybody: Pages, clerk: Pages) -> None:
    opened(anybody, clerk, 31)
    page = anybody.open("/berkas/saya")
    form = next(form for form in page.parsed.forms if form.values.get("tindakan") == "complete")
    refused = anybody.send(form, status=422, **{"complete.note": "Berkas saya lengkap."})
    assert "Berkas saya lengkap." in refused.text


def test_a_receipt_is_explained_in_plain_words_from_where_it_is_read(anybody: Pages, clerk: Pages) -> None:
    code = opened(anybody, clerk, 32)
    for address in (f"/lacak/{code}", "/berkas/saya"):
        assert "/arti-tanda-terima" in anybody.open(address).parsed.anchors
    page = anybody.open("/arti-tanda-terima")
    assert "Kode rahasia" in page.words
    sentences = [each for each in re.split(r"[.?!]\s", page.words) if each]
    assert "promised date" in anybody.open("/arti-tanda-terima?bahasa=en").words.lower()
    assert len(sentences) > 10


def test_who_has_opened_no_case_acts_on_none(anybody: Pages) -> None:
    token = anybody.open("/berkas").form("/berkas").values["csrf_token"]
    answer = anybody.session.post(f"{anybody.url}/berkas/tindakan", data={"csrf_token": token}, timeout=20)
    assert answer.url.endswith("/berkas")

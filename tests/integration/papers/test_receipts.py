"""A receipt comes as a page, or as PDF on A4 and on the roll of a counter's printer; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from werkzeug.test import TestResponse

from services.gateway.api.routes.cases.collection import PRINTS
from tests.integration.permits.conftest import SIGNER, Office
from tests.support import providers
from tests.support.desks import Desks
from tests.support.permit_walks import HANDED_OVER, file, pay, take, walk
from tests.support.press import Press
from tests.support.telling import TEN, Telling
from tests.support.windows import arrives, refused, run_timer

CLERK = ("35.15.14.2013", "clerk")
SUPERVISOR = "penyelia.dpmptsp"


@pytest.fixture
def press(desks: Desks, gateway_url: str, tmp_path: Path) -> Iterator[Press]:
    opened = Press(desks, gateway_url, tmp_path / "files")
    yield opened
    opened.close()


def receipt(press: Press, case: str, *, query: str = "", secret: str | None = None, token: bool = True) -> TestResponse:
    headers = {"Accept": "application/pdf"} | (press.counter._headers(CLERK) if token else {})
    headers |= {} if secret is None else {"X-Tracking-Secret": secret}
    return press.counter.client.get(f"/api/v1/permits/{case}/receipt{query}", headers=headers)


def words(answer: TestResponse) -> str:
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)


@pytest.mark.parametrize(("query", "millimetres"), [("", 210), ("?width=58", 58), ("?width=80", 80)])
def test_it_is_as_wide_as_the_paper(press: Press, office: Office, query: str, millimetres: int) -> None:
    case = office.file()
    answer = receipt(press, case["id"], query=query)
    assert case["tracking_code"] in words(answer)
    assert round(float(PdfReader(BytesIO(answer.data)).pages[0].mediabox.width) / 72 * 25.4) == millimetres
    assert press.rows("SELECT sha256 FROM contents") == []


def test_the_secret_is_printed_only_where_it_was_sent_with_a_token(press: Press, office: Office) -> None:
    case = office.file()
    secret = case["secret"]
    assert secret in words(receipt(press, case["id"], secret=secret))
    assert secret not in words(receipt(press, case["id"]))
    assert secret not in words(receipt(press, case["id"], secret=secret, token=False))


def test_a_levy_that_is_owed_is_on_it(press: Press, desks: Desks) -> None:
    """How much, under which number, until when: what a citizen takes to the bank."""
    case = take(desks, walk(desks, file(desks, "PRZ-PBG"), "assessment"), "assess")
    desks.finish_paper("permits", case["signing"]["paper"])
    case = desks.get(SUPERVISOR, case)
    levy = case["levy"]
    said = words(receipt(press, case["id"], query="?width=58")).replace("\xa0", " ")
    assert levy["number"] in said
    assert f"Rp {levy['amount']:,}".replace(",", ".") in said
    assert "Bayar paling lambat" in said
    assert "gratis" not in said
    pay(desks, case)
    assert "Bayar paling lambat" not in words(receipt(press, case["id"]))


def test_where_an_ended_case_is_rated_is_on_it_for_who_has_the_secret(press: Press, office: Office) -> None:
    case = office.file()
    office.desks.act("petugas.sukodono", case, "withdraw", note="Batal.")
    assert "/s/" not in words(receipt(press, case["id"], secret=case["secret"])), "who withdrew is not asked"
    case = office.file(2)
    for account, action in (("verifikator.dpmptsp", "verify"), ("teknis.dinkes", "recommend"), (SIGNER, "sign")):
        ended = office.decide(account, office.desks.get(account, case), action)
    office.desks.finish_paper("permits", ended["signing"]["paper"])
    ended = office.desks.get("petugas.sukodono", case)
    office.desks.act("petugas.sukodono", ended, "hand_over", data=HANDED_OVER)
    assert "/s/" in words(receipt(press, case["id"], secret=case["secret"]))
    assert "/s/" not in words(receipt(press, case["id"]))


def test_a_page_is_what_a_browser_gets(press: Press, office: Office) -> None:
    case = office.file()
    answer = press.counter.get(f"/api/v1/permits/{case['id']}/receipt", CLERK)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert receipt(press, case["id"], query="?width=60").status_code == 400


def test_nobody_keeps_the_printer_to_himself(press: Press, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.papers.making.PaperMaker.printed", _nothing)
    case = office.file()
    answers = [receipt(press, case["id"]).status_code for _ in range(PRINTS.most + 1)]
    assert answers == [200] * PRINTS.most + [429]


class _Nothing:
    pdf = b"%PDF-"


def _nothing(*told: object) -> _Nothing:
    return _Nothing()


def test_a_window_has_both_moments_and_its_end(press: Press, desks: Desks) -> None:
    with providers.running() as provider:
        telling = Telling(desks, provider)
        case = refused(desks)
        said = words(receipt(press, case["id"]))
        assert "Masa keberatan" in said
        assert "belum; waktunya mulai saat itu" in said
        telling.work(TEN)
        arrives(telling, case)
    run_timer(desks)
    said = words(receipt(press, case["id"], query="?width=80"))
    for line in ("23 November 2026, 09:00", "23 November 2026, 09:10", "22 Desember 2026, 15:00"):
        assert line in said.replace("\xa0", " ")

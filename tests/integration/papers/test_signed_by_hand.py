"""An office whose head has no certificate issues lawfully all the same: a print, a pen, a scan, and a second person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.integration.permits.conftest import Office
from tests.support.desks import Desks
from tests.support.papers import with_papers
from tests.support.press import SIGNER, Press
from tests.support.sheets import sheet

SCANNING, SECOND, ELSEWHERE = ("dpmptsp", "verifier"), ("dpmptsp", "supervisor"), ("35.15.18", "clerk")


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    """As everywhere here; the offices sign by hand."""
    opened = with_papers(Desks(service_urls), "wet")
    yield opened
    opened.close()


@pytest.fixture
def press(desks: Desks, gateway_url: str, tmp_path: Path) -> Iterator[Press]:
    opened = Press(desks, gateway_url, tmp_path / "files")
    yield opened
    opened.close()


@pytest.fixture
def case(press: Press, office: Office) -> dict[str, Any]:
    """One that was decided, and whose paper waits for a pen."""
    found: dict[str, Any] = press.decide(office.ready()).get_json()
    assert found["signing"]["adapter"] == "wet"
    return found


@pytest.fixture
def paper(case: dict[str, Any]) -> str:
    return str(case["papers"][0]["id"])


def scan(press: Press, paper: str, content: bytes = b"", who: Any = SCANNING, media: str = "application/pdf") -> Any:
    return press.ask("POST", paper, "scan", who, data=content or sheet("Bertanda tangan"), content_type=media)


def confirm(press: Press, paper: str, sha256: str, who: Any = SECOND) -> Any:
    return press.ask("POST", paper, "confirmation", who, json={"sha256": sha256})


def test_the_scan_counts_when_a_second_person_has_compared_it(
    press: Press, case: dict[str, Any], paper: str, desks: Desks
) -> None:
    printed = press.ask("GET", paper, "print", SCANNING)
    assert (printed.mimetype, printed.data[:5]) == ("application/pdf", b"%PDF-")
    assert press.case(case)["signing"] is not None
    sha256 = scan(press, paper).get_json()["sha256"]
    assert press.case(case)["signing"] is not None, "a scan alone decides nothing"
    assert press.ask("GET", paper, "scan", SECOND).data == sheet("Bertanda tangan")
    assert confirm(press, paper, sha256).get_json()["status"] == "issued"
    assert press.case(case)["state"] == "issued"
    assert press.file(paper).data == sheet("Bertanda tangan")
    with press.database.transaction() as tx:
        query = text("SELECT actor, action, details FROM audit WHERE action LIKE 'paper%' ORDER BY id")
        told = [(row.actor, row.action, row.details) for row in tx.execute(query)]
    assert told == [
        ("petugas.verifier", "paper_scanned", {"paper": paper, "sha256": sha256}),
        ("petugas.supervisor", "paper_confirmed", {"paper": paper, "sha256": sha256}),
    ]
    assert press.rows("SELECT paper FROM paper_scans") == []


@pytest.mark.parametrize("who", [SCANNING, SIGNER])
def test_neither_who_scanned_nor_who_signed_is_the_second_person(
    press: Press, case: dict[str, Any], paper: str, who: Any
) -> None:
    refused = confirm(press, paper, scan(press, paper).get_json()["sha256"], who)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "second_person")
    assert press.case(case)["signing"] is not None


def test_what_was_compared_is_what_counts(press: Press, paper: str) -> None:
    first = scan(press, paper).get_json()["sha256"]
    later = scan(press, paper, sheet("Bertanda tangan dan berstempel")).get_json()["sha256"]
    assert confirm(press, paper, first).get_json()["code"] == "scan_changed"
    assert confirm(press, paper, later).get_json()["status"] == "issued"


def test_nobody_of_another_office_sees_prints_or_scans_it(press: Press, paper: str) -> None:
    assert scan(press, paper, who=ELSEWHERE).status_code == 404
    for what in ("print", "scan"):
        assert press.ask("GET", paper, what, ELSEWHERE).status_code == 404
    assert confirm(press, paper, "0" * 64, ELSEWHERE).status_code == 404


def test_what_is_no_scan_is_refused(press: Press, paper: str) -> None:
    assert press.ask("GET", paper, "scan", SECOND).get_json()["code"] == "no_scan"
    assert confirm(press, paper, "0" * 64).get_json()["code"] == "no_scan"
    assert scan(press, paper, b"%PDF-1.7 nothing").status_code == 422
    assert scan(press, paper, media="image/png").status_code == 415
    signed = press.ask("POST", paper, "signature", json={"passphrase": "kopi"})
    assert (signed.status_code, signed.get_json()["code"]) == (409, "paper_signed_by_hand")


def test_a_scan_that_waits_is_swept_by_nobody(press: Press, paper: str) -> None:
    from services.gateway.papers.queries import contents

    sha256 = scan(press, paper).get_json()["sha256"]
    with press.database.transaction() as tx:
        assert contents(tx) == {sha256}
    body = {"reason": "cannot_be_signed", "note": "Kepala dinas berhalangan tetap."}
    assert press.ask("POST", paper, "abandonment", json=body).status_code == 200
    with press.database.transaction() as tx:
        assert contents(tx) == set()

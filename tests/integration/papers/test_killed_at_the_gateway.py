"""The gateway dies with what only it knows: a scan, a batch, a paper that nobody signs. The next one goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from mpp.jobs.kinds import Job
from mpp.papers.signing import pades
from services.gateway.papers.batches import HELD
from services.gateway.papers.later import PaperOf
from tests.integration.papers.test_signed_by_hand import confirm, scan
from tests.integration.permits.conftest import Office
from tests.support.desks import Desks
from tests.support.papers import with_papers
from tests.support.permit_walks import file
from tests.support.press import KEY, SIGNER, SIGNS, Press
from tests.support.sheets import sheet

JOB = Job("-", "papers.make", "-", "permits", 1)
STEPS = ("printed", "keep_made", "kept", "told")


class Killed(BaseException):
    """As kill -9 does: nothing runs any more."""


@pytest.fixture
def press(desks: Desks, gateway_url: str, tmp_path: Path) -> Iterator[Press]:
    opened = Press(desks, gateway_url, tmp_path / "files")
    yield opened
    opened.close()


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, press: Press, step: str) -> Iterator[None]:
    """The gateway dies before this step of making a paper; `told`: after its service was told."""
    where: Any = press.keeper if step == "keep_made" else press.maker
    name = "kept" if step == "told" else step
    there: Callable[..., Any] = getattr(where, name)

    def die(*args: Any) -> Any:
        if step == "told":
            there(*args)
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(where, name, die)
        yield


def go_on(press: Press) -> None:
    """What the next process does: it looks, and does its jobs, some twice."""
    press.desks.clock.advance(timedelta(minutes=1))
    press.finisher.look()
    for payload in press.rows("SELECT payload FROM jobs WHERE kind = 'papers.make'"):
        for _ in range(2):
            press.finisher.finish(PaperOf.from_json(payload), JOB)


def papers(desks: Desks, columns: str = "status, number") -> list[tuple[Any, ...]]:
    with desks.databases["permits"].transaction() as tx:
        return [tuple(row) for row in tx.execute(text(f"SELECT {columns} FROM papers ORDER BY id"))]


# ---------------------------------------------------------------- by hand


@pytest.fixture
def wet(service_urls: Mapping[str, str], gateway_url: str, tmp_path: Path) -> Iterator[Press]:
    """Offices that sign by hand."""
    desks = with_papers(Desks(service_urls), "wet")
    opened = Press(desks, gateway_url, tmp_path / "files")
    yield opened
    opened.close()
    desks.close()


def scanned(press: Press) -> tuple[dict[str, Any], str, str]:
    """A case, its paper, and the scan of it that waits for the second person."""
    case = press.decide(Office(press.desks).ready()).get_json()
    paper = case["papers"][0]["id"]
    return case, paper, scan(press, paper).get_json()["sha256"]


@pytest.mark.parametrize("step", ["kept", "told"])
def test_a_confirmation_that_was_not_answered_is_given_again_and_counts_once(
    wet: Press, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, paper, sha256 = scanned(wet)
    with dying(monkeypatch, wet, step):
        confirm(wet, paper, sha256)
    waits = step == "kept"
    assert (wet.case(case)["signing"] is not None) == waits, "until its service was told it waits, for everybody to see"
    again = confirm(wet, paper, sha256)
    assert (again.status_code, again.get_json()["status"]) == (200, "issued")
    assert wet.file(paper).data == sheet("Bertanda tangan")
    assert wet.rows("SELECT paper FROM paper_scans") == []
    assert confirm(wet, paper, "0" * 64).get_json()["code"] == "paper_not_awaiting"
    assert confirm(wet, paper, sha256, ("35.15.18", "clerk")).status_code == 404
    ((status, number),) = papers(wet.desks)
    assert (status, wet.case(case)["document_number"]) == ("issued", number)


def test_a_scan_whose_paper_waits_no_longer_is_forgotten_whoever_died(
    wet: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, paper, sha256 = scanned(wet)
    wet.desks.clock.advance(timedelta(minutes=1))
    wet.finisher.look()
    assert wet.rows("SELECT sha256 FROM paper_scans") == [sha256], "it waits for the second person"
    with dying(monkeypatch, wet, "told"):
        confirm(wet, paper, sha256)
    with monkeypatch.context() as patched:
        patched.setattr(wet.finisher, "_awaiting", lambda collection: ([], False))
        wet.finisher.look()
    assert wet.rows("SELECT sha256 FROM paper_scans") == [sha256], "not as long as somebody has not told all"
    wet.finisher.look()
    assert wet.rows("SELECT paper FROM paper_scans") == []


# ---------------------------------------------------------------- what nobody signs, and what is printed later


@pytest.mark.parametrize("step", STEPS)
def test_a_paper_that_is_granted_by_law_is_printed_by_whoever_comes_next(
    press: Press, desks: Desks, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(desks, "PRZ-KRK")
    desks.clock.advance(timedelta(days=40))
    desks.desks["permits"].timer.run_once()
    with dying(monkeypatch, press, step):
        go_on(press)
    go_on(press)
    ((status, number, sha256),) = papers(desks, "status, number, sha256")
    assert (status, number) == ("issued", None)
    content = b"".join(press.keeper.folder.open(sha256))
    assert pades.inspect(press.signing, content) == (), "nobody signs it"


@pytest.mark.parametrize("step", STEPS)
def test_a_paper_of_a_former_decision_is_made_once_whoever_dies(
    press: Press, office: Office, desks: Desks, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mpp.cases.papers import taking

    with monkeypatch.context() as patched:
        patched.setattr(taking, "papers_of", lambda *told: ())  # as it was before there were papers
        case = press.decide(office.ready()).get_json()
    operator = ("mpp-sidoarjo", "operator")

    def make() -> Any:
        return press.counter.post("/api/v1/operations/papers/missing", {"collection": "permits"}, operator).get_json()

    assert make()["begun"] == 1
    with dying(monkeypatch, press, step):
        go_on(press)
    assert make()["begun"] == 0
    go_on(press)
    assert papers(desks) == [("issued", case["document_number"])]
    (paper,) = press.case(case)["papers"]
    (signature,) = pades.inspect(press.signing, press.file(paper["id"]).data, [KEY.certificate])
    assert (signature.good, paper["printed_later"]) == (True, True)


# ---------------------------------------------------------------- batches


@pytest.mark.parametrize("step", STEPS)
def test_a_batch_ends_with_its_process_and_what_it_had_not_begun_is_signed_by_another(
    press: Press, office: Office, desks: Desks, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks.staff[SIGNS] = SIGNER
    cases = [office.decide(SIGNS, office.ready(index), "sign") for index in range(3)]
    waiting = [case["signing"]["paper"] for case in cases]
    begun = _begin(press, waiting, step, monkeypatch)
    now = press.counter.get(begun, SIGNER).get_json()
    assert {each["state"] for each in now["items"]} == {"waiting"}
    desks.clock.advance(HELD)
    now = press.counter.get(begun, SIGNER).get_json()
    assert (now["ended"], {each["state"] for each in now["items"]}) == (True, {"interrupted"})
    again = press.counter.post("/api/v1/signatures", {"papers": waiting}, SIGNER)
    shown = press.counter.get(again.headers["Location"], SIGNER).get_json()
    assert [each["state"] for each in shown["items"]] == ["signed"] * 3
    found = papers(desks)
    assert [status for status, _ in found] == ["issued"] * 3
    assert len({number for _, number in found}) == 3
    assert [press.case(case)["state"] for case in cases] == ["issued"] * 3


def _begin(press: Press, waiting: list[str], step: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a batch whose process dies with its first paper; the next process does what it is given."""
    left: list[Callable[[], None]] = []
    with monkeypatch.context() as patched:
        patched.setattr(press.batches, "_spawn", left.append)
        begun = press.counter.post("/api/v1/signatures", {"papers": waiting}, SIGNER)
    with dying(monkeypatch, press, step):
        left[0]()
    monkeypatch.setattr(press.batches, "_spawn", lambda function: function())
    return str(begun.headers["Location"])

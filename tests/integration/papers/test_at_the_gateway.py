"""From the signer's button to a file that anybody can check: printed, signed, kept, and only then decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.jobs.kinds import Job, NotNow
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.papers.signing import pades
from services.gateway.papers.later import PaperOf
from services.gateway.papers.making import Asking, NotMade, PaperMaker, signer_of
from tests.integration.permits.conftest import Office
from tests.support.desks import Desks
from tests.support.press import KEY, SIGNER, Press

CLERK, STRANGER = ("35.15.14.2013", "clerk"), ("35.15.18", "clerk")
JOB = Job("-", "papers.make", "-", "permits", 1)


@pytest.fixture
def press(desks: Desks, gateway_url: str, tmp_path: Path) -> Iterator[Press]:
    opened = Press(desks, gateway_url, tmp_path / "files")
    yield opened
    opened.close()


def issued(press: Press, office: Office, index: int = 0) -> dict[str, Any]:
    answer = press.decide(office.ready(index))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    assert (found["state"], found["signing"]) == ("issued", None)
    return found


def test_the_answer_to_a_signature_is_the_case_with_its_paper(press: Press, office: Office) -> None:
    (paper,) = issued(press, office)["papers"]
    assert (paper["status"], paper["kind"]) == ("issued", "permit")
    file = press.file(paper["id"])
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    assert "no-store" in file.headers["Cache-Control"]
    (signature,) = pades.inspect(press.signing, file.data, [KEY.certificate])
    assert (signature.good, signature.trusted, signature.named) == (True, True, "petugas.signer")
    told = press.counter.get(f"/api/v1/papers/{paper['id']}", SIGNER).get_json()
    assert (told["status"], told["size"], told["adapter"]) == ("issued", len(file.data), "local")


def test_the_same_key_again_is_answered_alike_and_signs_nothing_again(press: Press, office: Office) -> None:
    ready, key = office.ready(), new_id()
    first = press.decide(ready, key=key)
    version = first.get_json()["version"]
    path = f"/api/v1/permits/{ready['id']}/actions"
    body = {"action": "sign", "data": {"capacity": "definitive"}}
    again = press.counter.post(path, body, SIGNER, version=ready["version"], key=key)
    assert again.status_code == 200, again.text
    assert (again.get_json()["state"], again.headers["Idempotency-Replayed"]) == ("issued", "true")
    assert again.get_json()["version"] == version
    assert len(press.rows("SELECT sha256 FROM contents")) == 1


def test_it_is_for_who_sees_its_case_and_every_reading_is_on_record(press: Press, office: Office, desks: Desks) -> None:
    case = issued(press, office)
    paper = case["papers"][0]["id"]
    assert press.file(paper, CLERK).status_code == 200
    assert press.file(paper, STRANGER).status_code == 404
    assert press.file(paper, None).status_code == 401
    assert press.file(new_id()).status_code == 404
    with desks.databases["permits"].transaction() as tx:
        read = tx.execute(text("SELECT actor, details FROM audit WHERE action = 'read_paper'")).all()
    assert [(row.actor, row.details["paper"], row.details["copy"]) for row in read] == [("petugas.clerk", paper, True)]


def test_what_cannot_be_printed_waits_and_a_job_goes_on(
    press: Press, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> None:
        press.printer.close()
        raise Refused(503, "storage_full")

    ready = office.ready()
    with monkeypatch.context() as patched:
        patched.setattr(press.keeper, "keep_made", broken)
        case = press.decide(ready).get_json()
    assert (case["state"], case["signing"]["failure"]) == (ready["state"], "storage_full")
    assert office.told() == [], "nothing is told of what nobody can hold"
    (payload,) = press.rows("SELECT payload FROM jobs WHERE kind = 'papers.make'")
    press.finisher.finish(PaperOf.from_json(payload), JOB)
    case = press.case(case)
    assert (case["state"], case["signing"]) == ("issued", None)


@pytest.mark.parametrize("dies_in", ["printed", "keep_made", "kept"])
def test_whatever_dies_in_between_leaves_one_paper_with_one_number(
    press: Press, office: Office, desks: Desks, monkeypatch: pytest.MonkeyPatch, dies_in: str
) -> None:
    class Killed(BaseException):
        """As kill -9 does: nothing runs any more."""

    where: Any = press.keeper if dies_in == "keep_made" else press.maker
    there: Callable[..., Any] = getattr(where, dies_in)

    def dying(*args: Any) -> Any:
        if dies_in == "keep_made":
            there(*args)  # the file is there, and nobody was told
        raise Killed

    ready = office.ready()
    with monkeypatch.context() as patched:
        patched.setattr(where, dies_in, dying)
        with pytest.raises(Killed):
            press.decide(ready)
    assert press.case(ready)["state"] == ready["state"]
    assert press.finisher.look() == 0, "the request may still be at it"
    desks.clock.advance(timedelta(minutes=1))
    assert press.finisher.look() == 1
    (payload,) = press.rows("SELECT payload FROM jobs WHERE kind = 'papers.make'")
    for _ in range(2):  # a job is done at least once
        press.finisher.finish(PaperOf.from_json(payload), JOB)
    case = press.case(ready)
    assert (case["state"], len(case["papers"])) == ("issued", 1)
    assert case["papers"][0]["number"].startswith("503/0001/")
    assert len(office.told("issued")) == 1


def test_a_service_that_is_away_costs_the_job_of_its_paper_no_attempt(
    press: Press, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any) -> None:
        raise ServiceUnavailable("permits", "timeout")

    case = office.decide("penandatangan.dpmptsp", office.ready(), "sign")
    wanted = PaperOf("permits", case["signing"]["paper"])
    with monkeypatch.context() as patched:
        patched.setattr(press.maker, "told", away)
        with pytest.raises(NotNow):
            press.finisher.finish(wanted, JOB)
    press.finisher.finish(wanted, JOB)
    assert press.case(case)["state"] == "issued"


def test_two_that_sign_at_once_leave_one_file_that_counts(press: Press, office: Office) -> None:
    paper = issued(press, office)["papers"][0]["id"]
    asking = Asking.anew("-")
    told = press.maker.told("permits", paper, asking)
    other = press.local.sign(press.maker.printed(told.snapshot).pdf, signer_of(told))
    found = press.maker.issue(told.paper, other.pdf, "local", None, asking)
    assert found.sha256 == told.paper.sha256, "the first one counts"


def test_the_applicant_has_it_with_the_secret_once_it_is_issued(press: Press, office: Office) -> None:
    case = office.file()
    secret = case["secret"]
    for account, action in (("verifikator.dpmptsp", "verify"), ("teknis.dinkes", "recommend")):
        case = office.decide(account, case, action)
    paper = press.decide(case).get_json()["papers"][0]["id"]
    assert press.file(paper, None, secret).status_code == 200
    assert press.file(paper, None, "7K2M9QX4TB").status_code == 404


def test_a_paper_that_waits_for_its_printer_is_told_to_who_asks_for_its_file(
    press: Press, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: PaperMaker, *args: Any) -> None:
        raise NotMade("printing_hung")

    with monkeypatch.context() as patched:
        patched.setattr(PaperMaker, "make", away)
        paper = press.decide(office.ready()).get_json()["papers"][0]["id"]
    refused = press.file(paper)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "paper_not_signed")
    assert press.ask("POST", paper, "signature", json={}).get_json()["status"] == "issued"


def test_a_paper_that_is_given_up_is_void_and_its_case_is_decided_anew(
    press: Press, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: PaperMaker, *args: Any) -> None:
        raise NotMade("printing_hung")

    ready = office.ready()
    with monkeypatch.context() as patched:
        patched.setattr(PaperMaker, "make", away)
        paper = press.decide(ready).get_json()["papers"][0]["id"]
    body = {"reason": "mistake", "note": "Nama tempat praktik salah tulis."}
    given_up = press.ask("POST", paper, "abandonment", json=body)
    assert (given_up.status_code, given_up.get_json()["signing"]) == (200, None)
    assert issued(press, office, 1)["document_number"].startswith("503/0002/")
    assert press.ask("POST", paper, "signature", json={}).get_json()["code"] == "paper_not_awaiting"


def test_decisions_from_before_get_their_papers_when_the_operator_says_so(
    press: Press, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mpp.cases.papers import taking

    with monkeypatch.context() as patched:
        patched.setattr(taking, "papers_of", lambda *told: ())  # as it was before there were papers
        case = press.decide(office.ready()).get_json()
    assert (case["state"], case["papers"]) == ("issued", [])
    for begun in (1, 0):
        answer = press.counter.post(
            "/api/v1/operations/papers/missing", {"collection": "permits"}, ("mpp-sidoarjo", "operator")
        )
        assert answer.get_json() == {"begun": begun, "left_out": 0, "next": None}
    (payload,) = press.rows("SELECT payload FROM jobs WHERE kind = 'papers.make'")
    press.finisher.finish(PaperOf.from_json(payload), JOB)
    (paper,) = press.case(case)["papers"]
    assert (paper["status"], paper["printed_later"], paper["number"]) == ("issued", True, case["document_number"])
    assert press.file(paper["id"]).status_code == 200

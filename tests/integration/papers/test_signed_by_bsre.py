"""An office that signs by BSrE: with the passphrase of one request or one batch, and nothing signed twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from mpp.clock import new_id
from mpp.jobs.kinds import Job
from mpp.papers.signing import pades
from services.gateway.papers.later import PaperOf
from tests.integration.permits.conftest import Office
from tests.support import bsre
from tests.support.bsre import StandIn
from tests.support.desks import Desks
from tests.support.papers import with_papers
from tests.support.press import SIGNER, Press
from tests.support.wait import until

NIK, WORDS = "3515144107909990", "kopi hujan & sepeda"
JOB = Job("-", "papers.make", "-", "permits", 1)
OTHER = (("dpmptsp", "signer"), ("mpp-sidoarjo", "clerk"))  # another account that signs there


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    """As everywhere here; the offices sign by BSrE."""
    opened = with_papers(Desks(service_urls), "bsre")
    yield opened
    opened.close()


@pytest.fixture
def service() -> Iterator[StandIn]:
    with bsre.running({NIK: WORDS}) as found:
        yield found


@pytest.fixture
def press(desks: Desks, service: StandIn, gateway_url: str, tmp_path: Path) -> Iterator[Press]:
    opened = Press(desks, gateway_url, tmp_path / "files", service.settings())
    opened.is_registered(NIK)
    yield opened
    opened.close()


def waiting(press: Press, office: Office, index: int = 0) -> dict[str, Any]:
    """A case that was decided, and whose paper waits for its signer."""
    case: dict[str, Any] = press.decide(office.ready(index)).get_json()
    assert case["signing"]["adapter"] == "bsre"
    return case


def paper_of(case: dict[str, Any]) -> str:
    return str(case["papers"][0]["id"])


def sign(press: Press, case: dict[str, Any], **body: Any) -> Any:
    return press.ask("POST", paper_of(case), "signature", json={"passphrase": WORDS, **body})


def batch(press: Press, cases: list[dict[str, Any]], words: str = WORDS, key: str | None = None) -> Any:
    """A batch, begun and through."""
    body = {"papers": [paper_of(case) for case in cases], "passphrase": words}
    begun = press.counter.post("/api/v1/signatures", body, SIGNER, key=key)
    assert begun.status_code == 202, begun.text

    def now() -> Any:
        return press.counter.get(begun.headers["Location"], SIGNER).get_json()

    until(lambda: now()["ended"], moves=lambda: str(now()), what="the batch")
    return begun, [(each["state"], each["failure"]) for each in now()["items"]]


def test_with_the_passphrase_the_answer_is_the_case_as_issued(press: Press, office: Office, service: StandIn) -> None:
    case = press.decide(office.ready(), passphrase=WORDS).get_json()
    assert (case["state"], case["signing"], service.signed) == ("issued", None, 1)
    (signature,) = pades.inspect(press.signing, press.file(paper_of(case)).data, [bsre.CERTIFICATE])
    assert (signature.good, signature.trusted) == (True, True)


def test_without_it_the_paper_waits_for_its_signer_alone(press: Press, office: Office, service: StandIn) -> None:
    case = waiting(press, office)
    assert sign(press, case, passphrase="salah").get_json()["errors"][0]["code"] == "passphrase_wrong"
    assert press.case(case)["signing"]["failure"] == "passphrase_wrong"
    stranger = press.ask("POST", paper_of(case), "signature", OTHER, json={"passphrase": WORDS})
    assert (stranger.status_code, stranger.get_json()["code"]) == (403, "not_the_signer")
    assert service.signed == 0, "nothing is used up"
    assert sign(press, case).get_json()["status"] == "issued"
    assert sign(press, case).get_json()["status"] == "issued", "again changes nothing"
    assert (press.case(case)["state"], service.signed) == ("issued", 1)


def test_who_is_not_registered_is_told_so_at_once(press: Press, office: Office, service: StandIn) -> None:
    case = waiting(press, office)
    service.people.clear()
    refused = sign(press, case)
    assert (refused.status_code, refused.get_json()["code"], service.signed) == (409, "signer_not_registered", 0)


def test_a_wrong_passphrase_ends_a_batch_and_uses_up_nothing(press: Press, office: Office, service: StandIn) -> None:
    cases = [waiting(press, office, n) for n in range(3)]
    _, results = batch(press, cases, "salah")
    assert results == [("failed", "passphrase_wrong"), *[("skipped", "passphrase_wrong")] * 2]
    assert (service.signed, service.asked.count("POST /api/sign")) == (0, 1)
    _, results = batch(press, cases)
    assert results == [("signed", None)] * 3
    assert service.signed == 3


@pytest.mark.parametrize("does", ["fails after", "fails before", "as a page"])
def test_one_that_is_not_known_to_be_signed_is_looked_up_and_the_rest_goes_on(
    press: Press, office: Office, service: StandIn, does: str
) -> None:
    cases = [waiting(press, office, n) for n in range(4)]
    service.fails_on[2] = does
    key = new_id()
    begun, results = batch(press, cases, key=key)
    assert results == [("signed", None)] * 4
    assert service.signed == 4, "each once"
    assert {press.case(case)["state"] for case in cases} == {"issued"}
    again = press.counter.post(
        "/api/v1/signatures", {"papers": [paper_of(case) for case in cases], "passphrase": "lain"}, SIGNER, key=key
    )
    assert (again.get_json(), again.headers["Idempotency-Replayed"]) == (begun.get_json(), "true")
    assert service.signed == 4
    assert press.rows("SELECT paper FROM paper_tries") == []


def test_a_service_that_cannot_be_asked_leaves_it_to_the_signer(
    desks: Desks, office: Office, service: StandIn, gateway_url: str, tmp_path: Path
) -> None:
    press = Press(desks, gateway_url, tmp_path / "files", service.settings(lookup=False))
    press.is_registered(NIK)
    case = waiting(press, office)
    service.does = "fails before"
    for _ in range(2):
        refused = sign(press, case)
        assert (refused.status_code, refused.get_json()["code"]) == (409, "lookup_not_possible")
    assert service.asked.count("POST /api/sign") == 1, "nothing is sent again before the signer has looked"
    service.does = "signs"
    assert sign(press, case, again=True).get_json()["status"] == "issued"
    press.close()


def test_a_process_that_died_after_sending_is_finished_by_another(
    press: Press, office: Office, service: StandIn, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As kill -9 does."""

    def dying(*args: Any) -> None:
        raise Killed

    case = waiting(press, office)
    with monkeypatch.context() as patched:
        patched.setattr(press.maker, "issue", dying)
        with pytest.raises(Killed):
            sign(press, case)
    busy = sign(press, case)
    assert (busy.status_code, busy.get_json()["code"]) == (409, "signing_under_way")
    assert press.finisher.look() == 0, "it may still be at it"
    desks.clock.advance(timedelta(minutes=5))
    assert press.finisher.look() == 1
    (payload,) = press.rows("SELECT payload FROM jobs WHERE kind = 'papers.make'")
    for _ in range(2):
        press.finisher.finish(PaperOf.from_json(payload), JOB)
    assert (press.case(case)["state"], service.signed) == ("issued", 1)


def test_the_sheet_that_was_sent_is_kept_until_it_is_known_what_came_of_it(
    press: Press, office: Office, service: StandIn, desks: Desks
) -> None:
    from services.gateway.papers.queries import contents

    case = waiting(press, office)
    service.does = "another document"
    sign(press, case)
    with press.database.transaction() as tx:
        kept = contents(tx)
    assert len(kept) == 1
    desks.clock.advance(timedelta(hours=1))
    press.keeper.sweep(lambda hashes: {each for each in hashes if each in kept})
    assert b"".join(press.keeper.folder.open(next(iter(kept)))).startswith(b"%PDF")


def test_a_batch_is_its_owner_s_alone(press: Press, office: Office) -> None:
    begun, _ = batch(press, [waiting(press, office)])
    assert press.counter.get(begun.headers["Location"], OTHER).status_code == 404


def test_the_passphrase_and_the_nik_are_in_no_row_no_log_and_no_answer(
    press: Press, office: Office, service: StandIn, capfd: pytest.CaptureFixture[str]
) -> None:
    with structlog.testing.capture_logs() as logs:
        first = press.decide(office.ready(), passphrase=WORDS)
        case = waiting(press, office, 1)
        service.fails_on[2] = "fails after"
        answers = [first.text, sign(press, case).text, sign(press, case, passphrase=f"salah {WORDS}").text]
        begun, _ = batch(press, [waiting(press, office, 2)])
    told = "\n".join([*answers, begun.text, repr(logs), press.everything(), *capfd.readouterr()])
    assert WORDS not in told
    assert NIK not in told
    files = b"".join(file.read_bytes() for file in press.keeper.folder.root.rglob("*") if file.is_file())
    assert WORDS.encode() not in files

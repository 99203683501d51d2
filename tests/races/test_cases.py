"""Two hands on one case: the second waits for the first, and then acts on what is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mpp.casework.refusals import Refused
from mpp.persistence.database import Database
from tests.integration.cases.test_documents import attach, incomplete, paper
from tests.integration.cases.test_new_secret import give
from tests.integration.cases.test_taking_out import OTHER, detach
from tests.races.conftest import PatientDesks, count
from tests.races.sessions import KEY, meet, row_of, standing
from tests.support.desks import SIP_DATA, Desks, doctor

CLERK, VERIFIER = "petugas.sukodono", "verifikator.dpmptsp"


def file(desks: Desks, key: str | None = None) -> dict[str, Any]:
    return desks.open(CLERK, "PRZ-SIP-DR", key=key, applicant=doctor(), data=SIP_DATA)


def actions(desks: Desks, case: dict[str, Any]) -> list[str]:
    return [line["action"] for line in desks.get(CLERK, case)["timeline"]]


def test_a_command_repeated_while_it_is_under_way_is_done_once(desks: Desks, permits: Database) -> None:
    first, twin = meet(permits, lambda: file(desks, "k-1"), lambda: file(desks, "k-1"))
    assert twin.answer == first.answer
    assert count(permits, "cases") == 1
    assert twin.waited == KEY


def test_a_twin_whose_time_is_over_is_told_that_the_first_is_under_way(desks: PatientDesks, permits: Database) -> None:
    with standing(permits, lambda: file(desks, "k-1")) as stage:
        desks.patience = 1.0
        twin = stage.comes(lambda: file(desks, "k-1"))
        twin.wait()
    assert twin.refused == (409, "request_in_progress")
    assert count(permits, "cases") == 1


def test_a_command_that_dies_before_its_commit_is_done_by_the_twin_that_waits(desks: Desks, permits: Database) -> None:
    with standing(permits, lambda: file(desks, "k-1")) as stage:
        twin = stage.comes(lambda: file(desks, "k-1"))
        stage.first.kill()
    assert twin.answer["state"] == "submitted"
    assert count(permits, "cases") == 1
    assert twin.waited == KEY


def test_of_two_verifiers_the_second_is_told_that_the_case_has_moved(desks: Desks, permits: Database) -> None:
    case = file(desks)
    _, second = meet(
        permits,
        lambda: desks.act(VERIFIER, case, "verify"),
        lambda: desks.act(VERIFIER, case, "return", note="kurang jelas"),
    )
    assert second.refused == (412, "version_stale")
    assert actions(desks, case) == ["open", "verify"]
    assert second.waited == row_of("cases")


def test_two_clerks_who_give_a_new_secret_give_two_and_the_later_one_holds(desks: Desks, permits: Database) -> None:
    case = file(desks)
    first, second = meet(permits, lambda: give(desks, case), lambda: give(desks, case))
    assert (first.answer["issue"], second.answer["issue"]) == (1, 2)
    assert desks.get(None, case, secret=second.answer["secret"])["id"] == case["id"]
    assert second.waited == row_of("cases")


def test_a_document_is_not_handed_in_to_a_case_that_somebody_moves(desks: Desks, permits: Database) -> None:
    case = incomplete(desks)
    _, second = meet(
        permits, lambda: desks.act(CLERK, case, "note", note="dicatat"), lambda: attach(desks, CLERK, case)
    )
    assert second.refused == (412, "version_stale")
    assert count(permits, "documents") == 0
    assert second.waited == row_of("cases")


def test_a_document_is_taken_out_once(desks: Desks, permits: Database) -> None:
    case = attach(desks, CLERK, incomplete(desks))
    first, second = meet(permits, lambda: detach(desks, CLERK, case), lambda: detach(desks, CLERK, case))
    assert not isinstance(first.answer, Refused)
    assert second.refused == (404, "not_found")
    assert actions(desks, case) == ["open", "attach", "detach"]
    assert second.waited == row_of("cases")


def test_of_two_documents_handed_in_at_once_the_second_is_asked_to_look_again(desks: Desks, permits: Database) -> None:
    case = incomplete(desks)
    first, second = meet(
        permits, lambda: attach(desks, CLERK, case), lambda: attach(desks, CLERK, case, paper("str", sha256=OTHER))
    )
    assert second.refused == (412, "version_stale")
    assert first.answer["document"]["requirement"] == "str"
    assert second.waited == row_of("cases")


def test_the_timer_passes_over_a_case_that_a_clerk_works_on(desks: Desks, permits: Database) -> None:
    busy, other = file(desks), desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(1), data=SIP_DATA)
    desks.clock.advance(timedelta(days=5))
    timer = desks.desks["permits"].timer
    with standing(permits, lambda: desks.act(VERIFIER, busy, "verify")) as stage:
        round_ = stage.comes(timer.run_once)
        assert round_.ended
        assert "overdue" in actions(desks, other)
    assert round_.answer > 0
    assert actions(desks, busy) == ["open", "verify"]
    assert round_.waited is None

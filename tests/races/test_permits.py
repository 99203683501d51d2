"""The register of permits: what somebody does to a permit, or issues, counts for whoever comes a moment later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mpp.persistence.database import Database
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.test_renewal import NEAR_THE_END, issued, on, register
from tests.races.conftest import count
from tests.races.hearing import death_of, hear
from tests.races.sessions import ADVISORY, meet, row_of, standing
from tests.support.desks import Desks
from tests.support.permit_walks import HANDED_OVER, take, walk


def test_of_two_deeds_on_one_permit_the_second_is_told_that_it_has_changed(office: Office, permits: Database) -> None:
    permit = office.issue()
    _, second = meet(permits, lambda: office.act(permit, "suspend"), lambda: office.act(permit, "revoke"))
    assert second.refused == (412, "version_stale")
    assert office.get(permit)["status"] == "suspended"
    assert second.waited == row_of("cases")


def test_a_deed_and_a_note_on_its_case_stand_one_after_the_other_in_the_trail(
    desks: Desks, office: Office, permits: Database
) -> None:
    """The trail of a permit is part of its case's: who adds to it holds the case."""
    case = desks.act(SIGNER, office.ready(), "sign")
    permit = office.get(case["permit"]["id"])
    noting, suspending = meet(
        permits, lambda: desks.act(SIGNER, case, "note", note="dicatat"), lambda: office.act(permit, "suspend")
    )
    assert noting.answer["version"] == case["version"] + 1
    assert suspending.answer["status"] == "suspended"
    assert suspending.waited == row_of("cases")


def test_a_renewal_is_not_signed_over_a_permit_that_is_being_revoked(
    desks: Desks, office: Office, permits: Database
) -> None:
    old = issued(desks)
    desks.clock.advance(NEAR_THE_END)
    renewal = walk(desks, on(desks, old, "renewal"), "signing")
    permit = office.get(old["permit"]["id"])
    _, signing = meet(permits, lambda: office.act(permit, "revoke"), lambda: take(desks, renewal, "sign"))
    assert signing.refused == (409, "previous_permit_changed")
    assert [status for _, status in register(desks)] == ["revoked"]
    assert signing.waited == row_of("cases")


def test_a_death_ends_the_permit_that_an_official_is_acting_on(desks: Desks, office: Office, permits: Database) -> None:
    case = desks.act(SIGNER, office.ready(), "sign")
    desks.act(
        "petugas.sukodono", case, "hand_over", data=HANDED_OVER
    )  # the case is closed: the death has nothing to do with it
    permit, death = office.get(case["permit"]["id"]), death_of(desks, 0)
    suspending, hearing = meet(permits, lambda: office.act(permit, "suspend"), lambda: hear(desks, "permits", death))
    assert suspending.answer["status"] == "suspended"
    after = office.get(permit)
    assert (after["status"], after["version"]) == ("lapsed", 3)
    assert hearing.waited == row_of("cases")


def test_nobody_gets_a_fourth_permit_by_two_signatures_at_once(desks: Desks, office: Office, permits: Database) -> None:
    for place in ("A", "B"):
        office.issue(place=place)
    cases = [office.ready(place=place) for place in ("C", "D")]
    _, second = meet(permits, *(lambda case=case: desks.act(SIGNER, case, "sign") for case in cases))
    assert second.refused == (409, "permit_limit_reached")
    assert count(permits, "permits") == count(permits, "numbers") == 3
    assert second.waited == ADVISORY


def test_a_correction_moves_no_permit_to_a_place_that_is_being_given_to_the_same_person(
    desks: Desks, office: Office, permits: Database
) -> None:
    old, case = office.issue(place="Klinik A"), office.ready(place="Klinik B")
    _, correcting = meet(
        permits,
        lambda: desks.act(SIGNER, case, "sign"),
        lambda: office.act(old, "correct", data={"practice_name": "Klinik B", "practice_address": "Jalan Klinik B"}),
    )
    assert correcting.refused == (409, "permit_place_taken")
    assert correcting.waited == ADVISORY


def test_nobody_signs_for_a_place_to_which_a_permit_of_the_same_person_is_being_moved(
    desks: Desks, office: Office, permits: Database
) -> None:
    old, case = office.issue(place="Klinik A"), office.ready(place="Klinik B")
    _, signing = meet(
        permits,
        lambda: office.act(old, "correct", data={"practice_name": "Klinik B", "practice_address": "Jalan Klinik B"}),
        lambda: desks.act(SIGNER, case, "sign"),
    )
    assert signing.refused == (409, "permit_place_taken")
    assert signing.waited == ADVISORY


def test_the_timer_of_the_register_passes_over_a_permit_that_somebody_acts_on(
    desks: Desks, office: Office, permits: Database
) -> None:
    busy, other = office.issue(0), office.issue(1)
    desks.clock.advance(timedelta(days=6 * 365))
    case = desks.get(SIGNER, {"collection": "permits", "id": busy["case"]})

    def note() -> Any:
        return desks.act(SIGNER, case, "note", note="dicatat")

    with standing(permits, note) as stage:
        round_ = stage.comes(office.run_timer)
        assert round_.ended
        assert office.get(other)["status"] == "expired"
    assert (round_.answer, round_.waited) == (1, None)
    assert office.run_timer() == 1, "and takes it the next time"

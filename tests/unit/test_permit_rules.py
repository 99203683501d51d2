"""The rules of a permit by themselves: validity, warnings, status, limits, who sees what."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp import regions
from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.codes import tracking, verification
from mpp.casework.refusals import Refused
from mpp.casework.rules.service_type import HoldingLimit
from mpp.catalogue import package_folder
from mpp.catalogue.parse import CatalogueError, parse_text
from services.permits.domain import limits
from services.permits.domain.limits import Held
from services.permits.domain.permit import DEEDS, EXPIRED, IN_FORCE, STATUSES, Permit, allow, by_itself, scheduled
from services.permits.domain.sight import authorise, searcher, sight_of_register, within
from services.permits.domain.validity import WARNINGS, next_look, valid_until, warning_due

OFFICES = regions.load("35.15").offices
START = date(2026, 11, 23)


def permit(status: str = "valid", until: date | None = date(2031, 11, 22), **more: Any) -> Permit:
    made = Permit(
        id="p", number="1", service="S", service_version=1, owner="dpmptsp", case_id="c", verification="v",
        region="35.15.14.2013", status=status, version=1, valid_from=START, valid_until=until, holder=None,
        person=None, data={}, **more,
    )  # fmt: skip
    return scheduled(made)


def actor(*assignments: tuple[str, str]) -> Actor:
    return Actor("x", tuple(Assignment(office, role) for office, role in assignments))


# ------------------------------------------------------------------ validity and warnings


def test_five_years_end_on_the_day_before_the_anniversary() -> None:
    assert valid_until(date(2026, 11, 23), 5) == date(2031, 11, 22)
    assert valid_until(date(2028, 2, 29), 5) == date(2033, 2, 28)
    assert valid_until(date(2028, 2, 29), 4) == date(2032, 2, 28)
    assert valid_until(date(2027, 3, 1), 1) == date(2028, 2, 29)


def test_a_short_permit_does_not_begin_with_a_warning() -> None:
    end = START + timedelta(days=60)
    assert next_look(START, end, None) == end - timedelta(days=30)
    assert warning_due(START, end, None, START) is None
    assert next_look(START, START + timedelta(days=7), None) == START + timedelta(days=8)
    assert next_look(START, None, None) is None


@given(length=st.integers(0, 400), jumps=st.lists(st.integers(0, 60), max_size=40))
def test_however_the_timer_is_late_each_warning_comes_once_in_order_and_the_end_once(
    length: int, jumps: list[int]
) -> None:
    current, today, told = permit(until=START + timedelta(days=length)), START, []
    for jump in [*jumps, 500]:
        today += timedelta(days=jump)
        while current.look_at is not None and current.look_at <= today:
            due = by_itself(current, today)
            assert due is not None, "what the timer finds by its index has something to do"
            event, current = due
            told.append((event, current.warned, today))
        assert by_itself(current, today) is None, "and what it does not find has nothing"
    warnings = [warned for event, warned, _ in told if event == "expiring"]
    assert warnings == sorted(set(warnings), reverse=True)
    assert set(warnings) <= set(WARNINGS)
    assert [event for event, _, _ in told].count("expired") == 1
    assert told[-1][0] == "expired"
    assert current.status == EXPIRED
    assert current.version == 1 + len(told)


# ------------------------------------------------------------------ status


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
def test_only_a_permit_in_force_can_be_acted_on(status: str, deed: Any) -> None:
    try:
        allow(permit(status), deed, START)
    except Refused as refused:
        assert (refused.status, refused.params["status"]) == (409, status)
        assert status not in deed.from_statuses
    else:
        assert status in IN_FORCE


def test_a_permit_whose_last_day_is_over_has_expired_before_the_timer_comes() -> None:
    assert permit().status_on(date(2031, 11, 22)) == "valid"
    assert permit().status_on(date(2031, 11, 23)) == "expired"
    assert permit("revoked").status_on(date(2031, 11, 23)) == "revoked"
    assert permit(until=None).status_on(date(2099, 1, 1)) == "valid"


def test_what_has_ended_is_never_looked_at_again() -> None:
    for status in set(STATUSES) - set(IN_FORCE):
        assert permit(status).look_at is None
        assert by_itself(permit(status), date(2099, 1, 1)) is None


# ------------------------------------------------------------------ how many

LIMIT = HoldingLimit("sip", 3, ("region", "address"))


def test_three_and_no_more_and_one_a_place() -> None:
    held = [Held(str(n), str(n), f"35|jalan {n}") for n in range(3)]
    assert limits.objections(LIMIT, held[:2], "35|jalan 9") == []
    assert [e.field for e in limits.objections(LIMIT, held[:2], "35|jalan 1")] == ["data.address"]
    assert [e.field for e in limits.objections(LIMIT, held, "35|jalan 1")] == ["applicant.nik", "data.address"]
    with pytest.raises(Refused, match="permit_limit_reached"):
        limits.refuse(LIMIT, held, "35|jalan 9")
    with pytest.raises(Refused, match="permit_place_taken"):
        limits.refuse(LIMIT, held, "35|jalan 2")


def test_a_place_is_the_same_however_it_is_written() -> None:
    places = [
        {"region": "35.15", "address": address}
        for address in ("Jalan Contoh 1", " jalan  contoh, 1", "JALAN CONTOH-1", "Jalan Contoh 1.")
    ]
    assert len({limits.place_of(LIMIT, data) for data in places}) == 1
    assert limits.place_of(LIMIT, {"region": "35.15", "address": "Jalan Contoh 11"}) not in {
        limits.place_of(LIMIT, data) for data in places
    }
    assert limits.place_of(HoldingLimit("g", 1), {"address": "x"}) is None


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("{group: sip, per_person: 3, place: [colour]}", "'colour' is no field of the form"),
        ("{group: sip, per_person: 0}", "per_person must be at least 1"),
        ("{group: sip}", "per_person is missing"),
        ("{per_person: 3}", "group is missing"),
        ("{group: sip, per_person: 3, each: 1}", "unknown key 'each'"),
    ],
)
def test_a_limit_with_a_mistake_is_refused_with_its_line(written: str, reason: str) -> None:
    source = (package_folder("services.permits.catalogue") / "prz-sip-dr.yaml").read_text("utf-8")
    assert parse_text("x.yaml", source).limit == HoldingLimit(
        "sip", 3, ("practice_region", "practice_address", "practice_name")
    )
    wrong = re.sub(r"(?m)^limit: .*$", f"limit: {written}", source)
    with pytest.raises(CatalogueError, match=r"x\.yaml:\d+: .*" + re.escape(reason)):
        parse_text("x.yaml", wrong)


# ------------------------------------------------------------------ who sees what


def test_an_area_ends_at_a_dot() -> None:
    assert within("35.15.14.2013", "35.15.14")
    assert within("35.15.14", "35.15.14")
    assert not within("35.15.14", "35.15.1")
    assert not within("35.15", "35.15.14")


def test_the_register_is_seen_by_area_and_in_full_by_the_agency() -> None:
    village = sight_of_register(actor(("35.15.14.2013", "clerk")), OFFICES)
    assert village.sees("dpmptsp", "35.15.14.2013")
    assert not village.sees("dpmptsp", "35.15.14.2014")
    assert not village.in_full("dpmptsp")
    agency = sight_of_register(actor(("satpol-pp", "officer")), OFFICES)
    assert agency.sees("dpmptsp", "35.15.18.2001")
    assert agency.everywhere
    assert not agency.in_full("dpmptsp")
    assert sight_of_register(actor(("dpmptsp", "signer")), OFFICES).in_full("dpmptsp")
    assert sight_of_register(actor(("inspektorat", "inspectorate")), OFFICES).in_full("dpmptsp")
    with pytest.raises(Refused, match="role_may_not"):
        sight_of_register(actor(("bpjs", "partner")), OFFICES)
    with pytest.raises(Refused, match="role_may_not"):
        searcher(actor(("35.15.14.2013", "clerk")), OFFICES)


def test_only_the_issuing_agency_acts_on_its_permit() -> None:
    deed = DEEDS["revoke"]
    assert authorise(actor(("dpmptsp", "signer")), permit(), deed, OFFICES) == "dpmptsp"
    assert authorise(actor(("setda", "supervisor")), permit(), deed, OFFICES) == "setda"
    for held in (("dinkes", "signer"), ("35.15.14", "supervisor")):
        with pytest.raises(Refused, match="office_may_not"):
            authorise(actor(held), permit(), deed, OFFICES)
    with pytest.raises(Refused, match="role_may_not"):
        authorise(actor(("dpmptsp", "verifier")), permit(), deed, OFFICES)


# ------------------------------------------------------------------ verification codes


@given(st.integers(0, 15), st.sampled_from(tracking.ALPHABET))
def test_every_slip_of_one_character_is_found(place: int, other: str) -> None:
    code = verification.new_code("P")
    slipped = code[:place] + other + code[place + 1 :]
    assert verification.normalise(slipped) == (code if slipped == code else None)


def test_a_code_is_forgiven_its_form_and_is_no_tracking_code() -> None:
    code = verification.new_code("P")
    assert verification.normalise(verification.printed(code).lower()) == code
    assert verification.normalise(f" {code} ") == code
    assert verification.normalise(tracking.new_code("P")) is None
    assert tracking.normalise(code) is None
    assert len({verification.new_code("P") for _ in range(100)}) == 100
    for letter in ("", "PP", "u"):
        with pytest.raises(ValueError, match="alphabet"):
            verification.new_code(letter)

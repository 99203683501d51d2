"""A list of many persons, as when the register was filled: nothing goes back, nothing is missed, whatever passes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from mpp.cases.storage.tables import persons
from mpp.clock import new_id
from mpp.contracts import contract_of
from mpp.contracts.persons import MOST, Told
from mpp.identity import demo as people
from mpp.identity.person import person_key
from mpp.messaging.events.event import Event
from tests.integration.permits.conftest import Office
from tests.races.hearing import hear
from tests.support.whole_mall import death

LISTED = "civil_registry.person.listed.v1"
DIED = date(2026, 11, 18)
HOME, AWAY = "35.15.14.2013", "35.15.16.2001"


def key(office: Office, index: int) -> str:
    return person_key(people.resident(index).nik, office.desks.runtime.person_key)


def listed(*told: Told) -> Event:
    data = {"persons": [str(each) for each in told]}
    contract_of(LISTED).check(data)
    return replace(death(new_id()), type=LISTED, data=data)


def hears(office: Office, *events: Event) -> None:
    for event in events:
        hear(office.desks, "permits", event)


def known(office: Office) -> dict[str, tuple[Any, ...]]:
    with office.desks.databases["permits"].transaction() as tx:
        rows = tx.execute(select(persons.c.person, persons.c.status, persons.c.region, persons.c.version))
        return {person: tuple(more) for person, *more in rows}


def held(office: Office, case: dict[str, Any]) -> bool:
    return office.desks.get("petugas.sukodono", case)["held"] is not None


def test_everybody_on_the_list_is_known_afterwards(office: Office) -> None:
    one, two = key(office, 0), key(office, 1)
    hears(office, listed(Told(two, 4, AWAY, DIED), Told(one, 1, HOME)))
    assert known(office) == {one: ("alive", HOME, 1), two: ("deceased", AWAY, 4)}


def test_a_list_never_goes_back_behind_an_event_that_passed_it(office: Office) -> None:
    one = key(office, 0)
    hears(office, death(one, version=2), listed(Told(one, 1, HOME)))
    assert known(office)[one][0::2] == ("deceased", 2)


def test_an_event_that_the_list_has_passed_changes_nothing_any_more(office: Office) -> None:
    one, case = key(office, 0), office.file(0)
    hears(office, listed(Told(one, 3, HOME)), death(one, version=2))
    assert known(office)[one] == ("alive", HOME, 3)
    assert not held(office, case)


def test_the_next_event_goes_on_from_the_list(office: Office) -> None:
    one, case = key(office, 0), office.file(0)
    hears(office, listed(Told(one, 3, HOME)), death(one, version=4))
    assert known(office)[one] == ("deceased", HOME, 4)
    assert held(office, case)


def test_a_death_on_the_list_holds_applications_and_ends_permits_and_its_event_comes_too_late_to_do_so(
    office: Office,
) -> None:
    one, case, permit = key(office, 0), office.file(0), office.issue(1)
    hears(office, listed(Told(one, 2, HOME, DIED), Told(key(office, 1), 2, HOME, DIED), Told(key(office, 2), 1, HOME)))
    assert held(office, case)
    assert office.get(permit)["status"] == "lapsed"
    before = len(office.desks.events("permits"))
    hears(office, death(one, version=2))
    assert len(office.desks.events("permits")) == before


def test_the_same_list_again_changes_nothing(office: Office) -> None:
    again = listed(Told(key(office, 0), 2, HOME, DIED))
    office.file(0)
    hears(office, again)
    before = len(office.desks.events("permits"))
    hears(office, again, replace(again, id=new_id(), subject=new_id()))
    assert len(office.desks.events("permits")) == before


def test_where_a_list_knows_no_place_the_one_that_is_known_stays(office: Office) -> None:
    one = key(office, 0)
    hears(office, listed(Told(one, 1, HOME)), listed(Told(one, 2, None)))
    assert known(office)[one] == ("alive", HOME, 2)


@pytest.mark.parametrize(
    "told",
    [
        [],
        [f"{'0' * 64} 1 {HOME}"] * (MOST + 1),
        ["3515990101800001 1 35.15.14.2013"],
        [f"{'0' * 64} 0 {HOME}"],
        [f"{'0' * 64} 1 Sukodono"],
        [f"{'0' * 64} 1 {HOME} 2026-02-30"],
        [f"{'0' * 64} 1 {HOME} 2026-02-28 Siti"],
    ],
)
def test_a_list_says_no_more_than_its_contract_has(told: list[str]) -> None:
    with pytest.raises(Exception) as refused:
        contract_of(LISTED).check({"persons": told})
    assert "Siti" not in str(refused.value)

"""Who may stand in which role: what cannot be, and what is only unlikely."""

from __future__ import annotations

from datetime import date

import pytest

from mpp.identity.roles import InRole, findings

TODAY = date(2026, 11, 27)
BORN = date(1980, 5, 14)


def found(*people: InRole) -> list[tuple[str, str, bool]]:
    return [(each.who.role, each.code, each.impossible) for each in findings(people, TODAY)]


def applicant(born_on: date = BORN, died_on: date | None = None) -> InRole:
    return InRole("applicant", "a" * 64, born_on, died_on)


def proxy(person: str = "b" * 64, born_on: date = BORN, died_on: date | None = None) -> InRole:
    return InRole("proxy", person, born_on, died_on)


def test_two_living_adults_are_nothing_to_speak_of() -> None:
    assert found(applicant(), proxy()) == []


@pytest.mark.parametrize("died_on", [date(2026, 11, 27), date(1999, 1, 1)])
def test_the_dead_act_for_nobody_and_nobody_acts_for_them(died_on: date) -> None:
    assert found(applicant(died_on=died_on)) == [("applicant", "person_deceased", True)]
    assert found(applicant(), proxy(died_on=died_on)) == [("proxy", "person_deceased", True)]


def test_nobody_is_his_own_proxy() -> None:
    assert found(applicant(), proxy("a" * 64)) == [("proxy", "same_person", True)]


@pytest.mark.parametrize(
    ("born_on", "young"),
    [
        (date(2009, 11, 27), False),  # seventeen today
        (date(2009, 11, 28), True),
        (date(2026, 11, 27), True),
    ],
)
def test_who_is_too_young_for_an_identity_card_is_unlikely_and_not_impossible(born_on: date, young: bool) -> None:
    assert found(applicant(born_on)) == ([("applicant", "person_young", False)] if young else [])
    assert found(applicant(), proxy(born_on=born_on)) == ([("proxy", "person_young", False)] if young else [])


def test_who_was_born_on_the_29th_of_february_is_of_age_on_the_first_of_march() -> None:
    leapling = applicant(date(2008, 2, 29))
    assert [each.code for each in findings([leapling], date(2025, 2, 28))] == ["person_young"]
    assert findings([leapling], date(2025, 3, 1)) == []

"""What a counter of civil registration relies on: doubles are seen, and nobody marries who may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.civil_registry.rules.doubles import Child, Registered, Reported, births_alike, names_alike, persons_alike
from services.civil_registry.rules.marriages import Spouse, objections

BORN = date(2026, 11, 10)


def reported(days: int) -> Reported:
    return Reported("c", "R1", BORN + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (0, "birth_alike"),
        (1, "birth_alike"),  # the second twin after midnight
        (-1, "birth_alike"),
        (2, "birth_near"),
        (-30, "birth_near"),
        (244, "birth_near"),
        (-244, "birth_near"),
        (245, None),
        (-280, None),
    ],
)
def test_births_of_one_mother_are_twins_or_nine_months_apart(days: int, code: str | None) -> None:
    assert [found for found, _ in births_alike(BORN, [reported(days)])] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Siti Aminah", "SITI AMINAH", True),
        ("Siti Aminah", "Siti Aminnah", True),  # a slip of the typist
        ("Muhammad Rizki", "Mohammad Rizki", True),
        ("Nur'aini", "Nuraini", True),
        ("Siti Aminah Putri", "Siti Aminah", True),  # cut off by an old card
        ("Siti Aminah", "Budi Santoso", False),
        ("Siti Aminah", "Siti Rahayu", False),
        ("Ali", "Alifah Zahra", False),
    ],
)
def test_names_are_alike_as_a_reader_would_say(one: str, other: str, alike: bool) -> None:
    assert names_alike(one, other) is names_alike(other, one) is alike


def resident(name: str = "Budi Santoso", born_on: date = BORN, card: str = "1") -> Registered:
    return Registered("3515991011269990", name, "male", born_on, card)


@pytest.mark.parametrize(
    ("who", "found"),
    [
        (resident(), True),
        (resident(card="2"), True),  # registered with another family
        (resident(born_on=BORN + timedelta(days=9)), True),  # a date typed wrong, in one family
        (resident(born_on=BORN + timedelta(days=9), card="2"), False),
        (resident(born_on=BORN + timedelta(days=400)), False),  # a brother of a like name
        (resident(name="Sri Lestari"), False),
        (replace(resident("Sri Lestari", BORN - timedelta(days=200)), mother="m"), True),  # of the same mother
        (replace(resident("Sri Lestari", BORN - timedelta(days=280)), mother="m"), False),
    ],
)
def test_a_child_is_compared_with_those_of_its_day_and_of_its_card(who: Registered, found: bool) -> None:
    assert persons_alike(Child("Budi Santosa", BORN, "1", "m"), [who]) == ([who] if found else [])


WEDDING = date(2026, 12, 19)
HUSBAND = Spouse("husband", "h", date(1998, 1, 1))
WIFE = Spouse("wife", "w", date(2000, 1, 1))


def why(husband: Spouse = HUSBAND, wife: Spouse = WIFE, **more: bool) -> list[tuple[str, str]]:
    return [(each.role, each.code) for each in objections(husband, wife, WEDDING, **more)]


def test_two_who_are_free_and_of_age_may_marry() -> None:
    assert why() == []


@pytest.mark.parametrize(("born_on", "young"), [(date(2007, 12, 19), False), (date(2007, 12, 20), True)])
def test_who_is_under_19_on_the_wedding_day_needs_a_courts_dispensation(born_on: date, young: bool) -> None:
    bride = replace(WIFE, born_on=born_on)
    assert why(wife=bride) == ([("wife", "dispensation_needed")] if young else [])
    assert why(wife=replace(bride, dispensation=True)) == []
    assert why(replace(HUSBAND, born_on=born_on)) == ([("husband", "dispensation_needed")] if young else [])


def test_no_woman_has_two_husbands_with_or_without_a_permit() -> None:
    married = replace(WIFE, married_to=["x"])
    assert why(wife=married) == why(wife=married, court_permit=True) == [("wife", "already_married")]


def test_a_man_has_a_second_wife_by_a_courts_permit_alone() -> None:
    married = replace(HUSBAND, married_to=["x"])
    assert why(married) == [("husband", "court_permit_needed")]
    assert why(married, court_permit=True) == []


def test_a_marriage_is_registered_once_and_no_permit_helps() -> None:
    both = replace(HUSBAND, married_to=["w"]), replace(WIFE, married_to=["h"])
    assert why(*both) == why(*both, court_permit=True) == [("husband", "marriage_registered")]

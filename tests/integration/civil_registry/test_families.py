"""A family when somebody dies, marries or parts: its card keeps one head, and nobody is married twice."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection

from mpp.casework.refusals import Refused
from mpp.clock import new_id
from services.civil_registry.register import births, deaths, families, marriages, numbers, people
from services.civil_registry.register.births import Birth
from services.civil_registry.register.deaths import Death
from services.civil_registry.register.families import Card
from services.civil_registry.register.marriages import Marriage
from tests.integration.civil_registry.conftest import (
    CARD,
    CHILD,
    FATHER,
    GRANDMOTHER,
    MOTHER,
    person,
    recorded,
)

TODAY = date(2026, 11, 20)


def die(tx: Connection, nik: str, heir: str | None = None) -> None:
    deaths.register(tx, Death(nik, TODAY, heir), recorded(TODAY, "death"))


def relations(tx: Connection) -> dict[str, str]:
    card = families.find(tx, number=CARD)
    return {row.nik: row.relation for row in families.members(tx, card.id)}


def marital(tx: Connection, nik: str) -> str | None:
    found = people.find(tx, nik)
    assert found is not None
    return str(found.marital_status)


def test_the_wife_follows_the_head_who_has_died_and_is_widowed(tx: Connection) -> None:
    die(tx, FATHER)
    assert relations(tx) == {MOTHER: "head", CHILD: "child", GRANDMOTHER: "parent"}
    assert marital(tx, MOTHER) == "widowed"
    assert marriages.current(tx, MOTHER) == []


def test_the_family_may_name_another_head(tx: Connection) -> None:
    die(tx, FATHER, heir=GRANDMOTHER)
    assert relations(tx)[GRANDMOTHER] == "head"


@pytest.mark.parametrize(("heir", "code"), [(CHILD, "head_too_young"), ("3515990101809999", "no_member")])
def test_a_child_or_a_stranger_is_no_head(tx: Connection, heir: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        die(tx, FATHER, heir=heir)


def test_children_alone_have_no_head_until_somebody_takes_them_in(tx: Connection) -> None:
    for nik in (GRANDMOTHER, MOTHER, FATHER):
        die(tx, nik)
    assert relations(tx) == {CHILD: "child"}


def test_nobody_dies_twice(tx: Connection) -> None:
    die(tx, GRANDMOTHER)
    with pytest.raises(Refused, match="already_deceased"):
        die(tx, GRANDMOTHER)


def test_a_child_stands_on_the_card_of_its_family_with_its_parents(tx: Connection) -> None:
    nik = numbers.next_nik(tx, "35.15.99", TODAY, "female")
    born = Birth(nik, "p", "Warga Lima", "female", TODAY, "Sidoarjo", CARD, mother_nik=MOTHER, father_nik=FATHER)
    births.register(tx, born, recorded(TODAY, "birth"))
    assert relations(tx)[nik] == "child"
    found = people.find(tx, nik)
    assert found is not None
    assert (found.mother_nik, found.father_nik, found.marital_status) == (MOTHER, FATHER, "single")


def test_numbers_of_a_day_are_never_given_twice(tx: Connection) -> None:
    drawn = [numbers.next_nik(tx, "35.15.99", TODAY, "female") for _ in range(3)]
    assert drawn == ["3515996011260001", "3515996011260002", "3515996011260003"]
    assert numbers.next_card(tx, "35.15.99", TODAY) == "3515992011260001", "cards are counted by themselves"


def test_a_number_that_an_imported_resident_bears_is_not_given_again(tx: Connection) -> None:
    born = date(2026, 11, 21)
    card = families.find(tx, number=CARD)
    people.add(tx, person("3515992111260001", "Warga Sama", "male", born, card.id, "child"), recorded(born))
    families.add(tx, Card(new_id(), "3515992111260001", "35.15.14.2013"), recorded(born))
    assert numbers.next_nik(tx, "35.15.99", born, "male") == "3515992111260002"
    assert numbers.next_card(tx, "35.15.99", born) == "3515992111260002"


def test_a_wife_does_not_marry_another_man(tx: Connection) -> None:
    with pytest.raises(Refused, match="already_married"):
        marriages.register(tx, Marriage(None, MOTHER, TODAY, husband_name="Orang Luar"), recorded(TODAY, "marriage"))


def test_a_husband_marries_again_by_a_courts_permit_only(tx: Connection) -> None:
    second = Marriage(FATHER, None, TODAY, wife_name="Orang Luar")
    with pytest.raises(Refused, match="already_married"):
        marriages.register(tx, second, recorded(TODAY, "marriage"))
    permitted = Marriage(FATHER, None, TODAY, wife_name="Orang Luar", court_permit="1/Pdt.P/2026/PA.Sda")
    marriages.register(tx, permitted, recorded(TODAY, "marriage"))
    assert len(marriages.current(tx, FATHER)) == 2


def test_who_parts_is_divorced_and_may_marry_again(tx: Connection) -> None:
    (first,) = marriages.current(tx, FATHER)
    marriages.end(tx, first.id, marriages.DIVORCE, recorded(TODAY, "divorce"))
    assert (marital(tx, FATHER), marital(tx, MOTHER)) == ("divorced", "divorced")
    marriages.register(tx, Marriage(FATHER, None, TODAY, wife_name="Orang Luar"), recorded(TODAY, "marriage"))
    with pytest.raises(Refused, match="not_married"):
        marriages.end(tx, first.id, marriages.DIVORCE, recorded(TODAY, "divorce"))


def test_a_marriage_that_never_was_leaves_them_as_they_were(tx: Connection) -> None:
    (first,) = marriages.current(tx, FATHER)
    marriages.end(tx, first.id, marriages.ANNULMENT, recorded(TODAY, "annulment"))
    assert (marital(tx, FATHER), marital(tx, MOTHER)) == ("single", "single")


@pytest.mark.parametrize(
    ("husband", "wife", "code"),
    [
        (CHILD, None, "too_young"),
        (MOTHER, None, "wrong_sex"),
        ("3515990101809999", None, "not_in_register"),
    ],
)
def test_who_cannot_marry_does_not(tx: Connection, husband: str, wife: str | None, code: str) -> None:
    with pytest.raises(Refused, match=code):
        marriages.register(tx, Marriage(husband, wife, TODAY, wife_name="Orang Luar"), recorded(TODAY, "marriage"))


def test_a_court_lets_somebody_below_nineteen_marry(tx: Connection) -> None:
    young = "3515996001099991"
    card = families.find(tx, number=CARD)
    people.add(tx, person(young, "Warga Muda", "female", date(2009, 1, 20), card.id, "family"), recorded(TODAY))
    alone = Marriage(None, young, TODAY, husband_name="Orang Luar")
    with pytest.raises(Refused, match="too_young"):
        marriages.register(tx, alone, recorded(TODAY, "marriage"))
    dispensed = Marriage(None, young, TODAY, husband_name="Orang Luar", dispensation="2/Pdt.P/2026/PA.Sda")
    marriages.register(tx, dispensed, recorded(TODAY, "marriage"))
    assert marital(tx, young) == "married"

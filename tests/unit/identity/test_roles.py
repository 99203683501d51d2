"""Who may stand in which role: what cannot be, and what is only unlikely."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mpp.identity.roles import InRole, Known, Role, findings

TODAY = date(2026, 11, 27)
BORN = date(1980, 5, 14)
BIRTH = date(2026, 11, 1)  # of the child whose parents these are
MOTHER = Role("mother", sex="female", least=10, usual=(15, 55), may_be=frozenset({"applicant"}))
FATHER = Role("father", sex="male", least=10, after_death=300, may_be=frozenset({"applicant"}))
THE_DEAD = Role("deceased", alive=False)
WITNESS = Role("witness", usual=(21, None))


def found(*people: InRole) -> list[tuple[str, str, bool]]:
    return [(each.who.role.code, each.code, each.impossible) for each in findings(people, TODAY)]


def applicant(born_on: date = BORN, died_on: date | None = None, person: str = "a" * 64) -> InRole:
    return InRole(Role("applicant", card_age=True), person, born_on, "female", died_on)


def proxy(person: str = "b" * 64, born_on: date = BORN, died_on: date | None = None) -> InRole:
    return InRole(Role("proxy", card_age=True), person, born_on, "male", died_on)


def mother(born_on: date = BORN, *, died_on: date | None = None, sex: str = "female", known: Known = Known()) -> InRole:
    return InRole(MOTHER, "c" * 64, born_on, sex, died_on, BIRTH, known)


def father(person: str = "d" * 64, *, died_on: date | None = None) -> InRole:
    return InRole(FATHER, person, BORN, "male", died_on, BIRTH)


def test_two_living_adults_are_nothing_to_speak_of() -> None:
    assert found(applicant(), proxy(), mother(), father()) == []


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


def test_a_man_is_no_mother() -> None:
    assert found(mother(sex="male")) == [("mother", "wrong_sex", True)]


def test_what_the_register_says_counts_before_what_the_nik_says() -> None:
    corrected = Known(sex="female", born_on=BORN)
    assert found(mother(sex="male", known=corrected)) == [("mother", "nik_differs", False)]
    grown_up = mother(date(2022, 11, 1), known=Known(born_on=BORN))
    assert found(grown_up) == [("mother", "nik_differs", False)]


@pytest.mark.parametrize(
    ("born_on", "says"),
    [
        (date(2022, 11, 1), [("mother", "impossible_age", True)]),  # four years old
        (date(2026, 11, 2), [("mother", "impossible_age", True)]),  # born after her child
        (date(2016, 11, 1), [("mother", "unusual_age", False)]),  # ten
        (date(2011, 11, 1), []),
        (date(1970, 11, 2), []),  # fifty-five, and fifty-six tomorrow
        (date(1970, 11, 1), [("mother", "unusual_age", False)]),
    ],
)
def test_a_mother_has_the_age_of_one_on_the_day_of_the_birth(born_on: date, says: list[tuple[str, str, bool]]) -> None:
    assert found(mother(born_on)) == says


def test_a_mother_dies_at_the_birth_and_not_before_it() -> None:
    assert found(mother(died_on=BIRTH)) == []
    assert found(mother(died_on=date(2026, 10, 31))) == [("mother", "person_deceased", True)]


def test_a_child_is_born_after_the_death_of_its_father_but_not_years_after_it() -> None:
    assert found(father(died_on=date(2026, 3, 1))) == []
    assert found(father(died_on=date(2024, 11, 1))) == [("father", "person_deceased", True)]


def test_one_person_is_not_both_parents_and_a_parent_may_be_who_applies() -> None:
    assert found(mother(), father("c" * 64)) == [("father", "same_person", True)]
    assert found(applicant(person="c" * 64), mother()) == []


def test_the_deceased_report_nothing_and_need_not_be_alive() -> None:
    dead = InRole(THE_DEAD, "e" * 64, BORN, "male", died_on=date(2026, 11, 20))
    assert found(applicant(), dead) == []
    assert found(applicant(person="e" * 64), dead) == [("deceased", "same_person", True)]


def test_a_witness_is_somebody_else_and_rather_not_a_child() -> None:
    witness = InRole(WITNESS, "f" * 64, date(2010, 1, 1), "male")
    assert found(witness) == [("witness", "unusual_age", False)]
    other = replace(witness, role=replace(WITNESS, code="other_witness"), born_on=BORN)
    assert found(replace(witness, born_on=BORN), other) == [("other_witness", "same_person", True)]


@pytest.mark.parametrize(
    ("told", "known", "what"),
    [
        ({"birth_date": date(1980, 5, 15)}, Known(), ("birth_date",)),
        ({"sex": "male", "birth_date": BORN}, Known(), ("sex",)),
        ({"birth_date": BORN}, Known(), None),
        ({"birth_date": BORN}, Known(born_on=BORN, name="Sri"), None),
        ({"name": "Sri"}, Known(), None),  # nobody knows better
        ({"name": "Sari"}, Known(name="Sri"), ("name",)),
    ],
)
def test_the_form_says_the_same_of_a_person_as_register_and_nik(
    told: dict[str, object], known: Known, what: tuple[str, ...] | None
) -> None:
    who = replace(mother(known=known), told=told)
    says = [(each.code, each.what, each.impossible) for each in findings([who], TODAY)]
    assert says == ([] if what is None else [("form_differs", what, False)])


def test_a_parent_on_another_family_card_is_looked_at() -> None:
    who = replace(mother(known=Known(family_card="1")), told={"family_card": "2"})
    assert found(who) == [("mother", "not_on_card", False)]
    assert found(replace(who, told={"family_card": "1"})) == []

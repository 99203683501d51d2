"""What is put right, and who a child belongs to: the former state stays on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection

from mpp.casework.refusals import Refused
from mpp.clock import new_id
from services.civil_registry.register import (
    children,
    corrections,
    deaths,
    documents,
    elements,
    facts,
    families,
    households,
    marriages,
    people,
)
from services.civil_registry.register.children import Adoption, Recognition
from services.civil_registry.register.deaths import Death
from services.civil_registry.register.documents import Held
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.families import Card
from services.civil_registry.register.households import NewFamily
from services.civil_registry.register.marriages import Marriage
from tests.integration.civil_registry.conftest import CARD, CHILD, FATHER, GRANDMOTHER, MOTHER, person, recorded

TODAY = date(2026, 11, 20)
TWIN, OUTSIDE = "3515990101809992", "3515990909149991"


def on(cause: str, document: str | None = "12/Pdt.P/2026/PN.Sda", since: date = TODAY) -> Recorded:
    return replace(recorded(TODAY, cause), document=document, since=since)


def row(tx: Connection, nik: str) -> object:
    found = people.find(tx, nik)
    assert found is not None
    return found


def card_of(tx: Connection) -> str:
    return str(families.find(tx, number=CARD).id)


def of_mother_alone(tx: Connection) -> None:
    child = person(OUTSIDE, "Warga Lima", "male", date(2014, 9, 9), card_of(tx), "child", mother_nik=MOTHER)
    people.add(tx, child, recorded(date(2020, 1, 1)))


def test_a_clerical_error_is_put_right_from_birth_and_the_nik_stays(tx: Connection) -> None:
    corrections.correct(tx, CHILD, on("correction", since=date(2015, 3, 3)), birth_date=date(2015, 3, 4))
    assert row(tx, CHILD).birth_date == date(2015, 3, 4)  # type: ignore[attr-defined]
    said = facts.history(tx, "person", CHILD)[-1]
    assert (said.document, said.elements) == ("12/Pdt.P/2026/PN.Sda", {"birth_date": "2015-03-04"})


def test_nothing_is_put_right_without_a_document_and_no_husband_becomes_a_woman(tx: Connection) -> None:
    with pytest.raises(Refused, match="document_missing"):
        corrections.correct(tx, CHILD, on("correction", None), name="Warga 3")
    with pytest.raises(Refused, match="wrong_sex"):
        corrections.correct(tx, FATHER, on("court"), sex="female")
    corrections.correct(tx, CHILD, on("court"), sex="female")
    with pytest.raises(Refused, match="not_deceased"):
        corrections.correct(tx, CHILD, on("court"), died_on=TODAY)


def test_a_name_changes_by_a_court_and_was_another_before(tx: Connection) -> None:
    elements.rename(tx, CHILD, "Warga Tiga Baru", on("name"))
    said = facts.as_of(tx, "person", CHILD, date(2026, 11, 19))
    assert said is not None
    assert said["name"] == "Warga Tiga"
    with pytest.raises(Refused, match="document_missing"):
        elements.rename(tx, CHILD, "Lain", on("name", None))


def test_citizenship_changes_once(tx: Connection) -> None:
    elements.change_citizenship(tx, FATHER, "foreigner", on("citizenship"))
    with pytest.raises(Refused, match="no_change"):
        elements.change_citizenship(tx, FATHER, "foreigner", on("citizenship"))


def test_biodata_are_those_of_the_form(tx: Connection) -> None:
    elements.change_biodata(tx, FATHER, on("biodata"), occupation="Petani")
    with pytest.raises(ValueError, match="name"):
        elements.change_biodata(tx, FATHER, on("biodata"), name="Lain")


def test_a_father_recognises_a_child_of_an_unmarried_mother_once(tx: Connection) -> None:
    of_mother_alone(tx)
    with pytest.raises(Refused, match="wrong_sex"):
        children.recognise(tx, Recognition(OUTSIDE, GRANDMOTHER), on("recognition"))
    with pytest.raises(Refused, match="father_missing"):
        children.recognise(tx, Recognition(OUTSIDE, None), on("recognition"))
    children.recognise(tx, Recognition(OUTSIDE, FATHER), on("recognition"))
    with pytest.raises(Refused, match="father_known"):
        children.recognise(tx, Recognition(OUTSIDE, None, "Orang Luar"), on("recognition"))


def test_a_child_is_legitimated_by_the_marriage_of_both_parents(tx: Connection) -> None:
    of_mother_alone(tx)
    with pytest.raises(Refused, match="parents_unknown"):
        children.legitimate(tx, OUTSIDE, on("legitimation"))
    children.recognise(tx, Recognition(OUTSIDE, FATHER), on("recognition"))
    children.legitimate(tx, OUTSIDE, on("legitimation"))
    assert facts.history(tx, "person", OUTSIDE)[-1].cause == "legitimation"
    (marriage,) = marriages.current(tx, MOTHER)
    marriages.end(tx, marriage.id, marriages.DIVORCE, on("divorce"))
    with pytest.raises(Refused, match="parents_not_married"):
        children.legitimate(tx, OUTSIDE, on("legitimation"))


def test_an_adopted_child_stands_on_another_card_and_keeps_its_parents(tx: Connection) -> None:
    of_mother_alone(tx)
    own = Card(new_id(), "3515992011269991", "35.15.14.2001")
    households.found(tx, NewFamily(own, GRANDMOTHER), recorded(TODAY, "family"))
    children.adopt(tx, Adoption(OUTSIDE, own.id, "3/Pdt.P/2026/PN.Sda"), on("adoption"))
    assert [each.nik for each in families.members(tx, own.id)] == [GRANDMOTHER, OUTSIDE]
    assert row(tx, OUTSIDE).mother_nik == MOTHER  # type: ignore[attr-defined]


def test_the_dead_hold_no_ktp_and_a_new_one_supersedes_the_former(tx: Connection) -> None:
    documents.give(tx, Held("ktp", nik=FATHER), on("ktp"))
    second = documents.give(tx, Held("ktp", nik=FATHER), on("ktp"))
    assert [each.id for each in documents.held(tx, nik=FATHER)] == [second]
    deaths.register(tx, Death(FATHER, TODAY), on("death"))
    assert documents.held(tx, nik=FATHER) == []
    with pytest.raises(Refused, match="not_in_force"):
        documents.end(tx, second, "lost", on("ktp"))


def test_one_person_with_two_niks_keeps_one_and_both_are_on_record(tx: Connection) -> None:
    """The second, by mistake, was the head of a family of his own and the father of a child."""
    own = Card(new_id(), "3515992011269991", "35.15.14.2001")
    families.add(tx, own, recorded(TODAY))
    people.add(tx, person(TWIN, "Warga Satu", "male", date(1980, 1, 1), own.id, "head"), recorded(TODAY))
    child = person(OUTSIDE, "Warga Lima", "male", date(2006, 9, 9), own.id, "child", father_nik=TWIN)
    people.add(tx, child, recorded(TODAY))
    corrections.merge(tx, FATHER, TWIN, on("merge"))
    merged = people.find(tx, TWIN)
    assert merged is not None
    assert (merged.status, merged.merged_into) == ("merged", FATHER)
    assert row(tx, OUTSIDE).father_nik == FATHER  # type: ignore[attr-defined]
    assert [(each.nik, each.relation) for each in families.members(tx, own.id)] == [(OUTSIDE, "head")]
    with pytest.raises(Refused, match="not_living_here"):
        corrections.merge(tx, FATHER, TWIN, on("merge"))
    with pytest.raises(Refused, match="merged"):
        marriages.register(tx, Marriage(TWIN, None, TODAY, wife_name="Orang Luar"), on("marriage"))
    with pytest.raises(Refused, match="merged"):
        deaths.register(tx, Death(TWIN, TODAY), on("death"))


def test_two_who_are_married_both_are_not_merged_and_a_marriage_is_inherited(tx: Connection) -> None:
    people.add(tx, person(TWIN, "Warga Satu", "male", date(1980, 1, 1), card_of(tx), "family"), recorded(TODAY))
    married = marriages.register(tx, Marriage(TWIN, None, TODAY, wife_name="Orang Luar"), on("marriage"))
    with pytest.raises(Refused, match="already_married"):
        corrections.merge(tx, FATHER, TWIN, on("merge"))
    (first,) = marriages.current(tx, FATHER)
    marriages.end(tx, first.id, marriages.DIVORCE, on("divorce"))
    corrections.merge(tx, FATHER, TWIN, on("merge"))
    assert [each.id for each in marriages.current(tx, FATHER)] == [married]
    assert row(tx, FATHER).marital_status == "married"  # type: ignore[attr-defined]


def test_a_man_and_a_woman_are_not_one_person(tx: Connection) -> None:
    with pytest.raises(Refused, match="wrong_sex"):
        corrections.merge(tx, FATHER, MOTHER, on("merge"))
    with pytest.raises(Refused, match="same_person"):
        corrections.merge(tx, FATHER, FATHER, on("merge"))


def test_a_marriage_does_not_end_before_it_began(tx: Connection) -> None:
    (first,) = marriages.current(tx, FATHER)
    with pytest.raises(Refused, match="before_marriage"):
        marriages.end(tx, first.id, marriages.DIVORCE, recorded(date(2010, 4, 30), "divorce"))

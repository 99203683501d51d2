"""What the register knew, of which day, and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError

from mpp.casework.refusals import Refused
from mpp.persistence.database import Database
from services.civil_registry.register import facts, people
from services.civil_registry.tables import residents
from tests.integration.civil_registry.conftest import CHILD, FATHER, recorded

MARCH, APRIL, JUNE = (datetime(2026, month, 10, 3, tzinfo=UTC) for month in (3, 4, 6))


def of(tx: Connection, nik: str, element: str, on: date, known: datetime | None = None) -> object:
    return (facts.as_of(tx, "person", nik, on, known) or {}).get(element)


def test_who_asks_for_a_former_day_reads_what_held_then(tx: Connection) -> None:
    people.change(tx, FATHER, recorded(date(2026, 3, 10), "biodata", MARCH), occupation="Petani")
    people.change(tx, FATHER, recorded(date(2026, 6, 10), "biodata", JUNE), occupation="Pedagang")
    assert of(tx, FATHER, "occupation", date(2026, 3, 9)) is None
    assert of(tx, FATHER, "occupation", date(2026, 3, 10)) == "Petani"
    assert of(tx, FATHER, "occupation", date(2026, 7, 1)) == "Pedagang"


def test_a_correction_holds_from_its_own_day_and_what_was_known_before_stays_known(tx: Connection) -> None:
    born = recorded(date(2020, 1, 1), "correction", JUNE)
    people.change(tx, CHILD, born, birth_date=date(2015, 3, 4))
    assert of(tx, CHILD, "birth_date", date(2026, 7, 1)) == "2015-03-04"
    assert of(tx, CHILD, "birth_date", date(2026, 7, 1), APRIL) == "2015-03-03"


def test_what_is_put_right_about_the_past_alone_changes_nothing_of_today(tx: Connection) -> None:
    people.change(tx, FATHER, recorded(date(2026, 6, 10), "biodata", JUNE), occupation="Pedagang")
    past = replace(recorded(date(2026, 3, 1), "correction", JUNE), until=date(2026, 6, 10))
    people.change(tx, FATHER, past, occupation="Petani")
    assert of(tx, FATHER, "occupation", date(2026, 4, 1)) == "Petani"
    assert of(tx, FATHER, "occupation", date(2026, 7, 1)) == "Pedagang"
    found = people.find(tx, FATHER)
    assert found is not None
    assert found.occupation == "Pedagang"


def test_an_element_that_has_ended_is_known_no_more(tx: Connection) -> None:
    people.change(tx, FATHER, recorded(date(2026, 3, 10), "biodata", MARCH), occupation="Petani")
    people.change(tx, FATHER, recorded(date(2026, 6, 10), "biodata", JUNE), occupation=None)
    assert of(tx, FATHER, "occupation", date(2026, 7, 1)) is None


def test_nothing_is_known_of_somebody_before_the_register_knew_anything(tx: Connection) -> None:
    assert facts.as_of(tx, "person", FATHER, date(2009, 12, 31)) is None


def test_what_stands_is_what_the_facts_say(tx: Connection) -> None:
    found = people.find(tx, FATHER)
    assert found is not None
    assert facts.as_of(tx, "person", FATHER, date(2026, 7, 1)) == people.as_stored(found)


def test_who_is_not_in_the_register_is_not_changed(tx: Connection) -> None:
    with pytest.raises(Refused, match="not_in_register"):
        people.change(tx, "3515990101809999", recorded(date(2026, 3, 10)), occupation="Petani")


def test_only_elements_of_a_person_can_be_changed(tx: Connection) -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        people.change(tx, FATHER, recorded(date(2026, 3, 10)), shoe_size="41")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE register_facts SET cause = 'x'", "DELETE FROM register_facts", "TRUNCATE register_facts"],
)
def test_a_fact_is_never_changed_or_deleted(register: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="never changed"), register.transaction() as tx:
        tx.execute(text(statement))


def test_who_was_written_without_a_fact_gets_one_at_the_first_change(tx: Connection) -> None:
    """As an older version of the mall does while it is updated."""
    nik = "3515990909809991"
    row = {"nik": nik, "person": "p", "name": "Warga Lama", "sex": "male", "birth_place": "Sidoarjo", "version": 1}
    tx.execute(insert(residents).values(**row, birth_date=date(1980, 9, 9), status="alive"))
    people.change(tx, nik, recorded(date(2026, 6, 10), "biodata", JUNE), occupation="Petani")
    assert of(tx, nik, "name", date(2026, 1, 1)) == "Warga Lama"
    assert of(tx, nik, "occupation", date(2026, 1, 1)) is None

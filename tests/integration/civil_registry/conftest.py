"""A register with one family: parents who are married, a child, and a grandmother."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial

import pytest
from sqlalchemy import Connection

from mpp.clock import new_id
from mpp.persistence.database import Database
from services.civil_registry.register import families, marriages, people
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.families import Card
from services.civil_registry.register.marriages import Marriage
from services.civil_registry.register.people import Person
from tests.support.crash import fill

FATHER, MOTHER = "3515990101809991", "3515994202829991"
CHILD, GRANDMOTHER = "3515990303159991", "3515994404509991"
CARD = "3515990101209991"
WEDDING = date(2010, 5, 1)


def recorded(since: date, cause: str = "imported", at: datetime | None = None) -> Recorded:
    """How something came into the register in these tests: written down at `at`, the morning of the day without it."""
    return Recorded(at or datetime(since.year, since.month, since.day, 2, tzinfo=UTC), since, cause, "verifikator")


def person(nik: str, name: str, sex: str, born: date, card: str, relation: str, **more: str) -> Person:
    return Person(nik, f"p-{nik}", name, sex, born, "Sidoarjo", card, relation, **more)  # type: ignore[arg-type]


@pytest.fixture
def register(registry_url: str) -> Iterator[Database]:
    """The register of the family."""
    database = Database(registry_url, name="civil_registry")
    with database.transaction() as connection:
        family(connection)
    yield database
    database.dispose()


@pytest.fixture
def tx(register: Database) -> Iterator[Connection]:
    """A transaction on it."""
    with register.transaction() as connection:
        yield connection


@pytest.fixture
def registry_url(make_database: Callable[..., str]) -> str:
    """An empty register."""
    return make_database("bare_civil_registry", partial(fill, "civil_registry", residents=0))


def family(tx: Connection) -> None:
    """The family, in an empty register."""
    by, card = recorded(date(2020, 1, 1)), new_id()
    families.add(tx, Card(card, CARD, "35.15.14.2013", "Jalan Melati 5", "003", "002"), by)
    people.add(tx, person(FATHER, "Warga Satu", "male", date(1980, 1, 1), card, "head", marital_status="single"), by)
    people.add(tx, person(MOTHER, "Warga Dua", "female", date(1982, 2, 2), card, "wife", marital_status="single"), by)
    people.add(tx, person(CHILD, "Warga Tiga", "male", date(2015, 3, 3), card, "child", marital_status="single"), by)
    people.add(tx, person(GRANDMOTHER, "Warga Empat", "female", date(1950, 4, 4), card, "parent"), by)
    marriages.register(tx, Marriage(FATHER, MOTHER, WEDDING), recorded(WEDDING, "marriage"))

"""The register of residents: two signatures that change one family, or one person, change it one after the other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mpp.persistence.database import Database
from services.civil_registry.domain import DEMO_DISTRICT
from services.civil_registry.register import numbers
from tests.races.conftest import count
from tests.races.sessions import KEY, meet, row_of, standing
from tests.support.desks import Desks, birth_data, death_data, doctor

Case = dict[str, Any]


@pytest.fixture
def registry(desks: Desks) -> Database:
    """The database of civil registration."""
    return desks.databases["civil_registry"]


def ready(desks: Desks, service: str, data: dict[str, Any]) -> Case:
    """A report that only lacks the signature."""
    case = desks.open("petugas.dukcapil", service, applicant=doctor(8), data=data)
    return desks.act("verifikator.dukcapil", case, "verify")


def birth(desks: Desks, index: int = 1) -> Case:
    return ready(desks, "ADM-LHR-01", birth_data(index))


def death(desks: Desks, index: int = 0) -> Case:
    return ready(desks, "ADM-MTI-01", death_data(index))


def sign(desks: Desks, case: Case) -> Case:
    return desks.act("pejabat.dukcapil", case, "sign")


def told_of_families(desks: Desks) -> list[tuple[int, int]]:
    """Version and number of members, as the events of changed family cards tell them."""
    found = [e for e in desks.events("civil_registry") if e.type == "civil_registry.family_card.updated.v1"]
    return [(e.subjectversion, e.data["members"]) for e in found if e.subjectversion > 1]


def test_a_death_in_a_family_counts_the_child_that_is_being_registered(desks: Desks, registry: Database) -> None:
    born, died = birth(desks), death(desks)
    _, second = meet(registry, lambda: sign(desks, born), lambda: sign(desks, died))
    assert told_of_families(desks) == [(2, 5), (3, 4)]
    assert second.waited == row_of("family_cards")


def test_a_birth_in_a_family_counts_the_death_that_is_being_registered(desks: Desks, registry: Database) -> None:
    born, died = birth(desks), death(desks)
    _, second = meet(registry, lambda: sign(desks, died), lambda: sign(desks, born))
    assert told_of_families(desks) == [(2, 3), (3, 4)]
    assert second.waited == row_of("family_cards")


def test_of_two_reports_of_one_death_the_second_takes_no_number(desks: Desks, registry: Database) -> None:
    first, second = death(desks), death(desks)
    _, late = meet(registry, lambda: sign(desks, first), lambda: sign(desks, second))
    assert late.refused in ((409, "already_deceased"), (409, "being_signed"))  # the latter where it makes a paper
    assert count(registry, "numbers") == 1
    assert late.waited == row_of("residents")


@pytest.mark.parametrize("waiting", [birth, death])
def test_who_waits_for_a_family_has_no_number_yet_and_holds_up_no_other_family(
    desks: Desks, registry: Database, waiting: Any
) -> None:
    other = {birth: death, death: birth}[waiting]
    under_way, mine = other(desks, 0 if other is death else 1), waiting(desks, 1 if waiting is birth else 2)
    elsewhere = waiting(desks, 5)
    with standing(registry, lambda: sign(desks, under_way)) as stage:
        stage.comes(lambda: sign(desks, mine))
        free = stage.comes(lambda: sign(desks, elsewhere))
        assert free.ended
    assert (free.waited, free.answer["document_number"][-4:]) == (None, "0001")


def test_two_children_of_one_day_and_district_get_two_niks(registry: Database) -> None:
    """Whatever book their certificates are numbered in."""

    def nik() -> str:
        with registry.transaction() as tx:
            return numbers.next_nik(tx, DEMO_DISTRICT, date(2026, 11, 10), "female")

    first, second = meet(registry, nik, nik)
    assert int(second.answer) == int(first.answer) + 1
    assert second.waited == KEY

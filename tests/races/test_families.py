"""Operations of the register on one family at once: one after the other, and never each waiting for the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection

from mpp.clock import new_id
from mpp.persistence.database import Database
from services.civil_registry.register import births, corrections, deaths, families, households, marriages, moves, people
from services.civil_registry.register.births import Birth
from services.civil_registry.register.deaths import Death
from services.civil_registry.register.families import Card
from services.civil_registry.register.households import Joining, NewFamily
from services.civil_registry.register.marriages import Marriage
from services.civil_registry.register.moves import Arriving, Leaving
from tests.integration.civil_registry.conftest import (
    CARD,
    CHILD,
    FATHER,
    GRANDMOTHER,
    MOTHER,
    family,
    person,
    recorded,
)
from tests.races.sessions import KEY, meet, row_of
from tests.support.crash import fill

TODAY = date(2026, 11, 20)
TWIN, ALONE = "3515994404509992", "3515990505909991"
LETTER = "SKPWNI/3515/20112026/0001"


@pytest.fixture
def register(make_database: Callable[..., str]) -> Iterator[Database]:
    """One family, and a man who lives alone."""
    url = make_database("bare_civil_registry", partial(fill, "civil_registry", residents=0))
    database = Database(url, name="civil_registry")
    with database.transaction() as tx:
        family(tx)
        card = new_card()
        families.add(tx, card, recorded(TODAY))
        people.add(tx, person(ALONE, "Warga Sendiri", "male", date(1990, 5, 5), card.id, "head"), recorded(TODAY))
    yield database
    database.dispose()


def new_card(number: str = "3515992011269100") -> Card:
    return Card(new_id(), number, "35.15.14.2001")


def does(register: Database, operation: Callable[[Connection], Any]) -> Callable[[], Any]:
    """The operation in a transaction of its own."""

    def run() -> Any:
        with register.transaction() as tx:
            return operation(tx)

    return run


def card(tx: Connection) -> str:
    return str(families.find(tx, number=CARD).id)


def heads(register: Database) -> list[str]:
    with register.transaction() as tx:
        return [row.nik for row in families.members(tx, card(tx)) if row.relation == "head"]


def dies(register: Database, nik: str) -> Callable[[], Any]:
    return does(register, lambda tx: deaths.register(tx, Death(nik, TODAY), recorded(TODAY, "death")))


def leaves(register: Database, nik: str, letter: str = LETTER) -> Callable[[], Any]:
    return does(register, lambda tx: moves.leave(tx, Leaving((nik,), letter), recorded(TODAY, "move")))


def all_leave(tx: Connection) -> Any:
    others = {MOTHER: "wife", CHILD: "child", GRANDMOTHER: "parent"}
    return households.found(tx, NewFamily(new_card("3515992011269101"), FATHER, others), recorded(TODAY, "family"))


def test_head_and_wife_die_at_once_and_the_grandmother_is_head(register: Database) -> None:
    _, second = meet(register, dies(register, FATHER), dies(register, MOTHER))
    assert second.waited == row_of("residents")
    assert heads(register) == [GRANDMOTHER]


def test_who_may_be_head_next_is_held_before_the_card(register: Database) -> None:
    """Else the head dies with the card in hand and waits for the wife, who leaves and waits for the card."""
    _, second = meet(register, leaves(register, GRANDMOTHER), dies(register, MOTHER))
    assert second.waited == row_of("residents")
    assert second.refused is not None
    assert heads(register) == [FATHER]


def test_who_joins_a_card_that_is_being_left_by_all_is_told_that_it_is_gone(register: Database) -> None:
    def join(tx: Connection) -> Any:
        return households.join(tx, Joining(card(tx), {ALONE: "family"}), recorded(TODAY, "family"))

    _, late = meet(register, does(register, all_leave), does(register, join))
    assert late.refused == (409, "family_card_gone")
    assert late.waited is not None


def test_a_child_that_is_being_registered_is_not_left_alone_on_its_card(register: Database) -> None:
    """Else the family counts itself, finds nobody, and closes the card on which the child then stands."""
    child = Birth("3515996011260001", "p-child", "Warga Lima", "female", TODAY, "Sidoarjo", CARD)
    born = does(register, lambda tx: births.register(tx, child, recorded(TODAY, "birth")))
    _, late = meet(register, born, does(register, all_leave))
    assert late.refused == (409, "children_left_alone")
    assert late.waited == row_of("family_cards")


def test_a_woman_marries_one_of_two_men(register: Database) -> None:
    def marry(name: str) -> Callable[[], Any]:
        wedding = Marriage(None, GRANDMOTHER, TODAY, husband_name=name)
        return does(register, lambda tx: marriages.register(tx, wedding, recorded(TODAY, "marriage")))

    _, late = meet(register, marry("Orang Luar"), marry("Orang Lain"))
    assert late.refused == (409, "already_married")
    assert late.waited == row_of("residents")


def test_a_marriage_ends_once(register: Database) -> None:
    def part(tx: Connection) -> None:
        (married,) = tuple(row.id for row in marriages.current(tx, FATHER))
        marriages.end(tx, married, marriages.DIVORCE, recorded(TODAY, "divorce"))

    _, late = meet(register, does(register, part), does(register, part))
    assert late.refused == (409, "not_married")


def test_a_nik_that_is_being_merged_does_not_marry(register: Database) -> None:
    with register.transaction() as tx:
        people.add(tx, person(TWIN, "Warga Empat", "female", date(1950, 4, 4), card(tx), "family"), recorded(TODAY))

    def merge(tx: Connection) -> Any:
        return corrections.merge(tx, GRANDMOTHER, TWIN, recorded(TODAY, "merge"))

    def marry(tx: Connection) -> Any:
        return marriages.register(tx, Marriage(ALONE, TWIN, TODAY), recorded(TODAY, "marriage"))

    _, late = meet(register, does(register, merge), does(register, marry))
    assert late.refused == (409, "merged")


def test_one_nik_arrives_once(register: Database) -> None:
    nik = "3578014505900001"

    def arrive(number: str) -> Callable[[], Any]:
        comes = person(nik, "Warga Luar", "female", date(1990, 5, 5), "", "head")
        to = new_card(number)
        return does(register, lambda tx: moves.arrive(tx, Arriving((comes,), to), recorded(TODAY, "move")))

    _, late = meet(register, arrive("3515992011269102"), arrive("3515992011269103"))
    assert late.refused == (409, "nik_taken")
    assert late.waited == KEY


def test_a_letter_of_one_number_is_given_once(register: Database) -> None:
    _, late = meet(register, leaves(register, FATHER), leaves(register, ALONE))
    assert late.refused == (409, "document_taken")
    assert late.waited == KEY

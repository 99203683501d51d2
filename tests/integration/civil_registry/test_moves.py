"""Who moves: nobody is left without a head, no child goes or stays alone, and the NIK stays the same."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection

from mpp.casework.refusals import Refused
from mpp.clock import new_id
from services.civil_registry.register import documents, families, households, moves, people
from services.civil_registry.register.families import Card
from services.civil_registry.register.households import Joining, NewFamily
from services.civil_registry.register.moves import Address, Arriving, Leaving
from tests.integration.civil_registry.conftest import CARD, CHILD, FATHER, GRANDMOTHER, MOTHER, person, recorded

TODAY = date(2026, 11, 20)
OTHER = "3578014505900001"
LETTER = "SKPWNI/3515/20112026/0001"


def card_of(tx: Connection, number: str = CARD) -> str:
    return str(families.find(tx, number=number).id)


def relations(tx: Connection, card: str) -> dict[str, str]:
    return {row.nik: row.relation for row in families.members(tx, card)}


def new_card() -> Card:
    return Card(new_id(), "3515992011269991", "35.15.14.2001", "Jalan Kenanga 1")


def leave(tx: Connection, *niks: str, **more: object) -> None:
    moves.leave(tx, Leaving(niks, LETTER, **more), recorded(TODAY, "move"))  # type: ignore[arg-type]


def test_who_splits_off_has_a_card_of_his_own_and_the_wife_heads_the_rest(tx: Connection) -> None:
    card, own = card_of(tx), new_card()
    left = households.found(tx, NewFamily(own, FATHER, {GRANDMOTHER: "parent"}), recorded(TODAY, "family"))
    assert left == (card,)
    assert relations(tx, own.id) == {FATHER: "head", GRANDMOTHER: "parent"}
    assert relations(tx, card) == {MOTHER: "head", CHILD: "child"}


def test_the_card_that_all_have_left_is_closed(tx: Connection) -> None:
    card = card_of(tx)
    family = NewFamily(new_card(), FATHER, {MOTHER: "wife", CHILD: "child", GRANDMOTHER: "parent"})
    households.found(tx, family, recorded(TODAY, "family"))
    assert families.find(tx, id_=card).status == "closed"
    back = Joining(card, {GRANDMOTHER: "head"})
    with pytest.raises(Refused, match="family_card_gone"):
        households.join(tx, back, recorded(TODAY, "family"))


def test_no_child_is_left_alone_and_none_heads_a_family(tx: Connection) -> None:
    family = NewFamily(new_card(), FATHER, {MOTHER: "wife", GRANDMOTHER: "parent"})
    with pytest.raises(Refused, match="children_left_alone"):
        households.found(tx, family, recorded(TODAY, "family"))
    with pytest.raises(Refused, match="head_too_young"):
        households.found(tx, NewFamily(new_card(), CHILD), recorded(TODAY, "family"))


def test_a_card_has_one_head_and_who_stands_there_does_not_come(tx: Connection) -> None:
    own = new_card()
    households.found(tx, NewFamily(own, GRANDMOTHER), recorded(TODAY, "family"))
    with pytest.raises(Refused, match="card_has_head"):
        households.join(tx, Joining(own.id, {MOTHER: "head"}), recorded(TODAY, "family"))
    with pytest.raises(Refused, match="already_on_card"):
        households.join(tx, Joining(own.id, {GRANDMOTHER: "family"}), recorded(TODAY, "family"))
    households.join(tx, Joining(own.id, {CHILD: "grandchild"}), recorded(TODAY, "family"))
    assert relations(tx, own.id) == {GRANDMOTHER: "head", CHILD: "grandchild"}


def test_another_head_and_what_the_former_is_to_her(tx: Connection) -> None:
    card = card_of(tx)
    households.change_head(tx, card, MOTHER, "husband", recorded(TODAY, "family"))
    assert relations(tx, card)[FATHER] == "husband"
    assert relations(tx, card)[MOTHER] == "head"
    with pytest.raises(Refused, match="already_head"):
        households.change_head(tx, card, MOTHER, "husband", recorded(TODAY, "family"))


def test_who_has_left_is_in_transit_with_a_letter_and_keeps_the_ktp(tx: Connection) -> None:
    documents.give(tx, documents.Held("ktp", nik=FATHER), recorded(TODAY, "ktp"))
    leave(tx, FATHER)
    found = people.find(tx, FATHER)
    assert found is not None
    assert found.status == "moved_out"
    assert relations(tx, card_of(tx))[MOTHER] == "head"
    assert [(row.kind, row.number) for row in documents.held(tx, nik=FATHER)] == [("ktp", None), ("skpwni", LETTER)]
    with pytest.raises(Refused, match="not_living_here"):
        leave(tx, FATHER)


def test_a_letter_of_one_number_is_given_once(tx: Connection) -> None:
    leave(tx, FATHER)
    with pytest.raises(Refused, match="document_taken"):
        leave(tx, GRANDMOTHER)


def test_a_child_goes_with_an_adult_or_to_somebody_who_says_so_in_writing(tx: Connection) -> None:
    with pytest.raises(Refused, match="child_without_adult"):
        leave(tx, CHILD)
    leave(tx, CHILD, accepted={CHILD: "Surat 7/2026"})
    assert CHILD not in relations(tx, card_of(tx))


def test_who_comes_back_is_the_same_person_and_a_stranger_is_added(tx: Connection) -> None:
    leave(tx, FATHER)
    back = person(FATHER, "Warga Satu", "male", date(1980, 1, 1), "", "head", occupation="Pedagang")
    wife = person(OTHER, "Warga Luar", "female", date(1990, 5, 5), "", "wife")
    own = new_card()
    moves.arrive(tx, Arriving((back, wife), own), recorded(date(2026, 12, 1), "move"))
    assert relations(tx, own.id) == {FATHER: "head", OTHER: "wife"}
    found = people.find(tx, FATHER)
    assert found is not None
    assert (found.person, found.occupation) == (f"p-{FATHER}", "Pedagang")


@pytest.mark.parametrize(
    ("nik", "relation", "code"),
    [(GRANDMOTHER, "head", "already_here"), (OTHER, "wife", "head_missing")],
)
def test_who_lives_here_does_not_arrive_and_a_card_needs_a_head(
    tx: Connection, nik: str, relation: str, code: str
) -> None:
    comes = person(nik, "Warga Luar", "female", date(1990, 5, 5), "", relation)
    with pytest.raises(Refused, match=code):
        moves.arrive(tx, Arriving((comes,), new_card()), recorded(TODAY, "move"))


def test_who_arrives_may_live_with_a_family_that_is_here(tx: Connection) -> None:
    card = card_of(tx)
    comes = person(OTHER, "Warga Luar", "female", date(1990, 5, 5), "", "family")
    assert moves.arrive(tx, Arriving((comes,), card), recorded(TODAY, "move")) == card
    assert relations(tx, card)[OTHER] == "family"


def test_a_family_that_moves_has_a_card_of_another_number_and_the_same_people(tx: Connection) -> None:
    card = card_of(tx)
    moves.move_within(tx, card, Address("35.15.08.1004", "Jalan Baru 2", number="3515992011269992"), recorded(TODAY))
    found = families.find(tx, id_=card)
    assert (found.region, found.number) == ("35.15.08.1004", "3515992011269992")
    assert set(relations(tx, card)) == {FATHER, MOTHER, CHILD, GRANDMOTHER}

"""A card of one's own: the new card and what is left of the former hold together, and nobody is without a head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mpp.identity import demo as people
from tests.integration.civil_registry.test_spouses import CLERK, REGISTRAR, card_of, decided, desks, recorded, rows
from tests.support.desks import Desks, doctor, refusal
from tests.support.papers import abandon, finish

__all__ = ["desks"]  # a fixture

HEAD, SECOND, THIRD, FOURTH = (people.resident(n) for n in range(4))
SPLIT: Mapping[str, Any] = {
    "head_nik": SECOND.nik,
    "member_1": {"nik": THIRD.nik, "relation": "family"},
    "address": "Jl. Baru No. 1",
    "requirements": {"family_card": True},
}
TAKEN = f"SELECT count(*) FROM residents JOIN family_cards c ON c.id = family_card WHERE number <> '{HEAD.family_card}'"
MINE = f"{TAKEN} AND nik IN ('{SECOND.nik}', '{THIRD.nik}')"


def test_two_cards_are_printed_as_the_register_will_be(desks: Desks) -> None:
    case = decided(desks, "ADM-KK-01", SPLIT)
    new, left = case["papers"]
    assert set(card_of(desks, new["id"])) == {SECOND.nik, THIRD.nik}
    assert card_of(desks, new["id"])[SECOND.nik]["relation"] == "Kepala keluarga"
    assert set(card_of(desks, left["id"])) == {HEAD.nik, FOURTH.nik}
    assert (new["number"][:12], left["number"]) == ("351599231126", HEAD.family_card)
    assert rows(desks, MINE) == [0]
    finish(desks, "registrations", new["id"])
    assert rows(desks, MINE) == [0], "one of two is not enough"
    finish(desks, "registrations", left["id"])
    assert rows(desks, MINE) == [2]
    assert desks.get(REGISTRAR, case)["state"] == "recorded"


def test_when_the_head_leaves_another_follows(desks: Desks) -> None:
    case = recorded(
        desks, "ADM-KK-01", {**SPLIT, "head_nik": HEAD.nik, "member_1": {"nik": SECOND.nik, "relation": "family"}}
    )
    assert card_of(desks, case["papers"][1]["id"])[THIRD.nik]["relation"] == "Kepala keluarga"


def test_what_is_given_up_leaves_the_family_as_it_was_and_its_number_to_nobody(desks: Desks) -> None:
    case = decided(desks, "ADM-KK-01", SPLIT)
    finish(desks, "registrations", case["papers"][0]["id"])
    abandon(desks, REGISTRAR, "registrations", case["papers"][1]["id"])
    assert rows(desks, MINE) == [0]
    again = decided(desks, "ADM-KK-01", SPLIT)
    assert again["papers"][0]["number"] != case["papers"][0]["number"]


def test_who_is_named_twice_or_unknown_is_refused(desks: Desks) -> None:
    twice = {**SPLIT, "member_1": {"nik": SECOND.nik, "relation": "family"}}
    unknown = {**SPLIT, "member_1": {"nik": "3515995001709999", "relation": "child"}}
    for data, code in ((twice, "same_person"), (unknown, "not_in_register")):
        refused = refusal(lambda told=data: desks.open(CLERK, "ADM-KK-01", applicant=doctor(8), data=dict(told)))  # type: ignore[misc]
        assert [(each.field, each.code) for each in refused.fields] == [("data.member_1.nik", code)]

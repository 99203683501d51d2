"""A family card of one's own: part of a family leaves the card on which it stands, and nobody stays without a head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mpp.cases.recording.hooks import Effect, Write, nothing_left
from mpp.cases.recording.work import Work
from mpp.casework.refusals import FieldError
from mpp.clock import new_id
from mpp.json_values import JsonObject, mapping, optional_mapping, optional_text, text, texts
from services.civil_registry import cards, domain
from services.civil_registry.certifying import card_changed, recorded
from services.civil_registry.register import families, households, locks, numbers, people
from services.civil_registry.register.families import Card
from services.civil_registry.register.households import NewFamily

SPLIT = "split"
MEMBERS = tuple(f"member_{n}" for n in range(1, 6))
NEW, LEFT = "family_card", "card_left"  # the names of the papers in the catalogue


def errors(work: Work) -> list[FieldError]:
    """Everybody is in the register, and nobody is named twice."""
    data, found, seen = work.record.case.data, list[FieldError](), set[str]()
    named = [("head_nik", optional_text(data, "head_nik"))]
    named += [(f"{each}.nik", optional_text(mapping(data, each), "nik")) for each in MEMBERS if each in data]
    for field, nik in named:
        if nik is None or people.find(work.tx, nik) is None:
            found.append(FieldError(f"data.{field}", "not_in_register"))
        elif nik in seen:
            found.append(FieldError(f"data.{field}", "same_person"))
        seen.add(nik or "")
    return found


def _members(work: Work) -> dict[str, str]:
    named = [optional_mapping(work.record.case.data, each) for each in MEMBERS]
    return {text(each, "nik"): text(each, "relation") for each in named if each is not None}


def _niks(work: Work) -> list[str]:
    return [text(work.record.case.data, "head_nik"), *_members(work)]


def lock(work: Work) -> None:
    """All of the families, and their cards. Raises Refused 409 `being_signed` where papers of one of them wait."""
    cards.refuse_claimed(work, locks.take(work.tx, _niks(work)).cards)


def claim(work: Work) -> tuple[str, ...]:
    """What is left of the card stands on papers that wait for a signature."""
    return cards.claims(_left(work))


def _left(work: Work) -> list[str]:
    found = people.lock(work.tx, _niks(work))
    return sorted({str(row.family_card) for row in found.values() if row.family_card is not None})


def prepare(work: Work) -> JsonObject:
    """The number of the new card, which no other will have, and all cards as they are then. Raises Refused."""
    data = work.record.case.data
    old = families.find(work.tx, id_=_left(work)[0])
    district = domain.district_of_card(old.region, demo=old.demo)
    number = numbers.next_card(work.tx, district, work.today)
    new: JsonObject = {"id": new_id(), "number": number, "region": str(old.region), "demo": bool(old.demo)}
    told: JsonObject = {"_card": {**new, **{n: data[n] for n in ("address", "rt", "rw") if n in data}}}
    left = dict(zip((LEFT, f"{LEFT}_2"), _left(work), strict=False))
    settled = cards.after(work, lambda: _found(work, told), {NEW: text(new, "id"), **left})
    return {**told, "_left": _left(work), "registered_on": work.today.isoformat(), "_papers": dict(settled)}


def _found(work: Work, facts: JsonObject) -> Any:
    said: Mapping[str, Any] = mapping(facts, "_card")
    head = text(work.record.case.data, "head_nik")
    family = NewFamily(Card(**said), head, _members(work))
    return households.found(work.tx, family, recorded(work, SPLIT, work.today))


def register(work: Work, facts: JsonObject) -> Write:
    """They stand on their own card; the others learn of each card that has changed."""
    _found(work, facts)
    for id_ in (text(mapping(facts, "_card"), "id"), *texts(facts, "_left")):
        card_changed(work, families.find(work.tx, id_=id_), SPLIT)
    return nothing_left


EFFECTS = {"register_own_card": Effect(register, lock, prepare, claim, needs_number=False)}

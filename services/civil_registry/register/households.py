"""Households: a card of its own, another card, another head. Nobody is left on a card without a head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from mpp.casework.refusals import Refused
from services.civil_registry.register import families, people
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.families import CLOSED, HEAD, Card
from services.civil_registry.register.locks import Taken, take


@dataclass(frozen=True)
class NewFamily:
    """People who get a card of their own: after a wedding, a divorce, or when part of a family moves.

    `members` is the relation to the head by NIK, the head left out. `heirs` names by card id who is head of the
    family that is left; without one the spouse follows, else the eldest who may be head.
    """

    card: Card
    head: str
    members: Mapping[str, str] = field(default_factory=dict)
    heirs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Joining:
    """People who go to a card that is there (its id), each with the relation to its head."""

    card: str
    members: Mapping[str, str]
    heirs: Mapping[str, str] = field(default_factory=dict)


def found(tx: Connection, family: NewFamily, by: Recorded) -> tuple[str, ...]:
    """The family has a card of its own; the ids of the cards that somebody has left.

    Raises Refused: `not_in_register`, `person_deceased`, `not_living_here`, `head_too_young`, `card_has_head`,
    `children_left_alone`.
    """
    taken = take(tx, [family.head, *family.members])
    head = taken.alive(family.head)
    if not families.may_head(head.birth_date, head.marital_status, by.since):
        raise Refused(409, "head_too_young")
    families.add(tx, family.card, by)
    return _stand(tx, taken, Joining(family.card.id, {**family.members, family.head: HEAD}, family.heirs), by)


def join(tx: Connection, joining: Joining, by: Recorded) -> tuple[str, ...]:
    """They stand on the other card; the ids of the cards that somebody has left.

    Who takes in children that are alone on a card comes as their head. Raises Refused as `found` does, and
    `family_card_gone`, `already_on_card`, `head_missing`.
    """
    taken = take(tx, joining.members, [joining.card])
    taken.active(joining.card)
    there = families.members(tx, joining.card)
    if any(row.nik in joining.members for row in there):
        raise Refused(409, "already_on_card")
    return _stand(tx, taken, joining, by)


def _stand(tx: Connection, taken: Taken, joining: Joining, by: Recorded) -> tuple[str, ...]:
    heads = [nik for nik, relation in joining.members.items() if relation == HEAD]
    if len(heads) + any(row.relation == HEAD for row in families.members(tx, joining.card)) > 1:
        raise Refused(409, "card_has_head")
    left = set()
    for nik, relation in joining.members.items():
        row = taken.alive(nik)
        if relation == HEAD and not families.may_head(row.birth_date, row.marital_status, by.since):
            raise Refused(409, "head_too_young")
        left.add(row.family_card)
        people.change(tx, nik, by, family_card=joining.card, relation=relation)
    if families.headless(tx, joining.card):
        raise Refused(409, "head_missing")
    return settle(tx, (id_ for id_ in left if id_ is not None), joining.heirs, by)


def settle(tx: Connection, left: Iterable[str], heirs: Mapping[str, str], by: Recorded) -> tuple[str, ...]:
    """Cards that somebody has left: one without anybody is closed, one without a head gets another.

    The caller holds the cards and who lives on them. Raises Refused `children_left_alone` where nobody who is left may
    be head, and as `families.succeed` does.
    """
    settled = tuple(sorted(set(left)))
    for id_ in settled:
        if not families.living(tx, id_):
            families.change(tx, id_, by, status=CLOSED)
        elif families.headless(tx, id_):
            heir = heirs.get(id_) or families.heir(tx, id_, by.since)
            if heir is None:
                raise Refused(409, "children_left_alone")
            families.succeed(tx, id_, heir, by)
    return settled


def change_head(tx: Connection, card: str, heir: str, becomes: str, by: Recorded) -> None:
    """Another member is the head of the family (id of its card); the former head `becomes` a relation to the new one.

    Raises Refused: `family_card_gone`, `no_member`, `head_too_young`, `already_head`.
    """
    taken = take(tx, (), [card])
    taken.active(card)
    former = [row for row in families.members(tx, card) if row.relation == HEAD]
    if any(row.nik == heir for row in former):
        raise Refused(409, "already_head")
    for row in former:
        people.change(tx, row.nik, by, relation="other")
    families.succeed(tx, card, heir, by)
    for row in former:
        people.change(tx, row.nik, by, relation=becomes)

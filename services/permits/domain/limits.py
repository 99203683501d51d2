"""How many permits one person may hold, and how many at one place: data of the catalogue. Pure.

A doctor holds at most three practice licences, each for one place (Permenkes 13/2025).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from mpp.casework.refusals import FieldError, Refused
from mpp.casework.rules.service_type import HoldingLimit
from mpp.identity.addresses import address_key
from mpp.json_values import JsonObject

_BETWEEN = "|"  # no part of a place has it


@dataclass(frozen=True)
class Held:
    """A permit in force that a person holds in the group of a limit; one that only `moves` to the place is counted
    elsewhere."""

    id: str
    number: str
    place: str | None
    moves: bool = False


def place_of(limit: HoldingLimit, data: JsonObject) -> str | None:
    """The place in the form's data as it is compared: each of its fields by `address_key`."""
    parts = [address_key(str(data.get(name, ""))) for name in limit.place]
    return _BETWEEN.join(parts) if any(parts) else None


def alike(held: Collection[Held], place: str | None) -> list[Held]:
    """The permits at a place that may well be this one: of two parts at least all but one are the same."""
    return [] if place is None else [each for each in held if each.place is not None and _alike(each.place, place)]


def _alike(one: str, other: str) -> bool:
    ones, others = one.split(_BETWEEN), other.split(_BETWEEN)
    if len(ones) != len(others):
        return False
    same = [mine for mine, its in zip(ones, others, strict=True) if mine == its and mine]
    return len(same) >= 2 and len(same) == len(ones) - 1


def _counted(held: Collection[Held]) -> int:
    return sum(not each.moves for each in held)


def objections(limit: HoldingLimit, held: Collection[Held], place: str | None) -> list[FieldError]:
    """Why one more permit at this place cannot be asked for, field by field; empty when it can."""
    found = []
    if _counted(held) >= limit.per_person:
        found.append(FieldError("applicant.nik", "permit_limit_reached", {"max": limit.per_person}))
    if place is not None and any(each.place == place for each in held):
        found.append(FieldError(f"data.{limit.place[-1]}", "permit_place_taken"))
    return found


def refuse(limit: HoldingLimit, held: Collection[Held], place: str | None) -> None:
    """The same at the moment of signing: Refused 409."""
    if place is not None and any(each.place == place for each in held):
        raise Refused(409, "permit_place_taken")
    if _counted(held) >= limit.per_person:
        raise Refused(409, "permit_limit_reached", params={"max": limit.per_person})

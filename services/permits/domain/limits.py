"""How many permits one person may hold, and how many at one place: data of the catalogue. Pure.

A doctor holds at most three practice licences, each for one place (Permenkes 13/2025).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from mpp.casework.refusals import FieldError, Refused
from mpp.casework.rules.service_type import HoldingLimit
from mpp.json_values import Json, JsonObject


@dataclass(frozen=True)
class Held:
    """A permit in force that a person holds in the group of a limit."""

    id: str
    number: str
    place: str | None


def place_of(limit: HoldingLimit, data: JsonObject) -> str | None:
    """The place in the form's data as it is compared: without case, punctuation and doubled spaces."""
    parts = [_plain(data.get(name, "")) for name in limit.place]
    return "|".join(parts) if any(parts) else None


def _plain(value: Json) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in str(value).casefold()).split())


def objections(limit: HoldingLimit, held: Collection[Held], place: str | None) -> list[FieldError]:
    """Why one more permit at this place cannot be asked for, field by field; empty when it can."""
    found = []
    if len(held) >= limit.per_person:
        found.append(FieldError("applicant.nik", "permit_limit_reached", {"max": limit.per_person}))
    if place is not None and any(each.place == place for each in held):
        found.append(FieldError(f"data.{limit.place[-1]}", "permit_place_taken"))
    return found


def refuse(limit: HoldingLimit, held: Collection[Held], place: str | None) -> None:
    """The same at the moment of signing: Refused 409."""
    if place is not None and any(each.place == place for each in held):
        raise Refused(409, "permit_place_taken")
    if len(held) >= limit.per_person:
        raise Refused(409, "permit_limit_reached", params={"max": limit.per_person})

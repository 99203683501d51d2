"""What an event says of many persons at once: each in one short text, so that two million travel in some minutes.

`PSEUDONYM VERSION REGION [DIED_ON]`, with `-` for a region that is not known: `0000...01 3 35.15.14.2013 2026-11-18`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import fields, validate

MOST = 500  # in one event: some 45 KB
_NOWHERE = "-"
_TOLD = re.compile(
    r"[0-9a-f]{64} [1-9][0-9]{0,9} (?:-|\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?)(?: \d{4}-\d{2}-\d{2})?"
)


@dataclass(frozen=True)
class Told:
    """A person by pseudonym, as the register has him or her at this version: where, and dead since when."""

    person: str
    version: int
    region: str | None
    died_on: date | None = None

    def __str__(self) -> str:
        died = "" if self.died_on is None else f" {self.died_on.isoformat()}"
        return f"{self.person} {self.version} {self.region or _NOWHERE}{died}"


def read(told: Iterable[str]) -> list[Told]:
    """The persons of such an event, whose contract was checked."""
    return [_read(each) for each in told]


class _Person(fields.String):
    """One of them; what is none is refused without being quoted."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> Any:
        told = super()._deserialize(value, attr, data, **more)
        try:
            if told is not None and _TOLD.fullmatch(told):
                _read(told)
                return told
        except ValueError:
            pass
        raise self.make_error("invalid")


def persons() -> fields.List[str]:
    """The field of a contract."""
    return fields.List(
        _Person(),
        required=True,
        validate=validate.Length(1, MOST),
        metadata={"description": "Each person once: pseudonym, version, region or `-`, and the day of death if any"},
    )


def _read(told: str) -> Told:
    person, version, region, *died = told.split(" ")
    died_on = date.fromisoformat(died[0]) if died else None
    return Told(person, int(version), None if region == _NOWHERE else region, died_on)

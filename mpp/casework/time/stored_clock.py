"""What is kept of a clock: how much time there is, and when it ran. What follows from that needs a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from mpp import json_values
from mpp.casework.time.counting import Period
from mpp.casework.time.durations import Duration, parse_stored
from mpp.json_values import Json, JsonObject, iso

_FORM = 1  # of the stored object; a later form gets the next number


class Extension(NamedTuple):
    """More time, granted once."""

    duration: Duration
    at: datetime


@dataclass(frozen=True)
class StoredClock:
    """One clock as a case and its timeline keep it; `mpp.casework.time.clock.StatutoryClock` counts with it.

    Example: three working days; the clock was stopped after an hour and runs again since the next day:

        {"v": 1, "duration": "3wd", "office_kind": "opd", "roll": false, "extension": null, "ended_at": null,
         "periods": [["2026-11-16T02:00:00+00:00", "2026-11-16T03:00:00+00:00"], ["2026-11-17T02:00:00+00:00", null]]}
    """

    duration: Duration
    office_kind: str
    roll: bool
    periods: tuple[Period, ...]
    extension: Extension | None = None
    ended_at: datetime | None = None

    def to_json(self) -> JsonObject:
        """The object that `from_json` reads back; instants as ISO 8601 in UTC."""
        extension = self.extension
        return {
            "v": _FORM,
            "duration": str(self.duration),
            "office_kind": self.office_kind,
            "roll": self.roll,
            "periods": [[iso(period.begin), iso(period.end)] for period in self.periods],
            "extension": extension and {"duration": str(extension.duration), "at": iso(extension.at)},
            "ended_at": iso(self.ended_at),
        }

    @classmethod
    def from_json(cls, stored: JsonObject) -> StoredClock:
        """Read a stored clock. ValueError for anything that `to_json` could not have written.

        A command reads every clock of its case's timeline, so this is written to be fast.
        """
        try:
            form, extension, ended_at = stored["v"], stored["extension"], stored["ended_at"]
            if form != _FORM:
                raise ValueError(f"form {form!r}")
            clock = cls(
                parse_stored(json_values.text(stored, "duration")),
                json_values.text(stored, "office_kind"),
                json_values.truth(stored, "roll"),
                tuple([_period(period) for period in json_values.array(stored, "periods")]),
                None if extension is None else _extension(json_values.mapping(stored, "extension")),
                None if ended_at is None else _instant(ended_at),
            )
            clock._check()
        except KeyError as error:
            raise ValueError(f"not a stored clock: {error} is missing") from error
        except ValueError as error:
            raise ValueError(f"not a stored clock: {error}") from error
        return clock

    def _check(self) -> None:
        last: datetime | None = None  # the end of the period before; None where that one runs on
        for number, (begin, end) in enumerate(self.periods):
            if number and (last is None or begin < last):
                raise ValueError("the periods overlap")
            if end is not None and end < begin:
                raise ValueError("a period runs backwards")
            last = end
        if self.ended_at is not None and (last is None or last > self.ended_at):
            raise ValueError("it runs on after its end")


def write_clock(clock: StoredClock | None) -> JsonObject:
    """What a row holds: an empty object where there is no clock."""
    return {} if clock is None else clock.to_json()


def read_clock(stored: Json) -> StoredClock | None:
    """The inverse of `write_clock`; rows from before there were clocks of tasks hold nothing. ValueError."""
    if stored is None or stored == {}:
        return None
    if not isinstance(stored, Mapping):
        raise ValueError("not a stored clock: no object")
    return StoredClock.from_json(stored)


def _period(stored: Json) -> Period:
    if not isinstance(stored, list) or len(stored) != 2:
        raise ValueError("a period has a begin and an end")
    begin, end = stored
    return Period(_instant(begin), None if end is None else _instant(end))


def _extension(stored: JsonObject) -> Extension:
    return Extension(parse_stored(json_values.text(stored, "duration")), _instant(stored["at"]))


def _instant(stored: Json) -> datetime:
    if not isinstance(stored, str):
        raise ValueError("not an instant")
    moment = datetime.fromisoformat(stored)
    if moment.tzinfo is None:
        raise ValueError("an instant without a zone")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)

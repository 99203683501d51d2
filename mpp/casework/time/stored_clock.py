"""What is kept of a clock: how much time there is, and when it ran. What follows from that needs a calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from mpp import json_values
from mpp.casework.time.counting import Period
from mpp.casework.time.durations import Duration, parse
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
        """Read a stored clock. ValueError for anything that `to_json` could not have written."""
        missing = [name for name in ("v", *cls.__dataclass_fields__) if name not in stored]
        if missing:
            raise ValueError(f"not a stored clock: {', '.join(missing)} missing")
        if stored["v"] != _FORM:
            raise ValueError(f"not a stored clock: form {stored['v']!r}")
        extension = None
        if stored["extension"] is not None:
            given = json_values.mapping(stored, "extension")
            extension = Extension(parse(json_values.text(given, "duration")), _utc(json_values.moment(given, "at")))
        ended_at = json_values.optional_moment(stored, "ended_at")
        clock = cls(
            parse(json_values.text(stored, "duration")),
            json_values.text(stored, "office_kind"),
            json_values.truth(stored, "roll"),
            tuple(_period(period) for period in json_values.array(stored, "periods")),
            extension,
            None if ended_at is None else _utc(ended_at),
        )
        clock._check()
        return clock

    def _check(self) -> None:
        edges = [edge for period in self.periods for edge in period]
        inner, last = edges[:-1], edges[-1:]
        known = [edge for edge in edges if edge is not None]
        if None in inner or known != sorted(known):
            raise ValueError("not a stored clock: the periods overlap or run backwards")
        if self.ended_at is not None and (not last or last[0] is None or last[0] > self.ended_at):
            raise ValueError("not a stored clock: it runs on after its end")


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
    if not isinstance(stored, Sequence) or isinstance(stored, str) or len(stored) != 2:
        raise ValueError("not a stored clock: a period has a begin and an end")
    edges: JsonObject = {"begin": stored[0], "end": stored[1]}
    end = json_values.optional_moment(edges, "end")
    return Period(_utc(json_values.moment(edges, "begin")), None if end is None else _utc(end))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)

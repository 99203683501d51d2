"""A span of time as a range of event ids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement

from mpp.json_values import Json, JsonObject, moment


@dataclass(frozen=True)
class Span:
    """From `since` on, before `until`; both aware."""

    since: datetime
    until: datetime

    def covers(self, event_id: ColumnElement[str]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """The condition that an id was made within it."""
        return event_id >= first_id(self.since), event_id < first_id(self.until)

    def parts(self, length: timedelta) -> Iterator[Span]:
        """Shorter spans that make it up, in order; each begins at a multiple of the length, but for the first."""
        at = self.since
        while at < self.until:
            whole = datetime.fromtimestamp(at.timestamp() // length.total_seconds() * length.total_seconds(), UTC)
            end = min(whole + length, self.until)
            yield Span(at, end)
            at = end

    def to_json(self) -> dict[str, Json]:
        return {"since": self.since.isoformat(), "until": self.until.isoformat()}

    @classmethod
    def from_json(cls, found: JsonObject) -> Span:
        return cls(moment(found, "since"), moment(found, "until"))


def first_id(at: datetime) -> str:
    """The lowest id that can be made at this moment."""
    milliseconds = max(0, int(at.timestamp() * 1000))
    digits = f"{milliseconds:012x}"
    return f"{digits[:8]}-{digits[8:12]}-0000-0000-000000000000"


def made_at(event_id: str) -> datetime:
    """When an id was made."""
    return datetime.fromtimestamp(int(event_id.replace("-", "")[:12], 16) / 1000, UTC)

"""What a service has told and heard within a span of time, counted: equal counts and digests are the same events.

A digest is the exclusive or of a hash of each id: it depends on no order, and a longer span is no harder to compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, TextClause
from sqlalchemy import text as sql

from mpp.json_values import Json, JsonObject, mapping, moment, objects, text, truth, whole
from mpp.messaging.brokers.topics import covers
from mpp.messaging.reconciling.spans import Span, first_id

BUCKET = timedelta(hours=1)

# For the tables that keep events by id: `SELECT {HOUR}, type, {COUNTS} FROM ... WHERE {IN_SPAN} GROUP BY ...`
HOUR = "('x' || substr(replace(event_id::text, '-', ''), 1, 12))::bit(48)::bigint / 3600000 AS hour"
COUNTS = "count(*) AS number, bit_xor(hashtextextended(event_id::text, 0)) AS digest"
IN_SPAN = "event_id >= CAST(:first AS uuid) AND event_id < CAST(:beyond AS uuid)"

_TOLD = sql(
    f"SELECT {HOUR}, type, headers->>'ce-dataclassification' = 'public' AS public, {COUNTS}"  # noqa: S608
    f" FROM outbox WHERE {IN_SPAN} AND published_at IS NOT NULL GROUP BY 1, 2, 3"
)
_HEARD = sql(
    f"SELECT {HOUR}, subscription, type, {COUNTS}"  # noqa: S608
    f" FROM inbox WHERE {IN_SPAN} AND type IS NOT NULL GROUP BY 1, 2, 3"
)
_UNSETTLED = sql("SELECT status, count(*) AS number FROM inbox WHERE status IN ('retry', 'parked', 'dead') GROUP BY 1")


@dataclass(frozen=True)
class Told:
    """Events of one type that were made within one hour (counted from 1970) and published."""

    hour: int
    type: str
    public: bool
    number: int
    digest: int

    def to_json(self) -> dict[str, Json]:
        counted: dict[str, Json] = {"number": self.number, "digest": self.digest}
        return {"hour": self.hour, "type": self.type, "public": self.public, **counted}

    @classmethod
    def from_json(cls, found: JsonObject) -> Told:
        what = whole(found, "hour"), text(found, "type"), truth(found, "public")
        return cls(*what, whole(found, "number"), whole(found, "digest"))


@dataclass(frozen=True)
class Heard:
    """Events of one type, made within one hour, that a subscription has, whatever became of them there."""

    hour: int
    subscription: str
    type: str
    number: int
    digest: int

    def to_json(self) -> dict[str, Json]:
        counted: dict[str, Json] = {"number": self.number, "digest": self.digest}
        return {"hour": self.hour, "subscription": self.subscription, "type": self.type, **counted}

    @classmethod
    def from_json(cls, found: JsonObject) -> Heard:
        what = whole(found, "hour"), text(found, "subscription"), text(found, "type")
        return cls(*what, whole(found, "number"), whole(found, "digest"))


@dataclass(frozen=True)
class Listener:
    """A subscription, and since when it listens to each of its patterns of types; some are for public events only."""

    subscription: str
    since: Mapping[str, datetime]
    public_only: bool = False

    def listens_since(self, kind: str) -> datetime | None:
        """Since when it listens to this type; None: it does not."""
        fitting = [at for pattern, at in self.since.items() if covers(pattern, kind)]
        return min(fitting, default=None)

    def to_json(self) -> dict[str, Json]:
        since: dict[str, Json] = {pattern: at.isoformat() for pattern, at in self.since.items()}
        return {"subscription": self.subscription, "since": since, "public_only": self.public_only}

    @classmethod
    def from_json(cls, found: JsonObject) -> Listener:
        since = mapping(found, "since")
        when = {pattern: moment(since, pattern) for pattern in since}
        return cls(text(found, "subscription"), when, truth(found, "public_only"))


@dataclass(frozen=True)
class Digest:
    """What one service has told and heard within a span, and by whom.

    What was told before `told_since` may have been deleted. `unsettled`: how many events of its whole inbox wait or lie
    dead, by status.
    """

    told: Sequence[Told]
    heard: Sequence[Heard]
    listeners: Sequence[Listener]
    told_since: datetime
    unsettled: Mapping[str, int]

    def to_json(self) -> dict[str, Json]:
        return {
            "told": [each.to_json() for each in self.told],
            "heard": [each.to_json() for each in self.heard],
            "listeners": [each.to_json() for each in self.listeners],
            "told_since": self.told_since.isoformat(),
            "unsettled": dict(self.unsettled),
        }

    @classmethod
    def from_json(cls, found: JsonObject) -> Digest:
        unsettled = mapping(found, "unsettled")
        return cls(
            [Told.from_json(each) for each in objects(found, "told")],
            [Heard.from_json(each) for each in objects(found, "heard")],
            [Listener.from_json(each) for each in objects(found, "listeners")],
            moment(found, "told_since"),
            {status: whole(unsettled, status) for status in unsettled},
        )


def told(tx: Connection, span: Span) -> list[Told]:
    """What the outbox has of it."""
    rows = tx.execute(_TOLD, _bounds(span))
    return [Told(row.hour, row.type, bool(row.public), row.number, row.digest) for row in rows]


def heard(tx: Connection, span: Span) -> list[Heard]:
    """What the inbox has of it."""
    rows = tx.execute(_HEARD, _bounds(span))
    return [Heard(row.hour, row.subscription, row.type, row.number, row.digest) for row in rows]


def kept(tx: Connection, statement: TextClause, name: str, span: Span) -> list[Heard]:
    """The same of another table, whose statement gives hour, type, number and digest; `name` as its subscription."""
    rows = tx.execute(statement, _bounds(span))
    return [Heard(row.hour, name, row.type, row.number, row.digest) for row in rows]


def unsettled(tx: Connection) -> dict[str, int]:
    """How many events of the inbox wait or lie dead, by status."""
    return {row.status: row.number for row in tx.execute(_UNSETTLED)}


def hour_of(hour: int) -> Span:
    """The hour that a digest is about."""
    begins = datetime.fromtimestamp(hour * BUCKET.total_seconds(), UTC)
    return Span(begins, begins + BUCKET)


def _bounds(span: Span) -> dict[str, str]:
    return {"first": first_id(span.since), "beyond": first_id(span.until)}

"""The feed in the database: stored as events come, numbered in a second step, read by number.

Rows of different transactions become visible in any order, so a reader who follows an identity column misses the
one that commits late. Positions are therefore given afterwards, to rows that are committed, by one transaction at a
time (it locks the one row of `feed_state`): who has read up to position n has seen every event up to n.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from mpp.json_values import Json, JsonObject
from mpp.messaging.events.event import Event
from mpp.messaging.reconciling.digests import COUNTS, HOUR, IN_SPAN, Heard, kept
from mpp.messaging.reconciling.ids import PAGE, Ids, Wanted
from mpp.messaging.reconciling.spans import Span
from services.gateway.tables import feed_events, feed_state

BATCH = 1000
_KEEP = insert(feed_events).values(received_at=func.now()).on_conflict_do_nothing(index_elements=["event_id"])
_COUNTED = text(f"SELECT {HOUR}, type, {COUNTS} FROM feed_events WHERE {IN_SPAN} GROUP BY 1, 2")  # noqa: S608


@dataclass(frozen=True)
class Page:
    """Some events, the position to go on from, and whether there are more already."""

    events: list[JsonObject]
    position: int
    more: bool


def store(tx: Connection, events: Sequence[Event]) -> None:
    """Keep the public ones of these events, once however often they come. The others are nobody's business here."""
    public = [event for event in events if event.dataclassification == "public"]
    if public:
        tx.execute(_KEEP, [{"event_id": e.id, "type": e.type, "event": structured(e)} for e in public])


def structured(event: Event) -> JsonObject:
    """The event in CloudEvents' JSON form."""
    form: dict[str, Json] = {
        "specversion": "1.0",
        "id": event.id,
        "type": event.type,
        "source": event.source,
        "subject": event.subject,
        "subjectversion": event.subjectversion,
        "time": event.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "region": event.region,
        "correlationid": event.correlationid,
        "dataclassification": event.dataclassification,
        "datacontenttype": "application/json",
        "data": event.data,
    }
    if event.causationid:
        form["causationid"] = event.causationid
    return form


def number(tx: Connection, batch: int = BATCH) -> int:
    """Give positions to at most `batch` events that have none; how many got one."""
    waiting = select(exists().where(feed_events.c.position.is_(None)))
    if not tx.execute(waiting).scalar_one():
        return 0
    last = tx.execute(select(feed_state.c.last).with_for_update()).scalar_one()
    fresh = (
        select(feed_events.c.arrival, func.row_number().over(order_by=feed_events.c.arrival).label("n"))
        .where(feed_events.c.position.is_(None))
        .order_by(feed_events.c.arrival)
        .limit(batch)
        .subquery()
    )
    numbered = tx.execute(
        update(feed_events).where(feed_events.c.arrival == fresh.c.arrival).values(position=last + fresh.c.n)
    ).rowcount
    tx.execute(update(feed_state).values(last=last + numbered))
    return int(numbered)


def bounds(tx: Connection) -> tuple[int, int]:
    """The last position given, and the one through which events have been removed."""
    row = tx.execute(select(feed_state.c.last, feed_state.c.pruned_through)).one()
    return row.last, row.pruned_through


@dataclass(frozen=True)
class Sought:
    """Which events: of these types (`permits.permit.*` for a prefix), and in this place or below; nothing: all."""

    types: tuple[str, ...] = ()
    area: str | None = None

    def where(self) -> list[ColumnElement[bool]]:
        """What holds for them."""
        found = [or_(*map(_of_type, self.types))] if self.types else []
        if self.area is not None:
            region = feed_events.c.event["region"].astext
            found.append(or_(region == self.area, region.startswith(f"{self.area}.", autoescape=True)))
        return found


def page(tx: Connection, after: int, sought: Sought, limit: int, last: int) -> Page:
    """Up to `limit` events after a position.

    `last` is from `bounds`, read before: the position of a page without all of its limit is that one, so that a
    reader of a rare type does not walk the same events again.
    """
    found = tx.execute(
        select(feed_events.c.position, feed_events.c.event)
        .where(feed_events.c.position > after, feed_events.c.position <= last, *sought.where())
        .order_by(feed_events.c.position)
        .limit(limit + 1)
    ).all()
    kept = found[:limit]
    more = len(found) > limit
    return Page([row.event for row in kept], kept[-1].position if more else max(last, after), more)


def prune(tx: Connection, before: datetime, batch: int = BATCH) -> int:
    """Remove at most `batch` events that arrived before; how many went."""
    old = (
        select(feed_events.c.position)
        .where(feed_events.c.received_at < before, feed_events.c.position.is_not(None))
        .order_by(feed_events.c.position)
        .limit(batch)
    )
    gone = tx.execute(
        delete(feed_events).where(feed_events.c.position.in_(old)).returning(feed_events.c.position)
    ).scalars()
    positions = list(gone)
    if positions:
        highest = func.greatest(feed_state.c.pruned_through, max(positions))
        tx.execute(update(feed_state).values(pruned_through=highest))
    return len(positions)


def kept_within(tx: Connection, span: Span, name: str) -> list[Heard]:
    """Counts and digests of what the feed holds, under this name as the subscription."""
    return kept(tx, _COUNTED, name, span)


def ids_within(tx: Connection, wanted: Wanted, limit: int = PAGE) -> Ids:
    """A page of the ids of events that the feed holds."""
    id_ = feed_events.c.event_id
    found = select(id_).where(*wanted.span.covers(id_), feed_events.c.type == wanted.type)
    if wanted.after is not None:
        found = found.where(id_ > wanted.after)
    ids = [str(each) for each in tx.execute(found.order_by(id_).limit(limit)).scalars()]
    return Ids(ids, (), len(ids) == limit)


def _of_type(kind: str) -> ColumnElement[bool]:
    if not kind.endswith("*"):
        return feed_events.c.type == kind
    prefix = kind.removesuffix("*")
    # A range, not LIKE: it uses the index, and `_` in a type is not a wildcard. "~" follows every letter of a type.
    return and_(feed_events.c.type >= prefix, feed_events.c.type < prefix + "~")

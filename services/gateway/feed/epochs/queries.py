"""The epochs in the database, and what tells it from a copy of itself."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text, update

from services.gateway.tables import feed_epochs, feed_events, feed_state

# A dump that is read in elsewhere has another server, database, or at least another table. The server's own number is
# not told to everybody everywhere.
_PLACE = "(SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || 'feed_state'::regclass::oid"
_SERVER = "(SELECT system_identifier FROM pg_control_system())"
_TELLS_SERVER = text("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')")
_READ = "SELECT epoch, last, fingerprint, {place} AS place FROM feed_state {lock}"


@dataclass(frozen=True)
class State:
    """Where the feed is: its epoch, the last position given in it; where its database was when somebody looked last
    (None: nobody has), and where it is."""

    epoch: str
    last: int
    fingerprint: str | None
    place: str


@dataclass(frozen=True)
class Epoch:
    """One of them; the positions up to `base` are those of the epoch before."""

    name: str
    base: int


@dataclass(frozen=True)
class Begun:
    """The newest epoch: since when, and why."""

    epoch: str
    at: datetime
    reason: str


def state(tx: Connection, *, locked: bool = False) -> State:
    """As it is now; `locked` until the end of the transaction."""
    place = f"{_SERVER} || '/' || {_PLACE}" if tx.execute(_TELLS_SERVER).scalar_one() else _PLACE
    row = tx.execute(text(_READ.format(place=place, lock="FOR UPDATE" if locked else ""))).one()
    return State(row.epoch, row.last, row.fingerprint, row.place)


def epochs(tx: Connection) -> list[Epoch]:
    """All that this database knows of, the first one first."""
    found = select(feed_epochs.c.epoch, feed_epochs.c.base).order_by(feed_epochs.c.ordinal)
    return [Epoch(row.epoch, row.base) for row in tx.execute(found)]


def begin(tx: Connection, before: State, base: int, reason: str, now: datetime) -> State:
    """Another epoch. The caller has locked the state."""
    made = secrets.token_hex(4)
    tx.execute(insert(feed_epochs).values(epoch=made, base=base, began_at=now, reason=reason))
    tx.execute(update(feed_state).values(epoch=made, fingerprint=before.place))
    return State(made, before.last, before.place, before.place)


def stands_here(tx: Connection, place: str) -> None:
    """The database is where it is meant to be."""
    tx.execute(update(feed_state).values(fingerprint=place))


def received_before(tx: Connection, at: datetime) -> int:
    """The position up to which everything was received before this moment."""
    later = select(func.min(feed_events.c.position)).where(feed_events.c.received_at >= at)
    first = tx.execute(later).scalar_one()
    return int(tx.execute(select(feed_state.c.last)).scalar_one() if first is None else first - 1)


def resume_at(found: Sequence[Epoch], epoch: str, position: int) -> int | None:
    """Up to where somebody who was at a position of an earlier epoch has seen what is here; None: nobody knows.

    Of each epoch that followed, positions up to its base are the same events.
    """
    names = [each.name for each in found]
    if epoch not in names:
        return None
    return min([position, *(each.base for each in found[names.index(epoch) + 1 :])])


def newest(tx: Connection) -> Begun | None:
    """The epoch that the feed is in; None while there was never another than the first."""
    columns = (feed_epochs.c.epoch, feed_epochs.c.began_at, feed_epochs.c.reason)
    rows = tx.execute(select(*columns).order_by(feed_epochs.c.ordinal.desc()).limit(2)).all()
    return Begun(*rows[0]) if len(rows) > 1 else None

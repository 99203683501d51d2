"""Two sessions of one database that meet: the first stands still at its commit while the second comes.

At its commit the first has done all that it does and has every lock that it took; nobody else sees a word of it. If the
second needs one of these locks it waits, which PostgreSQL tells (`waited`); else it goes on with what it sees, and what
the office promises is broken. Then the first commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import eventlet
from eventlet.event import Event as Signal
from sqlalchemy import NullPool, create_engine, event, text

from mpp import crashpoints
from mpp.casework.refusals import Refused
from mpp.persistence.database import Database
from tests.support.wait import until

ADVISORY = "advisory lock"
KEY = "key"  # of a row that somebody else is inserting or deleting
_WAITING = text(
    """
    SELECT w.pid, w.locktype, coalesce(w.relation, t.relation)::regclass::text AS of
    FROM pg_locks w
    JOIN pg_stat_activity a ON a.pid = w.pid AND a.datname = current_database()
    LEFT JOIN pg_locks t ON t.pid = w.pid AND t.locktype = 'tuple' AND t.granted
    WHERE NOT w.granted
    """
)


def row_of(table: str) -> str:
    """What a session says that waits for a row of the table."""
    return f"row of {table}"


@dataclass
class Session:
    """Somebody at work. `answer` is what it came to in the end: a value, or the exception that ended it."""

    answer: Any = None
    waited: str | None = None  # what for; None where it never had to
    ended: bool = False
    _greenlet: Any = None

    @property
    def refused(self) -> Any:
        """Status and code of the refusal, or the answer where there was none."""
        return (self.answer.status, self.answer.code) if isinstance(self.answer, Refused) else self.answer

    def wait(self) -> None:
        """Until it has ended."""
        self._greenlet.wait()

    def kill(self) -> None:
        """It dies where it stands, and its connection with it."""
        self._greenlet.kill()
        self.ended = True


@dataclass
class Stage:
    """Where the sessions of a database meet; the first one stands at its commit already."""

    database: Database
    first: Session
    _known: set[int] = field(default_factory=set)
    _others: list[Session] = field(default_factory=list)

    def comes(self, call: Callable[[], Any]) -> Session:
        """Somebody else, as far as possible: to the end, or until it waits."""
        found = _begin(call)
        self._others.append(found)
        until(lambda: found.ended or self._waits(found), what="the other session ends or waits")
        return found

    def _waits(self, session: Session) -> bool:
        new = {row.pid: row for row in _look(self.database, _WAITING) if row.pid not in self._known}
        for row in new.values():
            session.waited = _told(row)
        self._known |= set(new)
        return bool(new)


@contextmanager
def standing(
    database: Database, first: Callable[[], Any], *, commit: int = 1, point: str | None = None
) -> Iterator[Stage]:
    """`first` stands still at its commit (or at its second one ..., or at a crash point) while the block runs.

    Then everybody ends.
    """
    arrived, go = Signal(), Signal()
    session = Session()
    seen = 0

    def stop() -> None:
        arrived.send(None)
        go.wait()

    def reach(name: str) -> None:
        if name == point and eventlet.getcurrent() is session._greenlet and not arrived.ready():
            stop()

    def stand(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> Any:
        nonlocal seen
        if statement.endswith("COMMIT") and eventlet.getcurrent() is session._greenlet:
            seen += 1
            if point is None and seen == commit:
                if rides := statement.removesuffix("COMMIT"):  # what was to go in one trip with the commit
                    context.dialect.do_execute(cursor, rides, parameters, context)
                    statement = "COMMIT"
                stop()
        return statement, parameters

    stage = Stage(database, session)
    event.listen(database.engine, "before_cursor_execute", stand, retval=True)
    try:
        with crashpoints.hook(reach):
            _begin(first, session)
            until(lambda: arrived.ready() or session.ended, what="the first session comes to where it stands")
            assert not session.ended, f"it never came there: {session.answer!r}"
            yield stage
    finally:
        go.send(None)
        for one in (session, *stage._others):
            if not one.ended:
                one.wait()
        event.remove(database.engine, "before_cursor_execute", stand)


def meet(
    database: Database, first: Callable[[], Any], second: Callable[[], Any], *, commit: int = 1
) -> tuple[Session, Session]:
    """Both at once; how each of them ended."""
    with standing(database, first, commit=commit) as stage:
        other = stage.comes(second)
    return stage.first, other


def _begin(call: Callable[[], Any], session: Session | None = None) -> Session:
    found = session or Session()

    def run() -> None:
        try:
            found.answer = call()
        except Exception as error:
            found.answer = error
        found.ended = True

    found._greenlet = eventlet.spawn(run)
    return found


def _told(row: Any) -> str:
    if row.locktype == "advisory":
        return ADVISORY
    return KEY if row.of is None else row_of(row.of)


def _look(database: Database, query: Any) -> list[Any]:
    """By a session of its own, whatever the pool of the database is busy with."""
    engine = create_engine(database.url, poolclass=NullPool)
    with engine.connect() as connection:
        return list(connection.execute(query).all())

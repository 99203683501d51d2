"""Gives out positions of the feed, and notices before that its database was restored from an older copy: then it begins
another epoch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

import structlog

from mpp.clock import Clock
from mpp.failures import describe
from mpp.hosting.seldom import Seldom
from mpp.persistence.database import Database
from services.gateway.feed.epochs import beginning, queries
from services.gateway.feed.epochs.cursor import Cursor
from services.gateway.feed.epochs.mark import Mark
from services.gateway.feed.epochs.queries import State
from services.gateway.feed.queries import BATCH, number

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mpp.persistence.deadline import Deadline

log = structlog.get_logger(__name__)

BEHIND = "the database is behind what was given out"
ELSEWHERE = "the database is a copy that was read in"
OLDER = "the database is from before the newest epoch"
_ROUNDS = 5


class Run(Protocol):
    """Does work on the disk, while others go on."""

    def __call__(self, work: Callable[[], Cursor | None], /) -> Cursor | None: ...


def _here(work: Callable[[], Cursor | None]) -> Cursor | None:
    return work()


class Watch:
    """Compares the database with the mark before it gives a position, in the same transaction; and raises the mark
    before a partner gets to see one.

    Without a folder for the mark only a copy that was read in is noticed, and what this process has given out itself.
    """

    def __init__(self, database: Database, clock: Clock, mark: Mark | None, run: Run = _here) -> None:
        self._database = database
        self._clock = clock
        self._mark = mark
        self._run = run
        self._given: Cursor | None = None  # the highest that this process has given out
        self._unwritten = Seldom("feed.mark_not_written", 60.0)

    def numbered(self, deadline: Deadline | None = None) -> State:
        """Give positions to what has come; the state of the feed, as a partner may see it. In another epoch where its
        database went back. Raises DatabaseAway, TooSlow."""
        for _ in range(_ROUNDS):
            known = self._known()
            with self._database.transaction(deadline) as tx:
                state = queries.state(tx)
                fits = state.fingerprint == state.place and self._went_back(tx, state, known) is None
                given = number(tx) if fits else 0
                state = queries.state(tx)  # again: whoever waited for another reader sees what that one has given
            if not fits:
                state = self._settle(deadline)
            elif given < BATCH:
                break
        self._give_out(state)
        return state

    def begin(self, tx: Connection, since: datetime, reason: str) -> tuple[State, int]:
        """Another epoch, because an operator says that the database is from this time or later; and the last position
        of the one before. Call `numbered` after the commit."""
        before = queries.state(tx, locked=True)
        base = queries.received_before(tx, since)
        return self._begin(tx, before, base, reason), base

    def _settle(self, deadline: Deadline | None) -> State:
        """Begin another epoch if there must be one, or take the database for what it is."""
        known = self._known()
        with self._database.transaction(deadline) as tx:
            state = queries.state(tx, locked=True)
            reason = self._went_back(tx, state, known)
            if reason is not None:
                return self._begin(tx, state, state.last, reason)
            if state.fingerprint != state.place:
                queries.stands_here(tx, state.place)
        return state

    def _begin(self, tx: Connection, before: State, base: int, reason: str) -> State:
        state = beginning.begin(tx, before, base, reason, self._clock.now())
        log.error("feed.new_epoch", epoch=state.epoch, base=base, hint="mpp events resend, mpp doctor --deep")
        return state

    def _went_back(self, tx: Connection, state: State, known: Cursor | None) -> str | None:
        """Why the database is not the one that gave out the highest position known; None: it is."""
        moved = state.fingerprint is not None and state.fingerprint != state.place
        if known is None:
            return ELSEWHERE if moved else None
        if known.epoch != state.epoch:
            if known.epoch not in {each.name for each in queries.epochs(tx)}:
                return OLDER
            return ELSEWHERE if moved else None
        if state.last < known.position:
            return BEHIND
        return ELSEWHERE if moved and state.last != known.position else None

    def _known(self) -> Cursor | None:
        """The highest that was ever given out, as far as the mark and this process know."""
        mark, given = self._read(), self._given
        if mark is None or (given is not None and given.epoch == mark.epoch and given.position > mark.position):
            return given
        return mark

    def _give_out(self, state: State) -> None:
        new = Cursor(state.epoch, state.last)
        if new == self._given:
            return
        try:
            if self._mark is not None:
                self._run(partial(self._mark.set, new))
        except OSError as error:
            self._unwritten.warn(**describe(error))
        self._given = new

    def _read(self) -> Cursor | None:
        if self._mark is None:
            return None
        try:
            return self._run(self._mark.read)
        except OSError as error:
            self._unwritten.warn(**describe(error))
            return None

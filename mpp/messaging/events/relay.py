"""The relay: takes committed events from the outbox to the broker, at least once, in order (guarantee 2).

A row is marked only after the broker has confirmed the event, so whatever dies in between, the event is sent again
and the inbox of each subscriber absorbs the copy.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Sequence
from typing import Any

import eventlet
import structlog
from eventlet.event import Event as Signal
from sqlalchemy import ARRAY, BigInteger, Integer, Row, any_, bindparam, select, update

from mpp import crashpoints
from mpp.clock import Clock
from mpp.failures import describe
from mpp.messaging import metrics
from mpp.messaging.brokers.port import Broker, Outcome, Outgoing
from mpp.messaging.brokers.topology import EVENTS
from mpp.messaging.events.notify import Listener, Notifier
from mpp.persistence.database import Database, DatabaseAway
from mpp.persistence.lease import Lease
from mpp.persistence.tables import outbox

log = structlog.get_logger(__name__)

POLL = 1.0
SPACING = 0.02  # seconds between the beginnings of two passes
CONFIRM_TIMEOUT = 5.0
LONGEST_BACK_OFF = 5.0
STOP_TIMEOUT = 1.0
UNROUTABLE_PAUSE = 5.0

_WAITING = (
    select(outbox.c.id, outbox.c.event_id, outbox.c.routing_key, outbox.c.subject, outbox.c.headers, outbox.c.body)
    .where(outbox.c.published_at.is_(None), outbox.c.id > bindparam("after"))
    .order_by(outbox.c.id)
    .limit(bindparam("most", type_=Integer))
)
_MARK = update(outbox).where(outbox.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
_MARK = _MARK.values(published_at=bindparam("now"))


class Relay:
    """The relay of one database. Every copy of the service runs one; the lease lets one of them work.

    `run_once` is one deterministic step (tests); `start` runs it for ever in a greenlet.
    """

    def __init__(
        self, database: Database, broker: Broker, clock: Clock, batch: int = 500, lease_seconds: float = 10.0
    ) -> None:
        self._database = database
        self._broker = broker
        self._clock = clock
        self._batch = batch
        self._lease = Lease(database, "relay", uuid.uuid4().hex, lease_seconds)
        self._held_back: dict[str, float] = {}  # subject -> when to try again what no queue took
        self._woken = Signal()
        self._failed = False
        self._stopping = False
        self._greenlet: Any = None
        self._notifier: Notifier | None = None
        self._listener: Listener | None = None

    @property
    def holder(self) -> bool:
        """Whether this copy is, as far as it knows, the one that publishes."""
        return self._lease.held

    def run_once(self) -> int:
        """Publish what waits, if the lease is ours; the number of events confirmed and marked. Raises DatabaseAway."""
        self._failed = False
        total, after = 0, 0
        while self._lease.hold():
            rows = self._read(after)
            if not rows:
                break
            crashpoints.reach("relay.before_publish")
            outcomes = self._broker.publish_batch([_outgoing(row) for row in rows], CONFIRM_TIMEOUT)
            crashpoints.reach("relay.after_confirm")
            total += self._mark(rows, outcomes)
            crashpoints.reach("relay.after_mark")
            if self._failed or len(rows) < self._batch:
                break
            after = rows[-1].id
        metrics.relay_holder.labels(self._database.name).set(int(self.holder))
        return total

    def wake(self) -> None:
        """There is something new: called after each commit that added events; returns at once."""
        if self.holder or self._notifier is None:
            self._wake()
        else:
            self._notifier.notify()

    def start(self) -> None:
        """Relay for ever."""
        self._notifier = Notifier(self._database)
        self._listener = Listener(self._database, self._wake)
        self._greenlet = eventlet.spawn(self._run)

    def stop(self) -> None:
        """End, soon after the batch under way at the latest, and give up the lease."""
        self._stopping = True
        self._wake()
        if self._greenlet is not None and not self._greenlet.dead:
            with eventlet.Timeout(STOP_TIMEOUT, False):
                self._greenlet.wait()
            # waiting for a broker or a subscriber that has stopped before us: what is unmarked is sent again later
            self._greenlet.kill()
        self._stop_listening()
        try:
            self._lease.release()
        except DatabaseAway:
            pass

    def kill(self) -> None:
        """Die on the spot, as a process does: the lease stays until it expires."""
        if self._greenlet is not None:
            self._greenlet.kill()
        self._stop_listening()

    def _stop_listening(self) -> None:
        for part in (self._notifier, self._listener):
            if part is not None:
                part.stop()

    def _wake(self) -> None:
        if not self._woken.ready():
            self._woken.send(None)

    def _run(self) -> None:
        back_off = 0.1
        while not self._stopping:
            self._woken = Signal()
            began = time.monotonic()
            try:
                self.run_once()
            except crashpoints.Crash:
                return
            except Exception as error:
                self._failed = True
                log.warning("relay.failed", service=self._database.name, **describe(error))
                metrics.relay_failures.labels(self._database.name, type(error).__name__).inc()
            if self._failed:
                # not woken by new events: a broker that is away is not asked once per commit
                eventlet.sleep(back_off * random.uniform(0.5, 1.0))
                back_off = min(back_off * 2, LONGEST_BACK_OFF)
            else:
                back_off = 0.1
                # commits that follow closely go out together; one after a silence goes at once
                eventlet.sleep(max(0.0, began + SPACING - time.monotonic()))
                with eventlet.Timeout(POLL, False):
                    self._woken.wait()

    def _read(self, after: int) -> Sequence[Row[*tuple[Any, ...]]]:
        now = time.monotonic()
        self._held_back = {subject: at for subject, at in self._held_back.items() if at > now}
        statement = _WAITING
        if self._held_back:  # the whole subject waits, or its later events would overtake
            statement = statement.where(outbox.c.subject.not_in(self._held_back))
        with self._database.alone() as tx:
            return tx.execute(statement, {"after": after, "most": self._batch}).all()

    def _mark(self, rows: Sequence[Row[*tuple[Any, ...]]], outcomes: Sequence[Outcome]) -> int:
        name = self._database.name
        confirmed = [row.id for row, outcome in zip(rows, outcomes, strict=True) if outcome is Outcome.CONFIRMED]
        if confirmed:
            with self._database.alone() as tx:
                tx.execute(_MARK, {"ids": confirmed, "now": self._clock.now()})
        metrics.published.labels(name).inc(len(confirmed))
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome is Outcome.UNROUTABLE and row.subject not in self._held_back:
                self._held_back[row.subject] = time.monotonic() + UNROUTABLE_PAUSE
                log.error("relay.unroutable", service=name, event_id=row.event_id)
        metrics.outbox_unroutable.labels(name).set(len(self._held_back))
        if Outcome.FAILED in outcomes:
            self._failed = True
            metrics.relay_failures.labels(name, "unconfirmed").inc()
        return len(confirmed)


def _outgoing(row: Row[*tuple[Any, ...]]) -> Outgoing:
    return Outgoing(EVENTS, row.routing_key, row.headers, bytes(row.body), str(row.event_id))

"""The relay: takes committed events from the outbox to the broker, at least once, in order (guarantee 2).

A row is marked only after the broker has confirmed the event, so whatever dies in between, the event is sent again
and the inbox of each subscriber absorbs the copy.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import ARRAY, BigInteger, Integer, any_, bindparam, select, update

from mpp import crashpoints
from mpp.clock import Clock
from mpp.jobs.loops import Loop, Pace
from mpp.messaging import metrics
from mpp.messaging.brokers.port import Broker, Outgoing, PublishResult
from mpp.messaging.brokers.topology import EVENTS, OWN
from mpp.messaging.events.held_back import HeldBack, Refusers, Why
from mpp.messaging.events.notify import Listener, Notifier
from mpp.messaging.events.unsigned import send_again
from mpp.persistence.database import Database
from mpp.persistence.lease import Lease
from mpp.persistence.tables import outbox

log = structlog.get_logger(__name__)

# Commits that follow closely go out together, one after a silence goes at once; a broker that is away is not asked
# once per commit.
PACE = Pace(every=1.0, jitter=0.0, spacing=0.02, back_off=0.1)
CONFIRM_TIMEOUT = 5.0
STOP_TIMEOUT = 1.0  # a pass may wait for a broker or subscriber that has stopped: what is unmarked is sent again later

_WAITING = (
    select(outbox.c.id, outbox.c.event_id, outbox.c.routing_key, outbox.c.subject, outbox.c.headers, outbox.c.body)
    .where(outbox.c.published_at.is_(None), outbox.c.id > bindparam("after"))
    .order_by(outbox.c.id)
    .limit(bindparam("most", type_=Integer))
)
_MARK = update(outbox).where(outbox.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
_MARK = _MARK.values(published_at=bindparam("now"), signed=bindparam("signed"))


_HOLDING: dict[PublishResult, Why] = {PublishResult.UNROUTABLE: "unroutable", PublishResult.REFUSED: "refused"}


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An event in the outbox."""

    id: int
    subject: str
    message: Outgoing


class Unconfirmed(Exception):
    """The broker did not confirm everything; the rest stays in the outbox."""


class Relay:
    """The relay of one database. Every copy of the service runs one; the lease lets one of them work.

    `run_once` is one deterministic step (tests); `loops` do it for ever.
    """

    def __init__(
        self,
        database: Database,
        broker: Broker,
        clock: Clock,
        batch: int = 500,
        lease_seconds: float = 10.0,
        refusing: Callable[[], list[str]] | None = None,
    ) -> None:
        self._database = database
        self._broker = broker
        self._clock = clock
        self._batch = batch
        self._lease = Lease(database, "relay", uuid.uuid4().hex, lease_seconds)
        self._signs = broker.speaker == database.name
        self._ready = False  # to publish, since it became the holder
        self._held_back = HeldBack(database.name)
        self._refusers = Refusers(database.name, refusing)
        self._failed = False
        self._loop = Loop(database.name, "relay", self._pass, PACE, patience=STOP_TIMEOUT, ended=self._lease.release)
        self._notifier = Notifier(database)
        self._listener = Listener(database, self._loop.wake)

    @property
    def loops(self) -> tuple[Loop, ...]:
        """What a process runs: the passes, and what wakes the holder of the lease in another process."""
        return self._loop, self._notifier.loop, self._listener.loop

    @property
    def holder(self) -> bool:
        """Whether this copy is, as far as it knows, the one that publishes."""
        return self._lease.held

    def run_once(self) -> int:
        """Publish what waits, if the lease is ours; the number of events confirmed and marked. Raises DatabaseAway."""
        self._failed = False
        total, after = 0, 0
        while self._hold():
            rows = self._read(after)
            if not rows:
                break
            crashpoints.reach("relay.before_publish")
            outcomes = self._publish([row.message for row in rows])
            crashpoints.reach("relay.after_confirm")
            total += self._mark(rows, outcomes)
            crashpoints.reach("relay.after_mark")
            if self._failed or len(rows) < self._batch:
                break
            after = rows[-1].id
        if not self.holder:
            self._held_back.clear()
        metrics.relay_holder.labels(self._database.name).set(int(self.holder))
        return total

    def wake(self) -> None:
        """There is something new: called after each commit that added events; returns at once."""
        if self.holder:
            self._loop.wake()
        else:
            self._notifier.notify()

    def _hold(self) -> bool:
        """Whether it may publish. Who becomes the holder looks what one of an earlier version has sent before."""
        self._ready = self._lease.hold() and (self._ready or self._look_back())
        return self._ready

    def _look_back(self) -> bool:
        if not self._signs:
            return True
        done = send_again(self._database, self._clock, self._publish, self._lease.hold)
        self._failed = self._lease.held and not done
        return done

    def _pass(self) -> None:
        self.run_once()
        if self._failed:
            raise Unconfirmed

    def _read(self, after: int) -> list[_Waiting]:
        statement, held = _WAITING, self._held_back.now()
        if held:  # the whole subject waits, or its later events would overtake
            statement = statement.where(outbox.c.subject.not_in(held))
        with self._database.alone() as tx:
            rows = tx.execute(statement, {"after": after, "most": self._batch})
            return [
                _Waiting(
                    row.id,
                    row.subject,
                    Outgoing(EVENTS, row.routing_key, row.headers, bytes(row.body), str(row.event_id)),
                )
                for row in rows
            ]

    def _publish(self, messages: Sequence[Outgoing]) -> list[PublishResult]:
        """What a queue refused goes to the mall's own once more: then a partner's has refused it, which costs nobody
        but the partner anything; the mall's own pass over the second copy."""
        outcomes = self._broker.publish_batch(messages, CONFIRM_TIMEOUT)
        refused = [place for place, outcome in enumerate(outcomes) if outcome is PublishResult.REFUSED]
        if refused:
            self._refusers.refused(messages[place].message_id for place in refused)
            again = [replace(messages[place], exchange=OWN) for place in refused]
            for place, outcome in zip(refused, self._broker.publish_batch(again, CONFIRM_TIMEOUT), strict=True):
                outcomes[place] = outcome
        return outcomes

    def _mark(self, rows: Sequence[_Waiting], outcomes: Sequence[PublishResult]) -> int:
        name = self._database.name
        confirmed = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome is PublishResult.CONFIRMED]
        if confirmed:
            marked = {"ids": [row.id for row in confirmed], "now": self._clock.now(), "signed": self._signs}
            with self._database.alone() as tx:
                tx.execute(_MARK, marked)
        metrics.published.labels(name).inc(len(confirmed))
        self._held_back.passed(row.subject for row in confirmed)
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome in _HOLDING and row.subject not in self._held_back:
                self._held_back.hold(row.subject, _HOLDING[outcome])
                log.error("relay.held", service=name, event_id=row.message.message_id, why=_HOLDING[outcome])
        self._held_back.count()
        if PublishResult.FAILED in outcomes:
            self._failed = True
        return len(confirmed)

"""The inbox: a subscriber acts once on each event (guarantee 3), in the order it asked for (guarantee 4).

An event is settled in one transaction with its effect, and acknowledged after the commit. An event whose handler
failed is stored with its bytes, acknowledged, and tried again by `retry_due`; in the end it is `dead`, in a list
that a person can read and replay. A database that does not answer, or cannot write, is nobody's failure: DatabaseAway
is raised, nothing is acknowledged, nothing counted. So it is where a failure cannot be stored: the event is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import eventlet
import structlog
from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from mpp import crashpoints
from mpp.clock import Clock
from mpp.failures import describe
from mpp.failures import reason as reason_of
from mpp.json_values import objects, texts
from mpp.messaging import metrics
from mpp.messaging.brokers.port import Delivery
from mpp.messaging.events import inbox_rows as store
from mpp.messaging.events import inbox_together as together
from mpp.messaging.events.event import Event
from mpp.messaging.events.inbox_rows import Raw
from mpp.messaging.events.subscription import Subscription
from mpp.messaging.events.trust import NoContract, NotTaken, Reader, Refusals
from mpp.persistence.database import Database, DatabaseAway, TooSlow

log = structlog.get_logger(__name__)

DELAYS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))
# An event given out this often without an end is suspected of killing the process: it goes to the retries, which
# count an attempt before they begin it. So it dies alone, long before the queue's delivery limit buries it together
# with the innocent events that were prefetched beside it.
SUSPECT_AFTER = 5
UNKNOWN = "unknown"  # subscription of a dead message that belongs to none
_CONFLICTS = 5  # deadlocks and full pools in a row before they count as a failure


@dataclass
class Inbox:
    """The inbox of one service. Plain and steppable: `take`, `handle`, `drain` and `retry_due` are each one step."""

    database: Database
    service: str
    subscriptions: Sequence[Subscription]
    clock: Clock
    delays: Sequence[timedelta] = DELAYS
    suspect_after: int = SUSPECT_AFTER
    reader: Reader = Reader()
    refused: Refusals = field(default_factory=Refusals)
    _uncounted: list[Row[*tuple[Any, ...]]] = field(default_factory=list)

    def take(self, deliveries: Sequence[Delivery]) -> None:
        """Settle events that came together, and acknowledge them. Raises DatabaseAway."""
        together.take(self, deliveries)

    def handle(self, delivery: Delivery) -> None:
        """Settle an event for every subscription that wants it, then acknowledge it. Raises DatabaseAway."""
        wanted = [s for s in self.subscriptions if s.wants(delivery.routing_key)]
        raw = Raw.of(delivery.routing_key, delivery.headers, delivery.body, delivery.publisher)
        try:
            event = self.reader.read(delivery.headers, delivery.body, delivery.routing_key, delivery.publisher)
        except NotTaken as error:
            # under an id of our own: one who is not believed must not stand in the way of the event that has this id
            self._bury(raw, None, wanted, str(error))
            self.refused.note(self.service, error)
        except NoContract as error:
            for subscription in wanted:
                self._store_failure(subscription, error.event, raw, str(error))
        else:
            if not wanted:
                metrics.inbox_unmatched.labels(self.service).inc()
                log.warning("inbox.unmatched", service=self.service, event_id=event.id, type=event.type)
            for subscription in wanted:
                if delivery.delivery_count >= self.suspect_after:
                    reason = f"given out {delivery.delivery_count} times without an end"
                    self._store_failure(subscription, event, raw, reason)
                else:
                    self.settle(subscription, event, raw)
        delivery.ack()

    def drain(self, delivery: Delivery) -> None:
        """Take a message out of the broker's dead-letter queue into the dead letters. Raises DatabaseAway."""
        key = _first_routing_key(delivery)
        raw = Raw.of(key, delivery.headers, delivery.body, delivery.publisher)
        wanted = [s for s in self.subscriptions if s.wants(key)]
        event, reason = None, "given out up to the delivery limit of the queue without an end"
        try:
            event = self.reader.read(delivery.headers, delivery.body, key, delivery.publisher)
        except NoContract as error:
            event = error.event
        except NotTaken as error:
            reason = reason if error.why == "undecodable" else str(error)
            self.refused.note(self.service, error)
        self._bury(raw, event, wanted, reason)
        delivery.ack()

    def retry_due(self, limit: int = 100) -> int:
        """Try the stored events that are due; how many were tried. Raises DatabaseAway."""
        self._give_back_attempts()
        with self.database.transaction() as tx:
            store.release(tx, self.clock.now())
        for count in range(limit):
            row = self._claim()
            if row is None:
                return count
            crashpoints.reach("retry.after_claim")
            self._retry(row)
        return limit

    def retry_one(self, event_id: str, subscription: str) -> None:
        """Try one stored event now, whether or not it is due."""
        with self.database.transaction() as tx:
            row = store.find(tx, event_id, subscription)
            if row is None or row.status != "retry":
                return
            self._count_attempt(tx, row)
        self._retry(row)

    # -- a fresh event ---------------------------------------------------------------------------------------------

    def settle(self, subscription: Subscription, event: Event, raw: Raw) -> None:
        """Settle a fresh event for one subscription, in a transaction of its own. Raises DatabaseAway."""
        status: str | None = None

        def attempt() -> None:
            nonlocal status
            with self.database.transaction() as tx:
                status = self._first(tx, subscription, event, raw)
                crashpoints.reach("inbox.before_commit")

        error = self.attempt(attempt)
        if error is not None:
            log.warning("inbox.failed", service=self.service, **_about(subscription, event), **describe(error))
            self._store_failure(subscription, event, raw, reason_of(error))
            return
        crashpoints.reach("inbox.after_commit")
        if status is not None:
            metrics.inbox_settled.labels(self.service, status).inc()

    def _first(self, tx: Connection, subscription: Subscription, event: Event, raw: Raw) -> str | None:
        now = self.clock.now()
        if not store.add(tx, event.id, subscription.name, now, status="done", event=event):
            return None  # known: settled, or stored for a retry
        self.refused.settle_copies(tx, subscription.name, [raw], now)
        # an unknown subject begins at version 1; at any other one it first waits a little for an earlier event that
        # may be in the hands of another copy
        status = self._apply(tx, subscription, event, may_begin=event.subjectversion == 1)
        if status == "parked":
            store.park(tx, event.id, subscription.name, raw, 0, now + self._delay(1))
        elif status == "ignored":
            store.settle(tx, event.id, subscription.name, status, now)
        return status

    def _apply(self, tx: Connection, subscription: Subscription, event: Event, may_begin: bool) -> store.Verdict:
        """Decide by the order asked for, and have the effect if it is the event's turn."""
        verdict = store.take_turn(tx, subscription, event, may_begin)
        if verdict == "done":
            crashpoints.reach("inbox.before_effect")
            subscription.handler(tx, event)
        return verdict

    def _store_failure(self, subscription: Subscription, event: Event, raw: Raw, reason: str) -> None:
        now = self.clock.now()
        with self._kept() as tx:
            store.add(
                tx,
                event.id,
                subscription.name,
                now,
                status="retry" if self.delays else "dead",
                event=event,
                raw=raw,
                next_attempt_at=now + self._delay(1) if self.delays else None,
                reason=reason,
            )
            if subscription.order == "every":
                # it was this event's turn, and stays so: later ones are parked behind it
                store.begin_position(tx, subscription.name, event.subject, event.subjectversion - 1)
            crashpoints.reach("failure.before_commit")
        crashpoints.reach("failure.after_commit")
        metrics.inbox_settled.labels(self.service, "retry").inc()

    def _bury(self, raw: Raw, event: Event | None, wanted: Sequence[Subscription], reason: str) -> None:
        event_id = event.id if event else raw.synthetic_id()
        now = self.clock.now()
        with self._kept() as tx:
            for name in [s.name for s in wanted] or [UNKNOWN]:
                store.add(tx, event_id, name, now, status="dead", event=event, raw=raw, reason=reason)
            crashpoints.reach("dead.before_commit")
        crashpoints.reach("dead.after_commit")
        metrics.inbox_settled.labels(self.service, "dead").inc()
        log.error("inbox.dead", service=self.service, event_id=event_id, reason=reason)

    @contextmanager
    def _kept(self) -> Iterator[Connection]:
        """What must be stored before an event is acknowledged. A database that does not take it is away, whatever it
        says: without a place for its failure the event would be given out again until the broker buries it."""
        try:
            with self.database.transaction() as tx:
                yield tx
        except DBAPIError as error:
            raise DatabaseAway(self.database.name, getattr(error.orig, "pgcode", None)) from error

    # -- a stored event --------------------------------------------------------------------------------------------

    def _claim(self) -> Row[*tuple[Any, ...]] | None:
        with self.database.transaction() as tx:
            while (row := store.next_due(tx, self.clock.now())) is not None:
                if row.attempts <= len(self.delays):
                    self._count_attempt(tx, row)
                    return row
                reason = f"{row.attempts} attempts, the last one killed the process or was cut off"
                store.change(tx, row.event_id, row.subscription, row.attempts, _dead(reason))
                log.error("inbox.dead", service=self.service, event_id=row.event_id, subscription=row.subscription)
            return None

    def _count_attempt(self, tx: Connection, row: Row[*tuple[Any, ...]]) -> None:
        """Before it begins, so that an attempt that kills the process is counted too."""
        attempts = row.attempts + 1
        values = {"attempts": attempts, "next_attempt_at": self.clock.now() + self._delay(attempts)}
        store.change(tx, row.event_id, row.subscription, row.attempts, values)

    def _retry(self, row: Row[*tuple[Any, ...]]) -> None:
        attempts = row.attempts + 1
        subscription = next((s for s in self.subscriptions if s.name == row.subscription), None)
        try:
            event = self.reader.read(row.headers or {}, bytes(row.body or b""), row.routing_key or "", row.publisher)
        except NotTaken as error:
            self._fail(row, attempts, str(error), dead=True)
            return
        except NoContract as error:
            self._fail(row, attempts, str(error), dead=attempts > len(self.delays))
            return
        if subscription is None:
            self._fail(row, attempts, "the service has no such subscription", dead=True)
            return
        status: str | None = None

        def attempt() -> None:
            nonlocal status
            with self.database.transaction() as tx:
                status = self._again(tx, row, subscription, event)
                crashpoints.reach("retry.before_commit")

        try:
            failure = self.attempt(attempt)
        except DatabaseAway:
            self._uncounted.append(row)
            raise
        if failure is not None:
            log.warning("inbox.failed", service=self.service, **_about(subscription, event), **describe(failure))
            self._fail(row, attempts, reason_of(failure), dead=attempts > len(self.delays))
            return
        crashpoints.reach("retry.after_commit")
        if status is not None:
            metrics.inbox_settled.labels(self.service, status).inc()
        if status == "done":
            # in a transaction of its own: it locks other rows of the inbox, and may hold no position meanwhile
            with self.database.transaction() as tx:
                store.release(tx, self.clock.now(), subscription, event.subject)

    def _again(
        self, tx: Connection, row: Row[*tuple[Any, ...]], subscription: Subscription, event: Event
    ) -> str | None:
        if not store.relock(tx, row.event_id, row.subscription, row.attempts + 1):
            return None
        now = self.clock.now()
        first = event.subjectversion == 1 or store.is_first_waiting(tx, subscription.name, event)
        if event.id != row.event_id:  # it was undecodable once, and was stored under an id of our own
            if not store.add(tx, event.id, row.subscription, now, status="done", event=event):
                store.settle(tx, row.event_id, row.subscription, "ignored", now)
                return "ignored"
            store.settle(tx, row.event_id, row.subscription, "ignored", now)
        status = self._apply(tx, subscription, event, may_begin=first)
        if status == "parked":
            raw = Raw(row.routing_key, row.headers, bytes(row.body), row.publisher)
            store.park(tx, event.id, row.subscription, raw, row.attempts, now + self._delay(len(self.delays)))
        else:
            store.settle(tx, event.id, row.subscription, status, now)
        return status

    def _fail(self, row: Row[*tuple[Any, ...]], attempts: int, reason: str, dead: bool) -> None:
        with self.database.transaction() as tx:
            values = _dead(reason) if dead else {"status": "retry", "reason": reason}
            store.change(tx, row.event_id, row.subscription, attempts, values)
        metrics.inbox_settled.labels(self.service, "dead" if dead else "retry").inc()
        if dead:
            log.error(
                "inbox.dead",
                service=self.service,
                event_id=row.event_id,
                subscription=row.subscription,
                reason=reason,
            )

    def _give_back_attempts(self) -> None:
        """Attempts that the database cut off are not counted."""
        while self._uncounted:
            row = self._uncounted[-1]
            with self.database.transaction() as tx:
                values = {"attempts": row.attempts, "next_attempt_at": self.clock.now()}
                store.change(tx, row.event_id, row.subscription, row.attempts + 1, values)
            self._uncounted.pop()

    # -- both ------------------------------------------------------------------------------------------------------

    def attempt(self, attempt: Callable[[], None]) -> BaseException | None:
        """Run it; what it failed with, if it did. Deadlocks and a full pool are tried again. Raises DatabaseAway."""
        for conflict in range(_CONFLICTS):
            try:
                attempt()
            except TooSlow as conflict_error:
                if conflict == _CONFLICTS - 1:
                    return conflict_error
                eventlet.sleep(0.05 * (conflict + 1))
            except DatabaseAway:
                raise
            except (Exception, eventlet.Timeout) as failure:
                return failure
            else:
                return None
        return None

    def _delay(self, attempts: int) -> timedelta:
        """How long after attempt number `attempts` the next one is due."""
        if not self.delays:
            return timedelta(0)
        return self.delays[min(max(attempts, 1), len(self.delays)) - 1]


def _dead(reason: str) -> dict[str, Any]:
    return {"status": "dead", "reason": reason, "next_attempt_at": None}


def _about(subscription: Subscription, event: Event) -> dict[str, str]:
    return {"subscription": subscription.name, "event_id": event.id, "type": event.type}


def _first_routing_key(delivery: Delivery) -> str:
    """The key under which a dead-lettered message was published."""
    try:
        return texts(objects(delivery.headers, "x-death")[-1], "routing-keys")[0]
    except (ValueError, IndexError):
        return delivery.routing_key

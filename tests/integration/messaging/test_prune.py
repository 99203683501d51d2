"""Nothing grows for ever (guarantee 8), and nothing unsettled is ever thrown away."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from nameko.containers import ServiceContainer
from sqlalchemy import text

from mpp.clock import FixedClock
from mpp.hosting.background import Background, RelayProvider
from mpp.hosting.broker_watch import BrokerWatch
from mpp.hosting.settings import ServiceSettings
from mpp.jobs.prune import prune
from mpp.messaging import metrics
from mpp.messaging.brokers.port import Broker
from mpp.messaging.brokers.topology import Topology
from mpp.persistence.database import Database
from mpp.persistence.retention import Retention
from tests.integration.messaging.office import Hospital, append, birth, letter, rows
from tests.support.wait import until


def test_what_is_settled_goes_after_its_time_and_what_waits_stays(
    hospital: Hospital, database: Database, clock: FixedClock
) -> None:
    append(database, *(birth("case-1", version) for version in range(1, 8)))
    with database.transaction() as tx:
        tx.execute(text("UPDATE outbox SET published_at = :now WHERE id > 2"), {"now": clock.now()})
        columns = "actor, method, path, key, request_hash, created_at"
        key = f"INSERT INTO idempotency ({columns}) VALUES ('a', 'POST', '/', :k, 'h', :now)"
        for number in range(5):
            tx.execute(text(key), {"k": str(number), "now": clock.now()})
    inbox = hospital.inbox(hospital.effects.subscription(order="every"))
    failing = birth("case-2", 1)
    hospital.effects.broken.add(failing.id)
    for event in (birth("case-1", 1), birth("case-1", 1), failing, birth("case-2", 2)):
        inbox.handle(letter(event).delivery)
    inbox.handle(letter(birth("case-3", 1), body=b"x").delivery)
    clock.advance(timedelta(days=7, seconds=1))
    assert prune(database, clock.now(), batch=2) == {"outbox": 0, "inbox": 0, "idempotency": 5, "jobs": 0}
    clock.advance(timedelta(days=23))
    assert prune(database, clock.now(), batch=2) == {"outbox": 5, "inbox": 0, "idempotency": 0, "jobs": 0}
    clock.advance(timedelta(days=30))
    assert prune(database, clock.now(), batch=2) == {"outbox": 0, "inbox": 2, "idempotency": 0, "jobs": 0}
    assert rows(database, "SELECT count(*) FROM outbox")[0][0] == 2, "not yet published"
    left = sorted(row.status for row in rows(database, "SELECT status FROM inbox"))
    assert left == ["dead", "parked", "retry"]


class Keeping:
    name = "permits"
    relay = RelayProvider()


def test_a_service_keeps_its_rows_for_as_long_as_its_settings_say(
    database: Database, broker: Broker, topology: Topology, clock: FixedClock
) -> None:
    answered = "INSERT INTO idempotency VALUES ('a', 'POST', '/', :key, 'h', 200, '{}', :at)"
    with database.transaction() as tx:
        for days in (1, 2, 3, 4):
            tx.execute(text(answered), {"key": f"{days} days ago", "at": clock.now() - timedelta(days=days)})
    settings = ServiceSettings(retention=Retention(idempotency=timedelta(days=2, hours=1)))
    runtime = SimpleNamespace(
        databases={"permits": database},
        broker_of=broker.speaking_as,
        clock=clock,
        settings=settings,
        offices=SimpleNamespace(region="35.15"),
        refusing_queues=list,
        broker_watch=BrokerWatch(broker, topology),
    )
    container = ServiceContainer(Keeping, {"mpp": runtime})
    container.start()
    try:
        (background,) = (found for found in container.extensions if isinstance(found, Background))
        (pruner,) = (loop for loop in background.loops if loop.name == "pruner")
        pruner.wake()
        query = "SELECT key FROM idempotency ORDER BY key"
        until(lambda: [row.key for row in rows(database, query)] == ["1 days ago", "2 days ago"])
    finally:
        container.stop()


def test_the_inbox_remembers_longer_than_an_event_can_come_again() -> None:
    with pytest.raises(ValueError):
        Retention(outbox=timedelta(days=60), inbox=timedelta(days=60))


def test_an_operator_sees_what_waits(hospital: Hospital, database: Database) -> None:
    append(database, birth("case-1", 1))
    hospital.inbox().handle(letter(birth("case-3", 1), body=b"x").delivery)
    metrics.refresh(database, "permits")
    assert metrics.outbox_unpublished.labels("permits")._value.get() == 1
    assert metrics.inbox_rows.labels("permits", "dead")._value.get() == 1
    assert metrics.inbox_rows.labels("permits", "parked")._value.get() == 0

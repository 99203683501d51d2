"""Die at every boundary, start again, and find everything done once: on the embedded broker and on RabbitMQ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mpp import crashpoints
from mpp.clock import FixedClock
from mpp.crashpoints import POINTS, Crash
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.port import Broker
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topology import Topology
from mpp.messaging.events import outbox
from mpp.persistence.database import Database
from tests.integration.messaging.office import Office, birth, rows, unpublished
from tests.support.wait import until

MESSAGING_POINTS = [point for point in POINTS if not point.startswith("command.")]  # those are the commands' own tests


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.broker)])
def boot(request: pytest.FixtureRequest, database: Database, topology: Topology) -> Iterator[Callable[[], Broker]]:
    """A broker as a process that starts finds it: RabbitMQ remembers, the embedded one died with the process."""
    booted: list[Broker] = []
    # asked for here: what a test asks for later is taken down before this fixture, with the links still up
    uri = None if request.param == "embedded" else request.getfixturevalue("amqp_uri")

    def start() -> Broker:
        broker: Broker = EmbeddedBroker() if uri is None else AmqpBroker(uri)
        topology.declare(broker)
        booted.append(broker)
        return broker

    yield start
    for broker in booted:
        broker.close()


@pytest.mark.parametrize("point", MESSAGING_POINTS)
def test_dying_there_loses_nothing_and_does_nothing_twice(
    point: str, boot: Callable[[], Broker], database: Database, clock: FixedClock
) -> None:
    fine = [birth("case-1", version) for version in (1, 2, 3)]
    failing, garbled = birth("case-2", 1), birth("case-3", 1)
    died: list[str] = []

    broken: set[str] = {failing.id}

    def die(name: str) -> None:
        if name == "failure.after_commit":
            broken.clear()
        if name == point and not died:
            died.append(name)
            raise Crash(name)

    def start() -> Office:
        office = Office(database, boot(), clock)
        office.effects.broken = broken
        office.inbox(office.effects.subscription(order="every"))
        office.feed()
        office.run(office.relay(lease_seconds=0.3))
        return office

    def time_passes() -> bool:
        clock.advance(timedelta(seconds=5))
        return True

    with crashpoints.hook(die):
        before = start()
        with database.transaction() as tx:
            for event in (*fine, failing, garbled):
                outbox.append(tx, event)
            tx.execute(text("UPDATE outbox SET body = 'x' WHERE event_id = :id"), {"id": garbled.id})
        try:
            until(lambda: time_passes() and died, what=f"reaching {point}")
        finally:
            before.close()
            before.broker.close()
        if stored(database, "retry"):
            broken.clear()  # killed just after that commit, too early to hear of it
        after = start()
        try:
            until(lambda: time_passes() and settled(database), moves=lambda: states(database))
        finally:
            after.close()
    assert sorted(after.effects.all()) == [("case-1", 1), ("case-1", 2), ("case-1", 3), ("case-2", 1)]
    dead = "SELECT subscription FROM inbox WHERE status = 'dead' ORDER BY subscription"
    assert [row.subscription for row in rows(database, dead)] == ["permits.births"]


def states(database: Database) -> list[Any]:
    """What has become of each event so far."""
    seen = "SELECT status, attempts, count(*) FROM inbox GROUP BY status, attempts ORDER BY status, attempts"
    return [*rows(database, seen), unpublished(database)]


def stored(database: Database, status: str) -> bool:
    return any(state.status == status for state in states(database)[:-1])


def settled(database: Database) -> bool:
    # in one look: between two of them an event may come in
    seen = "SELECT count(*), count(*) FILTER (WHERE status IN ('retry', 'parked')) FROM inbox"
    return unpublished(database) == 0 and tuple(rows(database, seen)[0]) == (5, 0)

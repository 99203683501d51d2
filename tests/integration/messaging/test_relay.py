"""Outbox to broker (guarantee 2), on both brokers."""

from __future__ import annotations

from collections import Counter

import eventlet
import pytest

from mpp import crashpoints
from mpp.clock import FixedClock
from mpp.crashpoints import Crash
from mpp.messaging import metrics
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.port import Broker, Outgoing, PublishResult
from mpp.messaging.brokers.topology import EVENTS, Topology, events_queue
from mpp.messaging.events import outbox
from mpp.messaging.events.relay import Relay
from mpp.messaging.events.subscription import Subscription
from mpp.persistence.database import Database
from tests.integration.messaging.office import Office, Subscriber, append, birth, rows, unpublished
from tests.support.leases import outlive
from tests.support.wait import until


def test_a_committed_event_is_published_marked_and_acted_on_once(office: Office) -> None:
    office.inbox()
    office.feed()
    append(office.database, birth("case-1", 1))
    assert office.relay().run_once() == 1
    assert unpublished(office.database) == 0
    until(lambda: office.effects.all() == [("case-1", 1)])
    assert rows(office.database, "SELECT count(*) FROM outbox")[0][0] == 1, "marked, never deleted"


def test_an_event_rolled_back_with_its_command_is_never_seen(office: Office) -> None:
    office.feed()
    with pytest.raises(ZeroDivisionError), office.database.transaction() as tx:  # noqa: PT012
        outbox.append(tx, birth("case-1", 1))
        outbox.append(tx, birth("case-1", 1 // 0))
    assert office.relay().run_once() == 0


def test_events_arrive_in_the_order_of_their_subject(office: Office) -> None:
    office.inbox(office.effects.subscription(order="every"))
    office.feed()
    append(office.database, *(birth(f"case-{n % 7}", 1 + n // 7) for n in range(700)))
    relay = office.relay()
    until(
        lambda: relay.run_once() >= 0 and len(office.effects.all()) == 700,
        what="700 births are acted on",
        moves=lambda: (len(office.effects.all()), unpublished(office.database)),
    )
    for subject in {f"case-{n}" for n in range(7)}:
        assert [v for s, v in office.effects.all() if s == subject] == list(range(1, 101))


@pytest.mark.parametrize(
    "point", ["relay.before_publish", "relay.after_publish", "relay.after_confirm", "relay.after_mark"]
)
def test_dying_at_any_point_of_the_relay_loses_nothing_and_repeats_no_effect(office: Office, point: str) -> None:
    office.inbox(office.effects.subscription(order="every"))
    office.feed()
    append(office.database, *(birth("case-1", version) for version in range(1, 21)))

    def die(name: str) -> None:
        if name == point:
            raise Crash(name)

    with crashpoints.hook(die), pytest.raises(Crash):
        office.relay(lease_seconds=0.5).run_once()
    successor = office.relay()
    until(lambda: successor.run_once() >= 0 and unpublished(office.database) == 0)
    until(lambda: office.effects.all() == [("case-1", version) for version in range(1, 21)])


def test_an_event_that_no_queue_takes_stays_and_shows_in_the_metric(
    database: Database, broker: Broker, clock: FixedClock, office: Office
) -> None:
    """The feed's queue is missing: the topology is broken, and nothing is thrown away."""
    delete_queue(broker, events_queue("gateway"))
    office.inbox()
    relay = office.relay()
    append(database, birth("case-1", 1, type="complaints.report.filed.v1"), birth("case-2", 1))
    assert relay.run_once() == 1, "the other one is not held up"
    assert unpublished(database) == 1
    assert metrics.outbox_unroutable.labels("permits")._value.get() == 1
    assert relay.run_once() == 0, "held back for a while"
    Topology.of([Subscriber("gateway", ("#",))]).declare(broker)
    office.feed()
    assert office.relay().run_once() == 0, "another copy holds the lease"
    relay._held_back.clear()
    assert relay.run_once() == 1
    assert unpublished(database) == 0


def test_a_later_event_does_not_overtake_an_unroutable_one_of_its_subject(
    database: Database, broker: Broker, office: Office
) -> None:
    delete_queue(broker, events_queue("gateway"))
    office.inbox()
    relay = office.relay()
    append(database, birth("case-1", 1, type="complaints.report.filed.v1"))
    relay.run_once()
    append(database, birth("case-1", 2), birth("case-2", 1))
    assert relay.run_once() == 1
    until(lambda: office.effects.all() == [("case-2", 1)])


def test_one_relay_publishes_and_another_takes_over_when_it_freezes(office: Office) -> None:
    office.inbox()
    office.feed()
    first, second = office.relay(lease_seconds=600), office.relay(lease_seconds=600)
    append(office.database, birth("case-1", 1))
    assert first.run_once() == 1
    append(office.database, birth("case-1", 2))
    assert second.run_once() == 0
    outlive(office.database, first)
    assert second.run_once() == 1
    append(office.database, birth("case-1", 3))
    assert first.run_once() == 0, "thawed, it finds that it lost the lease"


def test_a_late_former_holder_can_only_duplicate(office: Office) -> None:
    """Frozen between reading and publishing, it sends what its successor has sent already."""
    office.inbox(office.effects.subscription(order="every"))
    office.feed()
    append(office.database, birth("case-1", 1), birth("case-1", 2))
    first, second = office.relay(lease_seconds=0.2), office.relay(lease_seconds=0.2)
    thaw = eventlet.event.Event()
    frozen = eventlet.event.Event()

    def freeze(name: str) -> None:
        if name == "relay.before_publish" and not frozen.ready():
            frozen.send(None)
            thaw.wait()

    with crashpoints.hook(freeze):
        late = eventlet.spawn(first.run_once)
        frozen.wait()
        until(lambda: second.run_once() == 2)
        append(office.database, birth("case-1", 3))
        until(lambda: second.run_once() == 1)
        thaw.send(None)
        late.wait()
    until(lambda: len(office.effects.all()) == 3)
    append(office.database, birth("case-1", 4))
    until(lambda: second.run_once() == 1)
    until(lambda: office.effects.all() == [("case-1", version) for version in (1, 2, 3, 4)])


def test_a_stopped_relay_gives_up_its_lease(office: Office) -> None:
    office.inbox()
    office.feed()
    first, second = office.relay(), office.relay()
    running = office.run(first)
    until(lambda: first.holder)
    running.stop()
    append(office.database, birth("case-1", 1))
    assert second.run_once() == 1


def test_a_commit_wakes_the_relay_of_this_process_and_of_another_copy(office: Office, clock: FixedClock) -> None:
    office.inbox()
    office.feed()
    here, there = office.relay(), office.relay()
    office.run(there)
    until(lambda: there.holder)
    office.run(here)
    until(lambda: here._lease._asked_at is not None)
    other = Database(office.database.url, name="copy")
    other.on_commit(outbox.ANNOUNCED, here.wake)
    notified = Counter[str]()
    listen = there._listener._on_notify
    there._listener._on_notify = lambda: (notified.update(["notify"]), listen())[1]
    append(other, birth("case-1", 1))
    until(lambda: unpublished(office.database) == 0)
    until(lambda: notified["notify"] > 0)
    other.dispose()


def test_ten_writers_at_once_lose_nothing(office: Office) -> None:
    office.inbox(office.effects.subscription(order="every"))
    office.feed()
    relay = office.relay()
    office.database.on_commit(outbox.ANNOUNCED, relay.wake)
    office.run(relay)

    def write(writer: int) -> None:
        for version in range(1, 31):
            append(office.database, birth(f"case-{writer}", version))

    for greenlet in [eventlet.spawn(write, writer) for writer in range(10)]:
        greenlet.wait()
    until(
        lambda: unpublished(office.database) == 0 and len(office.effects.all()) == 300,
        what="300 births are acted on",
        moves=lambda: (len(office.effects.all()), unpublished(office.database)),
    )
    assert Counter(office.effects.all()).most_common(1)[0][1] == 1


def test_batches_from_many_greenlets_are_all_confirmed(broker: Broker) -> None:
    feed = broker.consume(events_queue("gateway"), 50, lambda deliveries: deliveries[-1].ack_through())

    def publish(sender: int) -> list[PublishResult]:
        batch = [Outgoing(EVENTS, "a.b.c.v1.35", {"ce-id": "x"}, b"{}", f"{sender}-{n}") for n in range(60)]
        return broker.publish_batch(batch)

    for greenlet in [eventlet.spawn(publish, sender) for sender in range(10)]:
        assert set(greenlet.wait()) == {PublishResult.CONFIRMED}
    feed.stop()


def test_the_embedded_broker_confirms_only_what_every_queue_has_acknowledged(
    database: Database, topology: Topology, clock: FixedClock
) -> None:
    """Else a kill -9 would lose it: it is in nobody's memory but ours."""
    broker = EmbeddedBroker()
    topology.declare(broker)
    office = Office(database, broker, clock)
    office.feed()
    append(database, birth("case-1", 1))
    relay = Relay(database, broker, clock)
    running = eventlet.spawn(relay.run_once)
    until(lambda: office.kept)
    assert unpublished(database) == 1, "the permits queue has not been read"
    subscription = Subscription("permits.births", ("registry.birth.#",), "latest", lambda tx, event: None)
    office.inbox(subscription)
    assert running.wait() == 1
    assert unpublished(database) == 0
    assert broker.depth(events_queue("permits")) == 0
    office.close()


def test_an_unconfirmed_event_published_again_to_the_embedded_broker_is_queued_once(topology: Topology) -> None:
    broker = EmbeddedBroker()
    topology.declare(broker)
    batch = [Outgoing(EVENTS, "registry.birth.registered.v1.35", {}, b"{}", "1")]
    for _ in range(3):
        assert broker.publish_batch(batch, timeout=0.01) == [PublishResult.FAILED]
    assert broker.depth(events_queue("permits")) == 1


def delete_queue(broker: Broker, name: str) -> None:
    if isinstance(broker, EmbeddedBroker):
        broker.delete_queue(name)
        return
    import kombu

    with kombu.Connection(broker._uri) as connection:  # type: ignore[attr-defined]
        connection.default_channel.queue_delete(name)

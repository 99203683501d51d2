"""Nobody speaks for another: what an inbox does not take, and that it is in nobody's way (guarantee 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from mpp.clock import FixedClock
from mpp.messaging import metrics
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.port import Delivery
from mpp.messaging.brokers.topology import EVENTS, Queue, Topology, events_queue
from mpp.messaging.events.dead_letters import DeadEvents
from mpp.messaging.events.event import Event
from mpp.messaging.events.inbox import Inbox
from mpp.messaging.events.inbox_runner import InboxRunner
from mpp.messaging.events.relay import Relay
from mpp.messaging.events.subscription import Subscription
from mpp.messaging.events.trust import UNSIGNED, Reader
from mpp.persistence.database import Database
from tests.integration.messaging.office import CONTRACTS, Hospital, append, birth, letter, rows, unpublished
from tests.support.wait import until

READER = Reader(CONTRACTS, by_name=True)


@pytest.fixture
def inbox(hospital: Hospital) -> Inbox:
    """An inbox whose services publish under names of their own."""
    inbox = hospital.inbox()
    inbox.reader = READER
    return inbox


def take(inbox: Inbox, event: Event, **changes: Any) -> list[str]:
    """Hand the inbox the event as `registry` has published it, but for the changes; how it was settled."""
    given = letter(event, **changes)
    inbox.take([given.delivery])
    return given.acked


def dead(inbox: Inbox) -> list[str]:
    return [str(item["reason"]) for item in DeadEvents(inbox).list()]


def refused(why: str) -> float:
    return metrics.inbox_refused.labels("permits", why)._value.get()  # type: ignore[no-any-return]


FORGED = [
    ("unsigned", {"publisher": None}, UNSIGNED),
    ("publisher", {"publisher": "complaints"}, "published by complaints, which does not speak for registry"),
    ("publisher", {"publisher": "x\ny 3515991234569990"}, "published by another account, which does not speak for"),
    ("source", {"ce-source": "mpp/complaints"}, "ce-source is not the service that ce-type begins with"),
    ("contract", {"body": b'{"certificate":3515991234569990}'}, "against its contract: certificate"),
    ("contract", {"ce-dataclassification": "internal"}, "against its contract: dataclassification"),
]


@pytest.mark.parametrize(("why", "changes", "reason"), FORGED)
def test_an_event_that_is_not_its_producer_s_is_a_dead_letter_that_says_why(
    why: str, changes: dict[str, Any], reason: str, inbox: Inbox, hospital: Hospital
) -> None:
    before = refused(why)
    with structlog.testing.capture_logs() as lines:
        assert take(inbox, birth("case-1", 1), **changes) == ["ack"]
    assert hospital.effects.all() == []
    (letter,) = DeadEvents(inbox).list()
    assert str(letter["reason"]).startswith(reason)
    assert refused(why) == before + 1
    (line,) = [line for line in lines if line["event"] == "inbox.dead"]
    assert line["reason"] == letter["reason"]
    assert "3515991234569990" not in str(lines) + str(letter), "a forger's words stand in no log"


@pytest.mark.parametrize(("why", "changes", "reason"), FORGED)
def test_it_stays_refused_however_often_it_is_replayed(
    why: str, changes: dict[str, Any], reason: str, inbox: Inbox, hospital: Hospital
) -> None:
    take(inbox, birth("case-1", 1), **changes)
    letters = DeadEvents(inbox)
    for _ in range(2):
        (item,) = letters.list()
        assert letters.replay(str(item["id"])) == "dead"
    assert [one.startswith(reason) for one in dead(inbox)] == [True]
    assert hospital.effects.all() == []


@pytest.mark.parametrize("order", ["latest", "every"])
@pytest.mark.parametrize(("why", "changes", "reason"), FORGED)
def test_it_does_not_stand_in_the_way_of_the_event_whose_id_it_bears(
    why: str, changes: dict[str, Any], reason: str, order: Any, hospital: Hospital
) -> None:
    inbox = hospital.inbox(hospital.effects.subscription(order=order))
    inbox.reader = READER
    first, second = birth("case-1", 1), birth("case-1", 2)
    for event in (first, second):
        take(inbox, event, **changes)
    for event in (first, second):
        take(inbox, event)
    assert hospital.effects.all() == [("case-1", 1), ("case-1", 2)]


def test_a_run_of_events_has_no_forged_one_in_it(hospital: Hospital) -> None:
    inbox = hospital.inbox(hospital.effects.subscription(order="any", together=True))
    inbox.reader = READER
    events = [birth(f"case-{n}", 1) for n in range(4)]
    names = ["registry", "complaints", "registry", None]
    inbox.take([letter(e, publisher=who).delivery for e, who in zip(events, names, strict=True)])
    assert sorted(hospital.effects.all()) == [("case-0", 1), ("case-2", 1)]
    assert len(dead(inbox)) == 2


def test_what_a_contract_does_not_name_reaches_nobody(hospital: Hospital, inbox: Inbox) -> None:
    """A later version may add fields; the mall's own copy of the contract says what is known of them."""
    seen: list[Event] = []
    hospital.effects.before = seen.append
    take(inbox, birth("case-1", 1, data={"certificate": "3515-LU-1", "nik": "3515991234569990"}))
    assert [event.data for event in seen] == [{"certificate": "3515-LU-1"}]


def test_an_event_that_is_not_known_yet_waits_for_the_version_that_knows_it(
    inbox: Inbox, hospital: Hospital, clock: FixedClock
) -> None:
    """In an update the services are not renewed in the same second."""
    event = birth("case-1", 1, type="registry.birth.amended.v1")
    assert take(inbox, event) == ["ack"]
    assert dead(inbox) == []
    clock.advance(timedelta(seconds=5))
    inbox.retry_due()
    assert hospital.effects.all() == []
    inbox.reader = Reader({**CONTRACTS, event.type: CONTRACTS["registry.birth.registered.v1"]}, by_name=True)
    clock.advance(timedelta(seconds=30))
    inbox.retry_due()
    assert hospital.effects.all() == [("case-1", 1)]


def test_one_that_never_becomes_known_is_dead_in_the_end(inbox: Inbox, clock: FixedClock) -> None:
    take(inbox, birth("case-1", 1, type="registry.birth.amended.v1"))
    for delay in inbox.delays:
        clock.advance(delay)
        inbox.retry_due()
    assert dead(inbox) == ["no contract of this type of event is known here"]


def test_a_failing_event_keeps_its_publisher_for_its_retries(
    inbox: Inbox, hospital: Hospital, clock: FixedClock
) -> None:
    event = birth("case-1", 1)
    hospital.effects.broken.add(event.id)
    take(inbox, event)
    hospital.effects.broken.clear()
    clock.advance(timedelta(seconds=5))
    inbox.retry_due()
    assert hospital.effects.all() == [("case-1", 1)]


def test_a_message_that_the_broker_gave_up_keeps_its_publisher(inbox: Inbox, hospital: Hospital) -> None:
    """In the dead-letter queue, to which anybody may write as well."""
    event, forged = birth("case-1", 1), birth("case-2", 1)
    inbox.drain(letter(event).delivery)
    inbox.drain(letter(forged, publisher="complaints").delivery)
    letters = DeadEvents(inbox)
    assert [letters.replay(str(item["id"])) for item in letters.list()] == ["done", "dead"]
    assert hospital.effects.all() == [("case-1", 1)]


def test_where_services_share_an_account_their_contracts_count_all_the_same(inbox: Inbox, hospital: Hospital) -> None:
    inbox.reader = Reader(CONTRACTS, by_name=False)
    take(inbox, birth("case-1", 1), publisher="guest")
    take(inbox, birth("case-2", 1, data={"certificate": 3}), publisher="guest")
    assert hospital.effects.all() == [("case-1", 1)]
    assert dead(inbox) == ["against its contract: certificate"]


# --- the update of a mall that published without names ----------------------------------------------------------------


def test_the_true_copy_settles_the_one_that_came_without_a_name(hospital: Hospital) -> None:
    for together in (False, True):
        name = f"together {together}"
        inbox = hospital.inbox(hospital.effects.subscription(name, order="any", together=together))
        inbox.reader = READER
        events = [birth(f"case-{n}", 1) for n in range(3)]
        for event in events:
            take(inbox, event, publisher=None)
        take(inbox, birth("case-9", 1), publisher=None)  # nobody's
        inbox = hospital.inbox(*inbox.subscriptions)  # the process was started anew meanwhile
        inbox.reader = READER
        inbox.take([letter(event).delivery for event in events])
        assert sorted(hospital.effects.all(name)) == [("case-0", 1), ("case-1", 1), ("case-2", 1)]
        query = f"SELECT status, count(*) FROM inbox WHERE subscription = '{name}' GROUP BY 1"
        assert dict(map(tuple, rows(hospital.database, query))) == {"done": 3, "ignored": 3, "dead": 1}


def test_an_altered_copy_without_a_name_is_not_settled_by_the_true_one(inbox: Inbox) -> None:
    event = birth("case-1", 1)
    take(inbox, event, publisher=None, body=b'{"certificate":"3515-LU-2"}')
    take(inbox, event)
    assert dead(inbox) == [UNSIGNED]


@pytest.mark.parametrize("status", ["retry", "parked", "dead"])
def test_what_an_earlier_version_kept_gives_way_to_the_true_copy(
    status: str, inbox: Inbox, hospital: Hospital, clock: FixedClock
) -> None:
    """It had asked nobody who had published it, and so it can neither be tried again nor be thrown away."""
    event = birth("case-1", 1)
    inbox.reader = Reader()
    hospital.effects.broken.add(event.id)
    take(inbox, event, publisher=None)
    hospital.effects.broken.clear()
    with hospital.database.transaction() as tx:
        tx.execute(text("UPDATE inbox SET status = :status"), {"status": status})
    inbox.reader = READER
    clock.advance(timedelta(hours=1))
    inbox.retry_due()
    assert hospital.effects.all() == []
    assert [item["id"] for item in DeadEvents(inbox).list()] == [f"{event.id}:permits.births"]
    take(inbox, event)
    assert hospital.effects.all() == [("case-1", 1)]
    assert dead(inbox) == []
    take(inbox, event)
    assert hospital.effects.all() == [("case-1", 1)], "once"


@contextmanager
def registry(database: Database, broker: EmbeddedBroker, clock: FixedClock) -> Iterator[Relay]:
    """The relay of a service that speaks under its own name."""
    own = Database(database.url, name="registry", pool_size=2)
    yield Relay(own, broker.speaking_as("registry"), clock)
    own.dispose()


def listening(database: Database, broker: EmbeddedBroker, clock: FixedClock, heard: list[str]) -> list[InboxRunner]:
    """Permits and the feed, which do with an event no more than hear it."""
    runners = []
    for service in ("permits", "gateway"):
        subscription = Subscription(f"{service}.all", ("#",), "any", lambda tx, event: heard.append(event.id))
        inbox = Inbox(database, service, [subscription], clock, reader=READER)
        runners.append(InboxRunner(inbox, broker.speaking_as(service), poll=0.05))
        runners[-1].start()
    return runners


def test_what_went_out_without_a_name_in_the_last_days_is_sent_again_and_once(
    database: Database, topology: Topology, clock: FixedClock
) -> None:
    """To the mall's own queues, and before anything new."""
    broker = EmbeddedBroker()
    topology.declare(broker)
    broker.declare(Topology((), (Queue("partner.bpjs.all", (EVENTS,), ("#",)),)))
    heard: list[str] = []
    runners = listening(database, broker, clock, heard)
    partner: list[str] = []
    consumer = broker.consume("partner.bpjs.all", 50, _keep(partner))
    old, recent, later = (birth(f"case-{n}", 1) for n in range(3))
    append(database, old, recent, later)
    with database.transaction() as tx:  # as the earlier version has left them
        at = "UPDATE outbox SET published_at = :at WHERE event_id = :id"
        tx.execute(text(at), {"at": clock.now() - timedelta(days=8), "id": old.id})
        tx.execute(text(at), {"at": clock.now() - timedelta(days=6), "id": recent.id})
    with registry(database, broker, clock) as relay:
        assert relay.run_once() == 1
        until(lambda: len(heard) == 4 and partner)
        relay._lease.release()
    with registry(database, broker, clock) as relay:
        assert relay.run_once() == 0, "they have gone out under the service's name"
    assert heard[:2] == [recent.id] * 2
    assert heard[2:] == [later.id] * 2
    assert partner == [later.id]
    for runner in (*runners, consumer):
        runner.stop()
    signed = rows(database, "SELECT event_id FROM outbox WHERE signed")
    assert {str(row.event_id) for row in signed} == {recent.id, later.id}


def _keep(ids: list[str]) -> Callable[[Sequence[Delivery]], None]:
    def keep(deliveries: Sequence[Delivery]) -> None:
        ids.extend(str(delivery.headers["ce-id"]) for delivery in deliveries)
        deliveries[-1].ack_through()

    return keep


def test_it_is_tried_until_the_broker_has_it_and_nothing_new_overtakes_it(
    database: Database, topology: Topology, clock: FixedClock
) -> None:
    broker = EmbeddedBroker()
    topology.declare(broker)
    broker.delete_queue(events_queue("gateway"))
    broker.delete_queue(events_queue("permits"))
    append(database, birth("case-1", 1), birth("case-1", 2))
    with database.transaction() as tx:
        tx.execute(text("UPDATE outbox SET published_at = :at WHERE id = 1"), {"at": clock.now()})
    heard: list[str] = []
    with registry(database, broker, clock) as relay:
        for _ in range(2):
            assert relay.run_once() == 0
            assert relay._failed, "it is tried again soon"
        assert unpublished(database) == 1
        topology.declare(broker)
        runners = listening(database, broker, clock, heard)
        assert relay.run_once() == 1
    assert rows(database, "SELECT count(*) FROM outbox WHERE signed")[0][0] == 2
    for runner in runners:
        runner.stop()


def test_what_an_earlier_version_publishes_beside_the_new_one_is_sent_again_too(
    database: Database, topology: Topology, clock: FixedClock
) -> None:
    """`prepare` runs while the services of the earlier version go on; the last of them has the lease until it stops."""
    broker = EmbeddedBroker()
    topology.declare(broker)
    heard: list[str] = []
    runners = listening(database, broker, clock, heard)
    event = birth("case-1", 1)
    with registry(database, broker, clock) as relay:
        assert relay.run_once() == 0
        relay._lease.release()
        append(database, event)
        with database.transaction() as tx:
            take_over = "INSERT INTO leases VALUES ('relay', 'earlier', clock_timestamp() + interval '1 hour')"
            tx.execute(text(take_over))
            tx.execute(text("UPDATE outbox SET published_at = :now"), {"now": clock.now()})
        assert relay.run_once() == 0
        assert heard == []
        with database.transaction() as tx:
            tx.execute(text("DELETE FROM leases"))
        relay.run_once()
    until(lambda: heard == [event.id] * 2)
    for runner in runners:
        runner.stop()


def test_an_account_that_all_share_sends_nothing_again(
    database: Database, topology: Topology, clock: FixedClock
) -> None:
    broker = EmbeddedBroker()
    topology.declare(broker)
    append(database, birth("case-1", 1))
    with database.transaction() as tx:
        tx.execute(text("UPDATE outbox SET published_at = :now"), {"now": clock.now()})
    relay = Relay(database, broker, clock)  # `permits`, over an account that is not its own
    assert relay.run_once() == 0
    assert unpublished(database) == 0
    assert broker.depth(events_queue("permits")) == 0

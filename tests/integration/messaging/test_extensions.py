"""The nameko shells: a service with calls, subscriptions, relay and dead letters, run by nameko itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
from nameko.containers import ServiceContainer
from sqlalchemy import Connection, text

from mpp.clock import FixedClock
from mpp.hosting.background import RelayProvider
from mpp.hosting.broker_watch import BrokerWatch
from mpp.hosting.extensions import DatabaseProvider, DeadLettersProvider, rpc, subscribe
from mpp.hosting.settings import ServiceSettings
from mpp.messaging.brokers.port import Broker, Outgoing
from mpp.messaging.brokers.topology import EVENTS, Topology
from mpp.messaging.calls.client import RpcClient
from mpp.messaging.calls.messages import Call, ServiceUnavailable
from mpp.messaging.events import outbox
from mpp.messaging.events.event import Event
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from tests.integration.messaging.office import Births, Effects, Subscriber, birth, unpublished
from tests.support.postgres import fill_core
from tests.support.wait import until

BIRTH = "permits.birth.registered.v1"  # told by the one service that is here


@pytest.fixture
def topology() -> Topology:
    return Topology.of([Subscriber("permits", ("permits.#",)), Subscriber("gateway", ("#",))])


class Permits:
    name = "permits"
    database = DatabaseProvider()
    relay = RelayProvider()
    letters = DeadLettersProvider()

    @rpc
    def answer(self, payload: dict[str, Any], call: Call) -> dict[str, Any]:
        return {"file": self.file, "fail": self.fail, "dead": self.dead}[call.method](payload, call)

    def file(self, payload: dict[str, Any], call: Call) -> dict[str, Any]:
        with self.database.transaction(call.deadline) as tx:
            outbox.append(tx, birth(payload["subject"], payload["version"], type=BIRTH, source="mpp/permits"))
        return {"filed": payload["subject"], "correlation": call.correlation_id}

    def fail(self, payload: dict[str, Any], call: Call) -> dict[str, Any]:
        raise ValueError("3515991234569990")

    def dead(self, payload: dict[str, Any], call: Call) -> dict[str, Any]:
        return {"items": self.letters.list()}

    @subscribe("permits.birth.#", name="permits.births", order="every")
    def on_birth(self, tx: Connection, event: Event) -> None:
        row = {"e": event.id, "s": event.subject, "v": event.subjectversion}
        insert = "INSERT INTO effects (subscription, event_id, subject, version) VALUES ('permits.births', :e, :s, :v)"
        tx.execute(text(insert), row)
        if event.subject == "poison":
            raise ValueError("3515991234569990")


class Gateway:
    name = "gateway"

    @subscribe("#", order="any")
    def keep(self, tx: Connection, event: Event) -> None:
        """Nothing to keep here."""


@pytest.fixture
def mall(
    database: Database, broker: Broker, topology: Topology, clock: FixedClock, make_database: Callable[..., str]
) -> Iterator[Database]:
    Effects(database)
    own = Database(make_database("core", fill_core), name="gateway")
    settings = ServiceSettings(retry_delays=(timedelta(0),))
    runtime = SimpleNamespace(
        databases={"permits": database, "gateway": own},
        broker_of=broker.speaking_as,
        clock=clock,
        settings=settings,
        contracts={BIRTH: Births()},
        offices=SimpleNamespace(region="35.15"),
        refusing_queues=list,
        broker_watch=BrokerWatch(broker, topology),
    )
    containers = [ServiceContainer(service, {"mpp": runtime, "max_workers": 8}) for service in (Gateway, Permits)]
    for container in containers:
        container.start()
    entrypoints = [entrypoint for container in containers for entrypoint in container.entrypoints]
    until(lambda: all(entrypoint.attached for entrypoint in entrypoints))
    yield database
    for container in containers:
        container.stop()
    own.dispose()
    assert not any(entrypoint.attached for entrypoint in entrypoints if hasattr(entrypoint, "serving"))


def call(broker: Broker, method: str, **payload: Any) -> dict[str, Any]:
    return RpcClient(broker.speaking_as("gateway")).call("permits", method, payload, Deadline.after(10), "c-1")


def test_a_command_is_answered_and_its_event_comes_round_to_the_subscriber(mall: Database, broker: Broker) -> None:
    assert call(broker, "file", subject="case-1", version=1) == {"filed": "case-1", "correlation": "c-1"}
    until(lambda: unpublished(mall) == 0)
    until(lambda: Effects(mall).all() == [("case-1", 1)])


def test_what_a_method_raised_is_said_nowhere(
    mall: Database, broker: Broker, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    assert call(broker, "fail")["problem"]["code"] == "internal"
    assert call(broker, "no_such_method")["problem"]["code"] == "internal"
    call(broker, "file", subject="poison", version=1)
    until(lambda: call(broker, "dead")["items"])
    (item,) = call(broker, "dead")["items"]
    logged = caplog.text + "".join(capsys.readouterr())
    assert item["reason"].startswith("ValueError at test_extensions.py")
    assert "ValueError" in logged
    assert "3515991234569990" not in logged + str(item)
    assert Effects(mall).all() == []


def test_a_stopped_service_takes_no_calls(mall: Database, broker: Broker) -> None:
    """The fixture's end stops both services; a call under way is answered first (see test_rpc)."""
    begun = [eventlet.spawn(call, broker, "file", subject=f"case-{n}", version=1) for n in range(5)]
    assert [one.wait()["filed"] for one in begun] == [f"case-{n}" for n in range(5)]
    with pytest.raises(ServiceUnavailable):
        RpcClient(broker).call("letters", "file", {}, Deadline.after(5), "c")


# A hosted service believes names where each service has its own; where all share an account it cannot.


def test_it_answers_the_gateway_only(mall: Database, broker: Broker) -> None:
    other = broker.speaking_as("complaints")
    calling = RpcClient(other)
    if other.speaker is None:
        assert calling.call("permits", "dead", {}, Deadline.after(10), "c-1") == {"items": []}
        return
    with pytest.raises(ServiceUnavailable):
        calling.call("permits", "dead", {}, Deadline.after(2), "c-1")
    assert call(broker, "dead") == {"items": []}


def test_it_acts_on_what_its_producer_has_published_as_contracted_only(mall: Database, broker: Broker) -> None:
    other = broker.speaking_as("complaints")
    publish(other, birth("case-1", 1, type=BIRTH, source="mpp/permits"))
    publish(broker.speaking_as("permits"), birth("case-2", 1, type=BIRTH, source="mpp/permits", data={"note": "x"}))
    against = "against its contract: certificate"
    if other.speaker is None:
        until(lambda: reasons(broker) == [against])
        until(lambda: Effects(mall).all() == [("case-1", 1)])
        return
    until(lambda: sorted(reasons(broker)) == [against, "published by complaints, which does not speak for permits"])
    assert Effects(mall).all() == []


def publish(broker: Broker, event: Event) -> None:
    headers, body = event.to_message()
    broker.publish_batch([Outgoing(EVENTS, event.routing_key, headers, body, event.id)])


def reasons(broker: Broker) -> list[str]:
    return [item["reason"] for item in call(broker, "dead")["items"]]

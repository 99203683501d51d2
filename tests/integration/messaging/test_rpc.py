"""No call waits for ever (guarantee 5), on both brokers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import eventlet
import pytest
import structlog
from eventlet.event import Event as Signal

from mpp.casework.refusals import Refused
from mpp.messaging import metrics
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.port import Broker, CallFailed
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topology import Topology
from mpp.messaging.calls.client import RpcClient
from mpp.messaging.calls.messages import Call, ServiceUnavailable
from mpp.messaging.calls.server import Handler, RpcServer
from mpp.persistence.database import DatabaseAway
from mpp.persistence.deadline import Deadline
from tests.support.wait import until

HEADERS = {"x-method": "ping", "x-correlation-id": "c-1", "x-deadline": "99999999999"}
Serve = Callable[..., RpcServer]


@pytest.fixture
def serve(broker: Broker) -> Iterator[Serve]:
    servers: list[RpcServer] = []

    def start(handler: Handler, workers: int = 10) -> RpcServer:
        server = RpcServer(broker, "permits", handler, workers)
        server.start()
        until(lambda: server.attached)
        servers.append(server)
        return server

    yield start
    broker.close()


def call(broker: Broker, payload: dict[str, Any] | None = None, seconds: float = 5.0, method: str = "ping") -> Any:
    return RpcClient(broker).call("permits", method, payload or {}, Deadline.after(seconds), "c-1")


def echo(payload: dict[str, Any], call: Call) -> dict[str, Any]:
    return {"method": call.method, "payload": payload, "correlation": call.correlation_id, "left": call.deadline.left()}


def test_a_call_is_answered_and_its_deadline_travels_with_it(broker: Broker, serve: Serve) -> None:
    serve(echo)
    answer = call(broker, {"nama": "Sidoarjo – Jawa Timur"})
    assert answer["method"] == "ping"
    assert answer["payload"] == {"nama": "Sidoarjo – Jawa Timur"}
    assert answer["correlation"] == "c-1"
    assert 0 < answer["left"] <= 5


def test_many_calls_at_once_each_get_their_own_answer(broker: Broker, serve: Serve) -> None:
    def work(payload: dict[str, Any], call: Call) -> dict[str, Any]:
        eventlet.sleep(0.001 * (payload["n"] % 5))
        return payload

    serve(work, workers=8)
    pool = eventlet.GreenPool(30)
    answers = list(pool.imap(lambda n: call(broker, {"n": n, "pad": "x" * 5000})["n"], range(200)))
    assert answers == list(range(200))


def test_a_service_that_nobody_knows_fails_at_once(broker: Broker) -> None:
    with pytest.raises(ServiceUnavailable) as raised:
        RpcClient(broker).call("letters", "ping", {}, Deadline.after(30), "c-1")
    assert raised.value.reason == "no_queue", "not: deadline"


def test_a_dead_service_costs_the_deadline_and_no_more(broker: Broker) -> None:
    with pytest.raises(ServiceUnavailable) as raised:
        call(broker, seconds=0.3)
    assert raised.value.reason == "deadline"


def test_a_request_that_its_caller_gave_up_is_never_executed(broker: Broker, serve: Serve) -> None:
    done: list[str] = []
    with pytest.raises(ServiceUnavailable):
        call(broker, {"late": True}, seconds=0.2)
    serve(lambda payload, call: done.append(call.method) or {})
    assert call(broker, {}) == {}
    assert done == ["ping"], "only the second one"


def test_a_late_request_is_refused_before_it_starts(broker: Broker, serve: Serve) -> None:
    """The only worker is busy until the second caller's deadline is over; expiration alone would not stop it."""
    busy, done = Signal(), []

    def work(payload: dict[str, Any], call: Call) -> dict[str, Any]:
        done.append(call.method)
        if call.method == "slow":
            busy.wait()
        return {}

    serve(work, workers=1)
    slow = eventlet.spawn(call, broker, None, 10.0, "slow")
    until(lambda: done == ["slow"])
    with pytest.raises(ServiceUnavailable) as raised:
        call(broker, seconds=0.3, method="late")
    assert raised.value.reason == "deadline"
    busy.send(None)
    slow.wait()
    assert call(broker, method="next") == {}
    assert done == ["slow", "next"]


def test_a_server_refuses_what_is_late_or_malformed(broker: Broker) -> None:
    server = RpcServer(broker, "permits", echo)
    headers = {"x-method": "ping", "x-correlation-id": "c", "x-deadline": repr(time.time() - 1)}
    assert server.handle(b"{}", headers) == {"unavailable": "late"}
    good = headers | {"x-deadline": repr(time.time() + 5)}
    assert server.handle(b"{}", good)["method"] == "ping"
    for body, changed in [
        (b"\xff", good),
        (b"[]", good),
        (b"[" * 100_000, good),
        (b"{}", {}),
        (b"{}", good | {"x-deadline": "nan"}),
        (b"{}", good | {"x-deadline": "soon"}),
        (b"{}", good | {"x-method": 3}),
    ]:
        assert server.handle(body, changed)["problem"]["code"] == "internal"


def test_a_refusal_is_an_answer(broker: Broker, serve: Serve) -> None:
    def refuse(payload: dict[str, Any], call: Call) -> dict[str, Any]:
        raise Refused(409, "state_forbids", params={"state": "issued"})

    serve(refuse)
    problem = call(broker)["problem"]
    assert (problem["status"], problem["code"], problem["params"]) == (409, "state_forbids", {"state": "issued"})


def test_a_mistake_of_the_service_is_answered_without_a_word_of_it(
    broker: Broker, serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(payload: dict[str, Any], call: Call) -> dict[str, Any]:
        raise ValueError("3515991234569990 is secret")

    serve(fail)
    answer = call(broker)
    assert answer["problem"]["code"] == "internal"
    assert answer["problem"]["status"] == 500
    logged = "".join(capsys.readouterr())
    assert "c-1" in logged
    assert "ValueError" in logged
    assert "3515991234569990" not in logged + json.dumps(answer)


def test_an_answer_that_cannot_be_written_is_a_mistake_of_the_service(broker: Broker, serve: Serve) -> None:
    serve(lambda payload, call: {"when": object()})
    assert call(broker)["problem"]["code"] == "internal"


def test_a_service_whose_database_is_away_is_unavailable(broker: Broker, serve: Serve) -> None:
    def fail(payload: dict[str, Any], call: Call) -> dict[str, Any]:
        raise DatabaseAway("permits")

    serve(fail)
    with pytest.raises(ServiceUnavailable) as raised:
        call(broker)
    assert raised.value.reason == "away"


@pytest.mark.parametrize("caller", ["complaints", None])
def test_a_call_of_somebody_who_may_not_call_is_not_begun_and_not_answered(
    caller: str | None, topology: Topology
) -> None:
    broker, done = EmbeddedBroker(), []
    topology.declare(broker)
    server = RpcServer(
        broker.speaking_as("permits"), "permits", lambda payload, call: done.append(1) or {}, 4, {"gateway"}
    )
    server.start()
    before = metrics.rpc_refused.labels("permits", "publisher")._value.get()
    thief = broker if caller is None else broker.speaking_as(caller)
    with structlog.testing.capture_logs() as lines, pytest.raises(CallFailed) as raised:
        thief.call("permits", b"{}", HEADERS, "call-1", 0.3)
    assert raised.value.reason == "deadline"
    assert metrics.rpc_refused.labels("permits", "publisher")._value.get() == before + 1
    (line,) = lines
    assert (line["event"], line["why"], line["publisher"]) == ("rpc.refused", "publisher", caller)
    assert call(broker.speaking_as("gateway")) == {}
    assert done == [1], "the one of the gateway"
    server.stop()


def test_calls_in_flight_are_limited_per_service(broker: Broker, serve: Serve) -> None:
    go = Signal()

    def work(payload: dict[str, Any], call: Call) -> dict[str, Any]:
        go.wait()
        return {}

    serve(work)
    client = RpcClient(broker, max_in_flight=3)
    calls = [eventlet.spawn(client.call, "permits", "ping", {}, Deadline.after(10), "c") for _ in range(3)]
    until(lambda: client._in_flight["permits"] == 3)
    with pytest.raises(ServiceUnavailable) as raised:
        client.call("permits", "ping", {}, Deadline.after(10), "c")
    assert raised.value.reason == "busy"
    with pytest.raises(ServiceUnavailable) as other:
        client.call("letters", "ping", {}, Deadline.after(10), "c")
    assert other.value.reason == "no_queue", "another service's calls go on"
    go.send(None)
    assert [one.wait() for one in calls] == [{}, {}, {}]
    assert client.call("permits", "ping", {}, Deadline.after(10), "c") == {}


def test_a_stopping_service_answers_what_it_has_begun(broker: Broker, serve: Serve) -> None:
    begun, go = Signal(), Signal()

    def work(payload: dict[str, Any], call: Call) -> dict[str, Any]:
        begun.send(None)
        go.wait()
        return {"answered": True}

    server = serve(work)
    waiting = eventlet.spawn(call, broker)
    begun.wait()
    stopping = eventlet.spawn(server.stop)
    eventlet.sleep(0)
    go.send(None)
    assert waiting.wait() == {"answered": True}
    stopping.wait()
    with pytest.raises(ServiceUnavailable):
        call(broker, seconds=0.2)


def test_workers_are_limited(broker: Broker, serve: Serve) -> None:
    running, most = 0, 0

    def work(payload: dict[str, Any], call: Call) -> dict[str, Any]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        eventlet.sleep(0.01)
        running -= 1
        return {}

    serve(work, workers=3)
    list(eventlet.GreenPool(20).imap(lambda _: call(broker), range(40)))
    assert most == 3


@pytest.mark.broker
def test_pending_calls_fail_at_once_when_the_channel_dies(amqp_uri: str, topology: Topology) -> None:
    broker = AmqpBroker(amqp_uri)
    topology.declare(broker)
    began = Signal()

    def work(payload: dict[str, Any], call: Call) -> dict[str, Any]:
        if call.method == "slow":
            began.send(None)
            eventlet.sleep(30)
        return {}

    server = RpcServer(broker, "permits", work)
    server.start()
    until(lambda: server.attached)
    waiting = eventlet.spawn(call, broker, None, 60.0, "slow")
    began.wait()
    assert broker._caller is not None
    broker._caller.link.fail()
    with pytest.raises(ServiceUnavailable) as raised:
        waiting.wait()
    assert raised.value.reason == "channel_died"
    assert call(broker) == {}, "and the next call goes over a new channel"
    broker.close()


def test_a_client_without_any_broker_fails_within_its_deadline() -> None:
    broker = AmqpBroker("amqp://guest:guest@127.0.0.1:1//")
    with pytest.raises(ServiceUnavailable) as raised:
        call(broker, seconds=0.3)
    assert raised.value.reason == "broker_away"
    assert not broker.connected
    broker.close()


def test_the_embedded_broker_forgets_requests_that_nobody_waits_for(topology: Topology) -> None:
    broker = EmbeddedBroker()
    topology.declare(broker)
    for _ in range(3):
        with pytest.raises(ServiceUnavailable):
            call(broker, seconds=0.01)
    assert broker.depth("permits.rpc") == 0

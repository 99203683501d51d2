"""A thief who has the account of the complaints desk: what he can try on either broker, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import eventlet

from mpp import json_text
from mpp.messaging import metrics
from mpp.messaging.brokers import py_amqp
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.port import CallFailed, Outgoing
from mpp.messaging.brokers.rabbitmq_link import connect
from mpp.messaging.brokers.topology import EVENTS, events_queue, rpc_queue
from mpp.messaging.calls.messages import Call, headers_of
from mpp.messaging.events.event import Event
from mpp.persistence.deadline import Deadline
from tests.integration.mall.losses import count
from tests.support.own_accounts import OwnAccounts
from tests.support.wait import until
from tests.support.whole_mall import CLERK, OPERATOR, WholeMall

THIEF = "complaints"
FOREIGN = f"published by {THIEF}, which does not speak for civil_registry"


class Thief(Protocol):
    """`name` is the `user_id` that he gives: that of his account, or none. Another one RabbitMQ refuses."""

    def forge(self, event: Event, service: str, name: str | None) -> None:
        """Put an event into the queue of a service, past the rights on routing keys."""

    def ask(self, service: str, body: bytes, name: str | None) -> Callable[[], list[bytes]]:
        """Put a call into the queue of a service. What is returned says what was answered, once it is called."""


class StolenAccount:
    """On RabbitMQ, past everything of ours: he writes to the queues themselves, by `CC` or by name."""

    def __init__(self, accounts: OwnAccounts) -> None:
        self._uri = accounts.uri_of(THIEF)

    def forge(self, event: Event, service: str, name: str | None) -> None:
        told, body = event.to_message()
        publish(self._uri, body, {**told, "CC": [events_queue(service)]}, "", event.routing_key, **_named(name))

    def ask(self, service: str, body: bytes, name: str | None) -> Callable[[], list[bytes]]:
        answers: list[bytes] = []
        connection: Any = connect(self._uri, "thief")
        channel = connection.channel()
        channel.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=lambda m: answers.append(m.body))
        more = {"reply_to": "amq.rabbitmq.reply-to", "correlation_id": "c", **_named(name)}
        channel.basic_publish(py_amqp.message(body, application_headers=headers(), **more), "", rpc_queue(service))

        def answered() -> list[bytes]:
            try:
                connection.drain_events(timeout=0.2)
            except TimeoutError:
                pass
            connection.close()
            return answers

        return answered


class Insider:
    """On the embedded broker, where the rights on routing keys are not known: he publishes as he likes."""

    def __init__(self, broker: EmbeddedBroker) -> None:
        self._broker = broker

    def forge(self, event: Event, service: str, name: str | None) -> None:
        told, body = event.to_message()
        self._view(name).publish_batch([Outgoing(EVENTS, event.routing_key, told, body, event.id)], timeout=5.0)

    def ask(self, service: str, body: bytes, name: str | None) -> Callable[[], list[bytes]]:
        asking = eventlet.spawn(self._call, service, body, name)
        return lambda: list(asking.wait())

    def _call(self, service: str, body: bytes, name: str | None) -> list[bytes]:
        try:
            return [self._view(name).call(service, body, headers(), "thief's call", 2.0).body]
        except CallFailed:
            return []

    def _view(self, name: str | None) -> EmbeddedBroker:
        return self._broker if name is None else self._broker.speaking_as(name)


@dataclass(frozen=True)
class Scene:
    """A mall at work, the application of somebody who lives, and a thief."""

    mall: WholeMall
    case: dict[str, Any]
    thief: Thief


def _named(name: str | None) -> dict[str, str]:
    return {} if name is None else {"user_id": name}


def publish(uri: str, body: bytes, told: dict[str, Any], exchange: str, key: str, **properties: Any) -> None:
    """Over a connection to `uri`, past everything of ours. Raises AMQPError where RabbitMQ itself refuses it."""
    connection: Any = connect(uri, "thief")
    channel = connection.channel()
    channel.confirm_select()
    channel.basic_publish_confirm(py_amqp.message(body, application_headers=told, **properties), exchange, key)
    connection.close()


def headers() -> dict[str, str]:
    """Of a call for a whole case, with a minute to answer it."""
    return headers_of(Call(Deadline.after(60), "c", "get_case"))


def request(case: dict[str, Any], **caller: Any) -> bytes:
    """A question for the whole case, applicant and all."""
    return json_text.write({"params": {"id": case["id"]}, "body": {}, **caller})


def letters(mall: WholeMall) -> dict[str, list[str]]:
    """The reasons of the dead letters by service, as an operator sees them."""
    found: dict[str, list[str]] = {}
    for item in mall.get("/api/v1/operations/dead-letters", OPERATOR)["items"]:
        found.setdefault(item["service"], []).append(item["reason"])
    return found


def refused_calls(why: str) -> float:
    """How many calls permits has not begun, for that reason."""
    return float(metrics.rpc_refused.labels("permits", why)._value.get())


def lives(mall: WholeMall, case: dict[str, Any]) -> bool:
    """Whether nothing has come of the death of the applicant."""
    seen = mall.get(f"/api/v1/permits/{case['id']}", CLERK)
    return not seen["held"] and count(mall, "permits", "SELECT count(*) FROM persons") == 0


def after_all_before(mall: WholeMall) -> None:
    """Return when permits has seen whatever stood in its queue: an event of the registry came behind it."""
    (event,) = mall.tell_of_deaths(1)
    query = f"SELECT count(*) FROM inbox WHERE event_id = '{event.id}' AND status = 'done'"
    until(lambda: count(mall, "permits", query) == 1)
    with mall.database("permits").transaction() as tx:
        tx.exec_driver_sql("DELETE FROM persons")

"""What RabbitMQ itself refuses to the account of a service, by the rights that `mpp prepare` gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import amqp
import pytest
import requests

from mpp.hosting.definition import definitions
from mpp.messaging.brokers import py_amqp
from mpp.messaging.brokers.rabbitmq_link import connect
from mpp.messaging.brokers.topology import DEAD, EVENTS, OWN, RPC, dead_queue, events_queue, rpc_queue
from tests.integration.mall.thief import THIEF
from tests.support.broker import Vhost
from tests.support.own_accounts import PASSWORD, OwnAccounts
from tests.support.whole_mall import death

pytestmark = pytest.mark.broker
KEY = death("f" * 64).routing_key
THEIRS = [queue("permits") for queue in (events_queue, dead_queue, rpc_queue)]
Attempt = Callable[[Any], object]


def publish(exchange: str, key: str, **properties: str) -> Attempt:
    def attempt(channel: Any) -> None:
        channel.confirm_select()
        channel.basic_publish_confirm(py_amqp.message(b"{}", **properties), exchange, key)

    return attempt


PUBLISHING: dict[str, Attempt] = {
    "an event of another": publish(EVENTS, KEY, user_id=THIEF),
    "an event of another without a name": publish(EVENTS, KEY),
    "an event of another to the mall's own queues": publish(OWN, KEY, user_id=THIEF),
    "into the dead letters of another": publish(DEAD, dead_queue("permits"), user_id=THIEF),
    "a call": publish(RPC, "permits", user_id=THIEF),
    "to an exchange that everybody has": publish("amq.topic", KEY, user_id=THIEF),
}
FALSE_NAMES: dict[str, Attempt] = {
    "an event in another's name": publish("", events_queue("permits"), user_id="civil_registry"),
    "an event of its own in another's name": publish(
        EVENTS, "complaints.report.received.v1.35", user_id="civil_registry"
    ),
    "a call in the gateway's name": publish("", rpc_queue("permits"), user_id="gateway"),
    "in the administrator's name": publish("", rpc_queue("permits"), user_id="guest"),
}
READING: dict[str, Attempt] = {
    **{f"consume {queue}": lambda channel, queue=queue: channel.basic_consume(queue) for queue in THEIRS},
    **{f"get one of {queue}": lambda channel, queue=queue: channel.basic_get(queue) for queue in THEIRS},
    **{f"purge {queue}": lambda channel, queue=queue: channel.queue_purge(queue) for queue in THEIRS},
    "bind its own queue to what it does not hear": lambda channel: channel.queue_bind(
        events_queue(THIEF), EVENTS, "permits.#"
    ),
    "bind another's queue to what everybody may write to": lambda channel: channel.queue_bind(
        events_queue("permits"), "amq.topic", "#"
    ),
    "take another's queue from its events": lambda channel: channel.queue_unbind(
        events_queue("permits"), EVENTS, "civil_registry.person.deceased.#"
    ),
    "lead all events elsewhere": lambda channel: channel.exchange_bind("amq.topic", EVENTS, "#"),
    "lead what it writes to the mall's own queues": lambda channel: channel.exchange_bind(OWN, "amq.topic", "#"),
}
MAKING: dict[str, Attempt] = {
    **{f"delete {queue}": lambda channel, queue=queue: channel.queue_delete(queue) for queue in THEIRS},
    "delete a queue of its own": lambda channel: channel.queue_delete(events_queue(THIEF)),
    "a queue with another's name": lambda channel: channel.queue_declare("permits.events.v2"),
    "a queue with its own name": lambda channel: channel.queue_declare(f"{THIEF}.events.v2"),
    "a queue with a partner's name": lambda channel: channel.queue_declare("partner.bpjs.all"),
    "a queue that the broker names": lambda channel: channel.queue_declare(""),
    "an exchange": lambda channel: channel.exchange_declare(f"{THIEF}.events", "topic"),
    "delete the exchange of events": lambda channel: channel.exchange_delete(EVENTS),
}


def refused(accounts: OwnAccounts, attempt: Attempt, by: type[Exception]) -> None:
    connection: Any = connect(accounts.uri_of(THIEF), "thief")
    try:
        with pytest.raises(by):
            attempt(connection.channel())
            connection.drain_events(timeout=2)  # what is refused without an answer
    finally:
        connection.collect()


@pytest.mark.parametrize("what", [*PUBLISHING, *READING, *MAKING])
def test_it_may_not(what: str, accounts: OwnAccounts) -> None:
    attempt = (PUBLISHING | READING | MAKING)[what]
    refused(accounts, attempt, amqp.exceptions.AccessRefused)


@pytest.mark.parametrize("what", FALSE_NAMES)
def test_it_may_not_speak(what: str, accounts: OwnAccounts) -> None:
    refused(accounts, FALSE_NAMES[what], amqp.exceptions.PreconditionFailed)


def test_the_exchange_of_dead_letters_is_nobody_s(accounts: OwnAccounts) -> None:
    for service in definitions():
        connection: Any = connect(accounts.uri_of(service), "thief")
        with pytest.raises(amqp.exceptions.AccessRefused):
            publish(DEAD, dead_queue("permits"))(connection.channel())
        connection.collect()


def test_it_is_no_operator_of_the_broker_and_has_nothing_in_another_vhost(accounts: OwnAccounts, vhost: Vhost) -> None:
    assert vhost.broker.api is not None
    host = vhost.broker.api.rpartition("@")[2]
    answer = requests.get(f"http://{host}/api/queues", auth=(THIEF, PASSWORD), timeout=30)
    assert answer.status_code == 401
    elsewhere = accounts.uri_of(THIEF).rpartition("/")[0] + "/%2F"
    with pytest.raises(amqp.exceptions.NotAllowed):
        connect(elsewhere, "thief")

"""A new, empty RabbitMQ in place of the one that is gone: who may makes what is missing, who may not says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit, urlunsplit

import pytest

from mpp.clock import FixedClock
from mpp.hosting import broker_watch
from mpp.hosting.broker_watch import BrokerWatch
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topology import Topology
from mpp.persistence.database import Database
from tests.integration.messaging.office import Office, append, birth
from tests.support.broker import Vhost
from tests.support.wait import until

pytestmark = pytest.mark.broker
RIGHTS = {
    "configure": "^$",
    "write": r"^(mpp\.events|mpp\.own|mpp\.rpc|amq\.default)$",
    "read": r"^permits\.(events\.v[0-9]+|dead\.v[0-9]+|rpc)$",
}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker_watch, "EVERY", 0.05)


@pytest.fixture
def ends() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def recreate(vhost: Vhost) -> None:
    """Nothing is left but the administrator's account."""
    vhost.broker.call("DELETE", f"vhosts/{vhost.name}")
    vhost.broker.call("PUT", f"vhosts/{vhost.name}")


def test_a_process_that_may_makes_what_is_missing_and_goes_on(
    vhost: Vhost, topology: Topology, database: Database, clock: FixedClock, ends: ExitStack
) -> None:
    if vhost.broker.api is None:
        pytest.skip("MPP_TEST_AMQP_URI has no management API")
    broker = AmqpBroker(vhost.uri)
    ends.callback(broker.close)
    topology.declare(broker)
    office = Office(database, broker, clock)
    ends.callback(office.close)
    office.inbox()
    office.feed()
    office.run(office.relay())
    watch = BrokerWatch(broker, topology)
    until(lambda: watch.trouble() is None)
    recreate(vhost)
    until(lambda: watch.trouble() is not None)
    until(lambda: watch.trouble() is None)
    append(database, birth("case-1", 1))
    until(lambda: office.effects.all() == [("case-1", 1)])


def test_a_service_that_may_not_says_what_to_do(
    vhost: Vhost, topology: Topology, database: Database, clock: FixedClock, ends: ExitStack
) -> None:
    if vhost.broker.api is None:
        pytest.skip("MPP_TEST_AMQP_URI has no management API to make accounts with")
    vhost.broker.call("PUT", "users/mpp-test-new", {"password": "permits", "tags": ""})
    ends.callback(vhost.broker.call, "DELETE", "users/mpp-test-new")
    vhost.broker.call("PUT", f"permissions/{vhost.name}/mpp-test-new", RIGHTS)
    admin = AmqpBroker(vhost.uri)
    topology.declare(admin)
    admin.close()
    parts = urlsplit(vhost.uri)
    address = f"mpp-test-new:permits@{parts.hostname}:{parts.port}"
    broker = AmqpBroker(urlunsplit(parts._replace(netloc=address)), speaker="permits")
    ends.callback(broker.close)
    office = Office(database, broker, clock)
    ends.callback(office.close)
    office.inbox()
    watch = BrokerWatch(broker, topology)
    until(lambda: watch.trouble() is None)
    recreate(vhost)
    until(lambda: watch.trouble() == "broker away (NotAllowed): run `mpp prepare`")  # it has no rights in the new vhost
    vhost.broker.call("PUT", f"permissions/{vhost.name}/mpp-test-new", RIGHTS)
    until(lambda: str(watch.trouble()).startswith("broker lacks mpp.events, mpp.own"))
    assert str(watch.trouble()).endswith(": run `mpp prepare`")
    admin = AmqpBroker(vhost.uri)
    topology.declare(admin)
    admin.close()
    until(lambda: watch.trouble() is None, what="it comes back by itself")


def test_an_account_that_a_new_broker_does_not_know_is_told(vhost: Vhost, topology: Topology, ends: ExitStack) -> None:
    parts = urlsplit(vhost.uri)
    broker = AmqpBroker(urlunsplit(parts._replace(netloc=f"nobody:x@{parts.hostname}:{parts.port}")))
    ends.callback(broker.close)
    assert BrokerWatch(broker, topology).trouble() == "broker away (AccessRefused): run `mpp prepare`"

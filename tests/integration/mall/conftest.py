"""The whole mall, on the embedded broker and on a real RabbitMQ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest

from mpp.hosting.definition import definitions
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.port import Broker
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from tests.integration.mall.thief import Insider, Scene, StolenAccount, Thief
from tests.support.broker import Vhost
from tests.support.crash import fill, topology
from tests.support.desks import MONDAY, SIP_DATA, doctor
from tests.support.own_accounts import OwnAccounts, own_accounts
from tests.support.wait import until
from tests.support.whole_mall import CLERK, WholeMall


@pytest.fixture
def urls(make_database: Callable[..., str]) -> dict[str, str]:
    """A database for every service; nobody lives in the region yet."""
    return {name: make_database(f"bare_{name}", partial(fill, name, residents=0)) for name in definitions()}


@pytest.fixture
def now() -> datetime:
    """What the mall's clock says; it stands still. A test of event ids, which do not, takes the real time."""
    return MONDAY


@pytest.fixture
def mall(urls: dict[str, str], now: datetime) -> Iterator[WholeMall]:
    """On the embedded broker."""
    opened = WholeMall(urls, EmbeddedBroker(), now)
    yield opened
    opened.die()


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.broker)])
def each_mall(request: pytest.FixtureRequest, urls: dict[str, str], now: datetime) -> Iterator[WholeMall]:
    """On either broker."""
    broker: Broker
    broker = EmbeddedBroker() if request.param == "embedded" else AmqpBroker(request.getfixturevalue("amqp_uri"))
    opened = WholeMall(urls, broker, now)
    yield opened
    opened.die()


@pytest.fixture
def accounts(vhost: Vhost) -> Iterator[OwnAccounts]:
    """A RabbitMQ with an account for each service, as `mpp prepare` leaves it."""
    with own_accounts(vhost) as opened:
        topology().declare(opened)
        yield opened


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.broker)])
def scene(request: pytest.FixtureRequest, urls: dict[str, str]) -> Iterator[Scene]:
    """On either broker, with an account for each service."""
    broker: Broker
    thief: Thief
    if request.param == "embedded":
        broker = embedded = EmbeddedBroker()
        thief = Insider(embedded)
    else:
        broker = accounts = request.getfixturevalue("accounts")
        thief = StolenAccount(accounts)
    mall = WholeMall(urls, broker).start()
    until(lambda: all(inbox.attached for inbox in mall.process.inboxes.values()))
    answer = mall.post("/api/v1/permits", {"service": "PRZ-SIP-DR", "applicant": doctor(), "data": SIP_DATA}, CLERK)
    assert answer.status_code == 201, answer.text
    yield Scene(mall, answer.get_json(), thief)
    mall.die()

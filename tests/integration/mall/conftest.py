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
from tests.support.crash import fill
from tests.support.desks import MONDAY
from tests.support.whole_mall import WholeMall


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

"""What gets lost although everything was confirmed, and what is known of deaths afterwards."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import amqp
from sqlalchemy import text

from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.persistence.database import DatabaseAway
from tests.support.crash import topology
from tests.support.whole_mall import WholeMall

DEATHS = "SELECT count(*) FROM persons WHERE status = 'deceased'"


def known_deaths(mall: WholeMall, service: str = "complaints") -> int:
    try:
        return count(mall, service, DEATHS)
    except DatabaseAway:
        return -1  # sessions of before are being ended


def count(mall: WholeMall, service: str, query: str) -> int:
    with mall.database(service).transaction() as tx:
        return int(tx.execute(text(query)).scalar_one())


def unpublished(mall: WholeMall) -> int:
    query = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
    return sum(count(mall, service, query) for service in ("civil_registry", "permits", "complaints"))


def wipe(mall: WholeMall) -> None:
    """A new, empty RabbitMQ, after `mpp prepare`."""
    assert isinstance(mall.broker, AmqpBroker)
    parts = urlsplit(mall.broker._uri)
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port}",
        userid=parts.username,
        password=parts.password,
        virtual_host=unquote(parts.path[1:]),
    )
    connection.connect()
    channel = connection.channel()
    for queue in topology().queues:
        channel.queue_delete(queue.name)
    for exchange in topology().exchanges:
        channel.exchange_delete(exchange.name)
    connection.close()
    topology().declare(mall.broker)


def forget(mall: WholeMall, service: str) -> None:
    """The service's database as it was before it heard of anything: restored from an older copy."""
    with mall.database(service).transaction() as tx:
        for table in ("inbox", "positions", "persons" if service != "gateway" else "feed_events"):
            tx.execute(text(f"DELETE FROM {table}"))

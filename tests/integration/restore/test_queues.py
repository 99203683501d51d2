"""A RabbitMQ that is new gets the queues of partners back, and those of services from `mpp prepare` alone."""

from __future__ import annotations

from dataclasses import replace

import amqp
import pytest

from mpp.hosting.definition import definitions
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topology import EVENTS, Topology
from mpp.operations.problem import Problem
from mpp.operations.restore.queues import queues_back
from tests.integration.restore.conftest import Office
from tests.support.broker import Vhost

MINE = "partner.bpjs.births"
KEY = "civil_registry.birth.registered.v1.#"


def prepare(uri: str) -> None:
    broker = AmqpBroker(uri)
    Topology.of(definitions().values()).declare(broker)
    broker.close()


@pytest.mark.broker
def test_partners_queues_are_made_again_with_their_bindings(office: Office, vhost: Vhost) -> None:
    if vhost.broker.api is None:
        pytest.skip("MPP_TEST_AMQP_URI has no management API")
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(vhost.uri)
    account = {"userid": parts.username, "password": parts.password, "virtual_host": unquote(parts.path[1:])}
    at = replace(office.settings, amqp_uri=vhost.uri, broker_api=vhost.broker.api)
    prepare(vhost.uri)
    with amqp.Connection(host=f"{parts.hostname}:{parts.port}", **account) as connection:
        channel = connection.channel()
        channel.queue_declare(MINE, durable=True, auto_delete=False)
        channel.queue_bind(MINE, EVENTS, KEY)
        made = office.back_up(amqp_uri=vhost.uri, broker_api=vhost.broker.api)
        channel.queue_delete(MINE)
        assert queues_back(made.folder, made.manifest, None, at) == [MINE]
        assert queues_back(made.folder, made.manifest, None, at) == [MINE], "as often as one likes"
        channel.basic_publish(amqp.Message("x"), EVENTS, KEY.replace("#", "35"))
        assert channel.queue_declare(MINE, passive=True).message_count == 1


def test_a_backup_without_queues_says_so(office: Office) -> None:
    made = office.back_up()
    with pytest.raises(Problem, match="no queues of RabbitMQ"):
        queues_back(made.folder, made.manifest, None, office.settings)

"""A RabbitMQ on which each service has its own account, with the rights that `mpp prepare` gives it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from mpp.hosting.definition import definitions
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.operations.preparing.broker_accounts import ManagementApi, service_rights
from tests.support.broker import Vhost

PASSWORD = "secret"


class OwnAccounts(AmqpBroker):
    """The administrator's connection, and by `speaking_as` one of each service."""

    def __init__(self, vhost: Vhost) -> None:
        super().__init__(vhost.uri)
        self._vhost = vhost
        self._own: dict[str, AmqpBroker] = {}

    @property
    def uri(self) -> str:
        """The administrator's."""
        return self._vhost.uri

    def uri_of(self, service: str) -> str:
        """What the service is given, and what a thief of its account has."""
        parts = urlsplit(self._vhost.uri)
        return parts._replace(netloc=f"{service}:{PASSWORD}@{parts.hostname}:{parts.port}").geturl()

    def speaking_as(self, service: str) -> AmqpBroker:
        if service not in self._own:
            self._own[service] = AmqpBroker(self.uri_of(service), service, speaker=service)
        return self._own[service]

    def close(self) -> None:
        for broker in self._own.values():
            broker.close()
        self._own.clear()
        super().close()


@contextmanager
def own_accounts(vhost: Vhost) -> Iterator[OwnAccounts]:
    """The accounts, for the time of a test."""
    if vhost.broker.api is None:
        pytest.skip("this RabbitMQ has no management API (MPP_TEST_BROKER_API)")
    api = ManagementApi(vhost.broker.api, vhost.name)
    for name, definition in definitions().items():
        api.ensure_account(name, PASSWORD, service_rights(definition))
    broker = OwnAccounts(vhost)
    try:
        yield broker
    finally:
        broker.close()
        for name in definitions():
            vhost.broker.call("DELETE", f"users/{name}")

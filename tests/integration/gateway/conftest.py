"""The gateway's application on a real PostgreSQL, with stub case services behind the embedded broker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from werkzeug.test import Client, TestResponse

from mpp.casework.access.actors import Actor, Assignment
from mpp.catalogue import Catalogue
from mpp.clock import FixedClock, new_id
from mpp.hosting.definition import ServiceDefinition
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.topology import Topology
from mpp.messaging.calls.client import RpcClient
from mpp.messaging.calls.server import serve
from mpp.persistence.database import Database
from mpp.tokens.for_services import ServiceTokens
from mpp.tokens.signed import TokenSigner, TokenVerifier
from mpp.web.wsgi import Door, Headers
from services.gateway.accounts import queries
from services.gateway.accounts.passwords import Passwords
from services.gateway.api.app import Parts, build
from services.gateway.backend import Backend
from services.gateway.server.concurrency import BoundedThreadPool, together
from tests.integration.gateway.keys import KEYS
from tests.integration.gateway.served import served
from tests.integration.gateway.stub import StubService
from tests.support import accounts

__all__ = ["KEYS", "served"]
SIGNER = TokenSigner(KEYS[0])

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SERVICES = {
    definition.collection: definition
    for definition in (
        ServiceDefinition("permits", "", answers_calls=True, collection="permits", tracking_letter="P"),
        ServiceDefinition("civil_registry", "", answers_calls=True, collection="registrations", tracking_letter="R"),
        ServiceDefinition("complaints", "", answers_calls=True, collection="complaints", tracking_letter="C"),
    )
    if definition.collection is not None
}
PERSON = {"kind": "person", "nik": "3515144107909990", "name": "Warga Contoh 01", "phone": "081234567890"}


@dataclass(repr=False)
class Mall:
    """What a test holds in its hands."""

    parts: Parts
    client: Client
    clock: FixedClock
    database: Database
    stubs: dict[str, StubService]
    broker: EmbeddedBroker
    servers: dict[str, Any] = field(default_factory=dict)

    def token(self, role: str = "clerk", office: str = "35.15.14.2013", name: str = "petugas") -> str:
        actor = accounts.ensure(self.database, Actor(name, (Assignment(office, role),)))
        return self.parts.signer.sign(actor, self.clock.now(), timedelta(hours=1))

    def headers(self, role: str = "clerk", **more: str) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token(role)}", **named}

    def get(self, path: str, role: str = "clerk", **more: str) -> TestResponse:
        return self.client.get(path, headers=self.headers(role, **more))

    def post(self, path: str, body: Any, role: str = "clerk", **more: str) -> TestResponse:
        headers = self.headers(role, **{"Idempotency_Key": new_id(), **more})
        return self.client.post(path, json=body, headers=headers)

    def open(self, collection: str = "permits") -> dict[str, Any]:
        answer = self.post(f"/api/v1/{collection}", {"service": "PRZ-SIP-DR", "applicant": PERSON, "data": {}})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def account(self, name: str, password: str, role: str = "clerk") -> None:
        with self.database.transaction() as tx:
            hashed = self.parts.passwords.hash(password)
            queries.add(tx, name, hashed, [Assignment("35.15.14.2013", role)], self.clock.now())


@pytest.fixture
def gateway_database(gateway_url: str) -> Iterator[Database]:
    database = Database(gateway_url, name="gateway")
    yield database
    database.dispose()


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    made = EmbeddedBroker()
    Topology.of(SERVICES.values()).declare(made)
    yield made
    made.close()


@pytest.fixture
def mall(gateway_database: Database, broker: EmbeddedBroker) -> Mall:
    clock = FixedClock(NOW)
    stubs = {name: StubService(name, s.tracking_letter or "") for name, s in SERVICES.items()}
    servers = {n: serve(broker.speaking_as(s := SERVICES[n].name), s, stub.handle, 4) for n, stub in stubs.items()}
    parts = Parts(
        database=gateway_database,
        backend=Backend(RpcClient(broker.speaking_as("gateway")), SERVICES, together, ServiceTokens(SIGNER, clock)),
        catalogue=Catalogue([]),
        signer=SIGNER,
        verifier=TokenVerifier(KEYS[1]),
        passwords=Passwords(BoundedThreadPool(2, 60), CHEAP),
        clock=clock,
        seconds=2.0,
    )
    client = Client(Headers(Door(build(parts))))
    return Mall(parts, client, clock, gateway_database, stubs, broker, servers)

"""The counter that the tests of uploads stand at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

from mpp.casework.access.actors import Actor, Assignment
from mpp.files.folder import Folder
from mpp.hosting.definition import case_services, definitions
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.topology import Topology
from mpp.messaging.calls.client import RpcClient
from mpp.messaging.calls.server import serve
from mpp.persistence.database import Database
from mpp.tokens.signed import TokenVerifier
from mpp.web.wsgi import Door, Headers
from services.gateway.accounts.passwords import Passwords
from services.gateway.api.app import Parts, build
from services.gateway.api.routes.cases.documents import upload_limit
from services.gateway.backend import Backend
from services.gateway.server.concurrency import together
from services.gateway.threads import HereAndNow
from services.gateway.uploads.keeping import Keeper
from tests.integration.gateway.conftest import CHEAP
from tests.integration.gateway.uploads.browser import (
    MOST,
    Counter,
    Line,
)
from tests.support import accounts
from tests.support.desks import PUBLIC, Desks


@pytest.fixture
def counter(desks: Desks, gateway_database: Database, tmp_path: Path) -> Iterator[Counter]:
    for name, held in desks.staff.items():
        accounts.ensure(gateway_database, Actor(name, (Assignment(*held),)))
    broker = EmbeddedBroker()
    Topology.of(definitions().values()).declare(broker)
    servers = []
    for collection, definition in case_services().items():
        servers.append(serve(broker.speaking_as(definition.name), definition.name, desks.desks[collection].answer, 8))
    rpc = Line(RpcClient(broker.speaking_as("gateway")))
    root = tmp_path / "files"
    keeper = Keeper(Folder(root, reserve=0), gateway_database, desks.clock, HereAndNow())
    parts = Parts(
        database=gateway_database,
        backend=Backend(rpc, case_services(), together, desks.tokens),
        catalogue=desks.runtime.catalogue,
        signer=desks.signer,
        verifier=TokenVerifier(PUBLIC),
        passwords=Passwords(HereAndNow(), CHEAP),
        clock=desks.clock,
        keeper=keeper,
    )
    client = Client(Headers(Door(build(parts), streamed=upload_limit(MOST))))
    yield Counter(client, desks, keeper, gateway_database, rpc, root)
    desks.close()
    broker.close()

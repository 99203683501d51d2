"""A service whose connection breaks at any moment of its start says so in a line, and starts when it is back."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import make_url

from mpp.hosting.definition import definitions
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topology import Topology
from tests.chaos.processes import environment_of
from tests.support.broker import TestBroker, close_vhost, open_vhost
from tests.support.cutting import cutting
from tests.support.lazily import Lazily
from tests.support.mall import MPP
from tests.support.postgres import TestPostgres
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

VERSION, CATALOGUE, CALENDARS = b"alembic_version", b"INSERT INTO service_types", b"FROM calendar_tables"
FIRST, INSIDE, LAST = 1, 9, 25  # answers of the broker: of its greeting, and while the service makes itself known


class Starting:
    """`mpp serve SERVICE`."""

    def __init__(self, service: str, urls: Mapping[str, str], amqp: str, folder: Path) -> None:
        ops = free_port()
        self._log = folder / f"{service}.log"
        self._url = f"http://127.0.0.1:{ops}/readyz"
        environment = environment_of(urls, amqp, MPP_OPS_PORT=str(ops), MPP_DATA=str(folder))
        with self._log.open("wb") as output:
            command = [str(MPP), "serve", service]
            self.process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd="/")

    def ready(self) -> bool:
        assert self.process.poll() is None, self.log()
        try:
            return requests.get(self._url, timeout=5).ok
        except requests.RequestException:
            return False

    def log(self) -> str:
        return self._log.read_text()


@pytest.fixture(scope="module")
def prepared(postgres_server: TestPostgres, rabbitmq: TestBroker) -> Iterator[dict[str, str]]:
    """The names of databases as `mpp prepare` leaves them."""
    made = {service: postgres_server.create() for service in definitions()}
    urls, vhost = {service: postgres_server.url(name) for service, name in made.items()}, open_vhost(rabbitmq)
    told = environment_of(urls, vhost.uri)
    subprocess.run([str(MPP), "prepare"], env=told, cwd="/", check=True, capture_output=True)
    close_vhost(vhost)
    yield made
    for name in made.values():
        postgres_server.drop(name)


@pytest.fixture
def urls(prepared: dict[str, str], postgres_server: TestPostgres, amqp_uri: str) -> Iterator[Mapping[str, str]]:
    """Databases of this test alone, each made when it is asked for, and a broker, all as `mpp prepare` leaves them."""
    broker = AmqpBroker(amqp_uri)
    Topology.of(definitions().values()).declare(broker)
    broker.close()
    copies = Lazily(prepared, lambda service: postgres_server.create(prepared[service]))
    yield Lazily(prepared, lambda service: postgres_server.url(copies[service]))
    for name in copies.made.values():
        postgres_server.drop(name)


def awaited(service: str, urls: Mapping[str, str], amqp: str, folder: Path, cut: Callable[[], bool]) -> str:
    """The log of a service that has become ready although its connection broke."""
    starting = Starting(service, urls, amqp, folder)
    try:
        until(lambda: starting.ready() and cut(), what=f"{service} ready", moves=starting.log)
    finally:
        starting.process.kill()
        starting.process.wait()
    return starting.log()


@pytest.mark.parametrize(
    ("service", "at"),
    [("complaints", VERSION), ("complaints", CATALOGUE), ("complaints", CALENDARS), ("permits", CATALOGUE),
     ("gateway", VERSION)],
)  # fmt: skip
def test_a_database_that_goes_away_while_a_service_starts(
    service: str, at: bytes, urls: Mapping[str, str], amqp_uri: str, tmp_path: Path
) -> None:
    url = make_url(urls[service])
    sockets = url.query.get("host")  # a server of a container is reached over TCP
    server = f"{sockets}/.s.PGSQL.5432" if sockets else (str(url.host), url.port or 5432)
    with cutting(server, at) as line:
        through = url.difference_update_query(["host"]).set(host="127.0.0.1", port=line.port)
        mine = {service: through.render_as_string(hide_password=False)}
        log = awaited(service, mine, amqp_uri, tmp_path, lambda: line.cut)
    assert "Traceback" not in log
    assert "tidak menjawab" in log or '"service.waits"' in log


@pytest.mark.parametrize("at", [FIRST, INSIDE, LAST])
def test_a_broker_that_goes_away_while_a_service_starts(
    at: int, urls: Mapping[str, str], amqp_uri: str, tmp_path: Path
) -> None:
    broker = urlsplit(amqp_uri)
    with cutting((str(broker.hostname), broker.port or 5672), at) as line:
        through = amqp_uri.replace(f"{broker.hostname}:{broker.port}", f"127.0.0.1:{line.port}")
        log = awaited("complaints", {"complaints": urls["complaints"]}, through, tmp_path, lambda: line.cut)
    assert "Traceback" not in log

"""The RabbitMQ and the PostgreSQL of a chaos run: ours alone, on free ports, to be killed hard and started again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import kombu
import requests
from sqlalchemy import make_url

from mpp.hosting.definition import definitions
from mpp.messaging.brokers.topology import EVENTS
from mpp.operations.embedded_postgres import location
from mpp.operations.embedded_postgres.server import EmbeddedPostgres
from tests.chaos import dump
from tests.chaos.wire import Wire
from tests.support import engine, rabbitmq_node
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

PASSWORD = "chaos"


class Node(Protocol):
    """A RabbitMQ that survives its own death."""

    amqp_uri: str
    api: str

    def start(self) -> None: ...

    def kill(self) -> None: ...

    def wipe(self) -> None: ...

    def control(self, *arguments: str) -> None: ...

    def stop(self) -> None: ...

    def log(self) -> str: ...


class ContainerNode:
    """RabbitMQ in a container on a fixed port; its data stay over a kill."""

    def __init__(self) -> None:
        self._port, self._api_port = free_port(), free_port()
        self.amqp_uri = f"amqp://mpp:{PASSWORD}@127.0.0.1:{self._port}/%2F"
        self.api = f"http://mpp:{PASSWORD}@127.0.0.1:{self._api_port}"
        self._container = self._make()

    def _make(self) -> Any:
        import docker

        return docker.from_env().containers.create(
            "rabbitmq:4-management",
            hostname="chaos",  # the name of the node, and so of its data
            environment={"RABBITMQ_DEFAULT_USER": "mpp", "RABBITMQ_DEFAULT_PASS": PASSWORD},
            ports={"5672/tcp": ("127.0.0.1", self._port), "15672/tcp": ("127.0.0.1", self._api_port)},
        )

    def start(self) -> None:
        """Start (again) and return when the management API answers."""
        self._container.start()
        until(self._answers, 120, "RabbitMQ in its container")

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.api}/api/whoami", timeout=5).ok
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """SIGKILL."""
        self._container.kill()
        self._container.wait()

    def wipe(self) -> None:
        """Kill it, and lose all that it held."""
        self.stop()
        self._container = self._make()

    def control(self, *arguments: str) -> None:
        """`rabbitmqctl` in the container."""
        done = self._container.exec_run(["rabbitmqctl", *arguments])
        assert done.exit_code == 0, done.output

    def stop(self) -> None:
        """Remove it with its data."""
        self._container.remove(force=True, v=True)

    def log(self) -> str:
        """All that it has written."""
        return bytes(self._container.logs()).decode(errors="replace")


def make_node() -> Node:
    """A local rabbitmq-server where there is one, else a container. Raises RuntimeError with both reasons."""
    if rabbitmq_node.find_server():
        return rabbitmq_node.RabbitNode()
    if (why := engine.answers()) is None:
        return ContainerNode()
    raise RuntimeError(
        f"chaos needs a RabbitMQ of its own: no rabbitmq-server (apt-get install rabbitmq-server), {why}"
    )


class Ground:
    """Broker and database server under the mall."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.node = make_node()
        # Durable, unlike the one of the tests: what was committed must be there after the server was shot.
        self._postgres = EmbeddedPostgres(folder, max_connections=300)
        self.wire: Wire

    def start(self) -> None:
        """Start both, and the line between the mall and its database."""
        self._postgres.start()
        self.wire = Wire(self._folder / "wire", str(make_url(self.admin_url).query["host"]))
        self.wire.start()
        self.node.start()

    def stop(self) -> None:
        """End all of it, and leave no file of the broker."""
        self.node.stop()
        self.wire.stop()
        self._postgres.stop()

    @property
    def admin_url(self) -> str:
        """The administrator's URL."""
        return self._postgres.url()

    def urls(self, *, admin: bool = False) -> dict[str, str]:
        """The databases by service: as the service's own role and over the line, or as the administrator."""
        if admin:
            return {s: self._postgres.url(s) for s in definitions()}
        return {s: f"postgresql+psycopg2://{s}@/{s}?host={self.wire.folder}" for s in definitions()}

    def accounts(self) -> dict[str, str]:
        """A broker account for each service."""
        parts = make_url(self.node.amqp_uri)
        return {s: f"amqp://{s}:{PASSWORD}@{parts.host}:{parts.port}/%2F" for s in definitions()}

    def environment(self) -> dict[str, str]:
        """What `mpp prepare` needs to know beside the services' own accounts."""
        return {
            "MPP_ADMIN_DATABASE_URL": self.admin_url,
            "MPP_ADMIN_AMQP_URI": self.node.amqp_uri,
            "MPP_BROKER_API": self.node.api,
        }

    def logs(self) -> dict[str, str]:
        """What the two servers have written about themselves."""
        place, _ = location.data_folder(self._folder, location.account())
        return {"PostgreSQL": (place / "postgres" / "server.log").read_text(), "RabbitMQ": self.node.log()}

    # ------------------------------------------------------------------- blows

    def shoot_broker(self, seconds: float) -> None:
        """Kill the broker and start it again."""
        self.node.kill()
        time.sleep(seconds)  # the outage itself, not a wait for anything
        self.node.start()

    def shoot_postgres(self, seconds: float, *, immediate: bool) -> None:
        """Stop PostgreSQL without a checkpoint (SIGQUIT), or kill its server process, and start it again."""
        pid = self._postgres.pid
        os.kill(pid, signal.SIGQUIT if immediate else signal.SIGKILL)
        process = self._postgres._process
        assert process is not None
        process.wait(60)
        time.sleep(seconds)  # the outage itself
        self._postgres.start()

    def wipe_broker(self) -> None:
        """A new broker in the place of the old one: no account, no queue, no message."""
        self.node.wipe()
        self.node.start()

    @contextmanager
    def alarm(self) -> Iterator[None]:
        """The broker says that its memory is full: it takes nothing from who publishes."""
        self.node.control("set_vm_memory_high_watermark", "0.0001")
        try:
            yield
        finally:
            self.node.control("set_vm_memory_high_watermark", "0.6")

    @contextmanager
    def refusing_queue(self) -> Iterator[None]:
        """A partner's queue that is full at once and refuses what does not fit."""
        arguments = {"x-max-length": 1, "x-overflow": "reject-publish"}
        with kombu.Connection(self.node.amqp_uri) as connection:
            exchange = kombu.Exchange(EVENTS, type="topic", no_declare=True)
            queue = kombu.Queue(
                "partner.chaos.full", exchange, routing_key="permits.#", queue_arguments=arguments, channel=connection
            )
            queue.declare()
            connection.release()
            yield
        with kombu.Connection(self.node.amqp_uri) as connection:
            queue(connection.channel()).delete()

    @contextmanager
    def read_only(self, service: str) -> Iterator[None]:
        """The database answers and takes nothing, as after a fail-over to a standby."""
        self._alter(service, "SET default_transaction_read_only = on")
        try:
            yield
        finally:
            self._alter(service, "RESET default_transaction_read_only")

    def _alter(self, service: str, setting: str) -> None:
        dump.execute(self.admin_url, f"ALTER DATABASE {service} {setting}")
        self.cut_database(service)  # a session keeps what it began with

    @contextmanager
    def disk_full(self, service: str) -> Iterator[None]:
        """Every row that would need room is refused with the code of a full disk."""
        url = self._postgres.url(service)
        dump.execute(url, dump.FULL.format(on="ENABLE ALWAYS"))
        try:
            yield
        finally:
            dump.execute(url, dump.FULL.format(on="DISABLE"))

    def keep_a_copy(self, service: str) -> None:
        """A backup of a database in which nobody works."""
        dump.execute(self.admin_url, f"DROP DATABASE IF EXISTS {service}_kept", alone=True)
        self.cut_database(service)
        dump.execute(self.admin_url, f"CREATE DATABASE {service}_kept TEMPLATE {service}", alone=True)

    def put_the_copy_back(self, service: str) -> None:
        """What came after the backup is gone."""
        dump.execute(self.admin_url, f"DROP DATABASE {service} WITH (FORCE)", alone=True)
        dump.execute(self.admin_url, f"ALTER DATABASE {service}_kept RENAME TO {service}", alone=True)

    def cut_database(self, service: str | None = None) -> int:
        """End every session of the mall, or of one service, at once; how many."""
        mine = "usename <> 'postgres' AND backend_type = 'client backend'"
        mine += f" AND datname = '{service}'" if service else ""
        query = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"  # noqa: S608
        return len(dump.ask(self.admin_url, query))

    def cut_broker(self) -> int:
        """Close every AMQP connection from the broker's side; how many."""
        api = f"{self.node.api}/api/connections"
        found = requests.get(api, timeout=20).json()
        for connection in found:
            requests.delete(f"{api}/{requests.utils.quote(connection['name'], safe='')}", timeout=20)
        return len(found)

    def waiting_messages(self) -> Mapping[str, int]:
        """Messages by queue, for the report of a stalled run."""
        queues = requests.get(f"{self.node.api}/api/queues", timeout=20).json()
        return {queue["name"]: queue.get("messages", 0) for queue in queues if queue.get("messages")}

"""The private instances that a benchmark runs on: a durable PostgreSQL, a RabbitMQ, and the four services as processes.

The database server's data stay in a folder when one is named, so that a million rows are seeded once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import NullPool, create_engine, make_url, text

from mpp.hosting.definition import definitions
from mpp.operations.embedded_postgres.server import EmbeddedPostgres
from tests.chaos.processes import Processes, environment_of
from tests.support import broker as brokers
from tests.support.broker import TestBroker
from tests.support.mall import MPP

PASSWORD = "kopi-hujan-sepeda"  # the well-known one is refused behind a proxy
ACCOUNTS = (
    "petugas.sukodono",
    "petugas.mpp",
    "petugas.kecamatan",
    "admin.pengaduan",
    "verifikator.dpmptsp",
    "teknis.dinkes",
    "penandatangan.dpmptsp",
    "verifikator.dukcapil",
    "pejabat.dukcapil",
)


@dataclass
class Place:
    """The machine room. `folder` holds logs, plans and results; `base` is the administrator's database URL."""

    folder: Path
    base: str
    broker: TestBroker
    postgres_pid: int | None
    environment: dict[str, str] = field(default_factory=dict)
    services: Processes | None = None
    tokens: dict[str, str] = field(default_factory=dict)
    began: float = 0.0  # seconds since the epoch, before the broker was started
    program: tuple[str, ...] = (str(MPP),)  # what starts a service

    def url(self, database: str) -> str:
        """The administrator's URL of a database."""
        return make_url(self.base).set(database=database).render_as_string(hide_password=False)

    def sql(self, statement: str, database: str | None = None) -> list[Any]:
        """Run one statement outside of a transaction; its rows."""
        engine = create_engine(self.url(database) if database else self.base, poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            result = connection.execute(text(statement))
            return list(result.all()) if result.returns_rows else []

    def names(self) -> set[str]:
        """The databases that there are."""
        return {name for (name,) in self.sql("SELECT datname FROM pg_database")}

    def fresh(self, name: str, template: str = "template0") -> None:
        """An empty database, or a copy of a template, in place of the one of that name."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')

    def start(self, databases: Mapping[str, str], copies: Mapping[str, int] | None = None) -> Processes:
        """The services over these databases (service -> database), prepared, ready, and the clerks logged in."""
        self.stop()
        urls = {service: self.url(databases[service]) for service in definitions()}
        brokers.sweep(self.broker.amqp_uri)
        self.settle(urls)
        self.environment |= {f"{service.upper()}_DATABASE_URL": url for service, url in urls.items()}
        self.services = Processes(self.folder, urls, self.environment, copies, self.program)
        self.services.prepare()
        self.services.start_all()
        self.tokens = {account: self._log_in(account) for account in ACCOUNTS}
        return self.services

    def settle(self, urls: Mapping[str, str]) -> None:
        """The environment of this mall, once. The key of pseudonyms is that of every run: seeded persons bear them."""
        if not self.environment:
            made = environment_of(urls, self.broker.amqp_uri, MPP_PROXIES="1", MPP_DEMO="1", MPP_DEMO_PASSWORD=PASSWORD)
            self.environment = made | {"MPP_PERSON_KEY": bytes(range(32)).hex()}

    def beside(self, name: str) -> Place:
        """Room for a second mall on the same servers, in a vhost and a folder of its own."""
        folder = self.folder / name
        folder.mkdir(mode=0o711)
        vhost = brokers.open_vhost(self.broker)
        return replace(
            self,
            folder=folder,
            broker=replace(self.broker, amqp_uri=vhost.uri),
            environment={},
            services=None,
            tokens={},
        )

    def stop(self) -> None:
        """End the services."""
        if self.services is not None:
            self.services.end()
            self.services = None

    def _log_in(self, account: str) -> str:
        assert self.services is not None
        form = {"grant_type": "password", "username": account, "password": PASSWORD}
        answer = requests.post(f"{self.services.url}/api/v1/auth/token", data=form, timeout=30)
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def mpp(self, *arguments: str) -> None:
        """One `mpp` command in the environment of the services."""
        done = subprocess.run([MPP, *arguments], env=self.environment, cwd="/", check=False, capture_output=True)
        if done.returncode:
            raise RuntimeError(done.stdout.decode() + done.stderr.decode())

    def generate(
        self, plan: Mapping[str, Any], url: str | None = None, module: str = "tests.load.users"
    ) -> dict[str, Any]:
        """Run the load generator with this plan, another one than that of ordinary clerks if named; what it saw."""
        if url is None:
            assert self.services is not None
            url = self.services.url
        full = {"url": url, "tokens": self.tokens, "warm": 1.0, "seed": time.time_ns(), **plan}
        plan_file, result_file = self.folder / "plan.json", self.folder / "result.json"
        plan_file.write_text(json.dumps(full))
        result_file.unlink(missing_ok=True)
        self.run(module, str(plan_file), str(result_file))
        return dict(json.loads(result_file.read_text()))

    def run(self, module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Another process of the benchmark, to its end; what it printed."""
        command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{module}: {done.stdout}{done.stderr}")
        return done.stdout


def open_place(stack: ExitStack, kept: Path | None) -> Place:
    """Start database and broker; `stack` ends them. `kept`: where the database's data stay between runs."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mpp-bench-")))
    folder.chmod(0o711)
    if kept is not None:
        kept.mkdir(mode=0o711, parents=True, exist_ok=True)
    home = (kept or folder).resolve()
    # Once to switch on the times of commits (for the event latency; a restart makes it so), once to stay.
    with EmbeddedPostgres(home, max_connections=200) as server:
        engine = create_engine(server.url(), poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ALTER SYSTEM SET track_commit_timestamp = on"))
    server = stack.enter_context(EmbeddedPostgres(home, max_connections=200))
    began = time.time()
    broker = brokers.start_broker(stack)
    place = Place(folder, server.url(), broker, server.pid, began=began)
    stack.callback(place.stop)
    return place

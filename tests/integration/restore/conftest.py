"""A mall at work that is backed up, goes on, and is brought back."""

from __future__ import annotations

import gc
import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

from mpp.audit.ledger import Ledger, ledger_path, read_ledger
from mpp.audit.settings import AuditSettings
from mpp.clock import SystemClock
from mpp.hosting.definition import definitions
from mpp.hosting.settings import ServiceSettings
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.operations.backup.envelope import Envelope
from mpp.operations.backup.making import Made
from mpp.operations.backup.manifest import read_manifest
from mpp.operations.embedded_postgres.server import EmbeddedPostgres
from mpp.operations.preparing.prepare import prepare_databases
from mpp.operations.restore.mall import MallRestore
from mpp.operations.restore.refusing import Wish
from mpp.operations.settings import Settings
from mpp.persistence.audit.check import check_service
from mpp.persistence.audit.sealer import Sealer
from mpp.persistence.database import Database
from tests.integration.backup.conftest import Place
from tests.support.desks import PERSON_KEY, PUBLIC, SIP_DATA, TRACKING_KEYS, doctor
from tests.support.mall import data_folder
from tests.support.wait import until
from tests.support.whole_mall import WholeMall

_NUMBER = itertools.count(1)
REPLACE = Wish(replace=True)


@pytest.fixture(scope="package")
def server() -> Iterator[EmbeddedPostgres]:
    """A server that nobody else uses."""
    with data_folder() as folder, EmbeddedPostgres(Path(folder), durable=False, max_connections=300) as started:
        yield started


class Office(Place):
    """A place whose databases are those of service accounts, with a mall in it that may be at work."""

    mall: WholeMall | None = None
    made: Made | None = None  # a backup of it

    def open(self) -> WholeMall:
        """The mall begins its work."""
        self.mall = WholeMall(self.urls, EmbeddedBroker(), datetime.now(UTC)).start()
        return self.mall

    def day(self, issued: int) -> list[str]:
        """The mall opens, issues so many licences, and closes; their numbers."""
        self.open()
        numbers = self.issue(issued)
        self.close()
        return numbers

    def close(self) -> None:
        """It ends, with every connection; what is on record is sealed."""
        if self.mall is not None:
            self.mall.die()
            until(self._is_alone)
            self.mall = None
        for name, url in self.urls.items():
            database = Database(url, name=name, pool_size=1)
            self.sealer(database).run_once()
            database.dispose()

    def _is_alone(self) -> bool:
        """Nobody is connected, once who was at work has noticed that it died."""
        assert self.mall is not None
        gc.collect()  # a greenlet that was killed while it connected left its connection in a cycle
        for database in self.mall.desks.databases.values():
            database.dispose()
        names = [make_url(url).database for url in self.urls.values()]
        return not self.admin("SELECT 1 FROM pg_stat_activity WHERE datname = ANY(:names)", names=names)

    def sealer(self, database: Database) -> Sealer:
        """What seals the trail of a service, as its process does."""
        assert self.settings.for_services.audit.folder is not None
        path = ledger_path(self.settings.for_services.audit.folder, database.name)
        ledger = Ledger(path, f"mpp/35.15/{database.name}", None)
        return Sealer(database, SystemClock(), ledger.origin, ledger.append)

    def issue(self, times: int = 1) -> list[str]:
        """So many licences; their numbers."""
        assert self.mall is not None
        desks = self.mall.desks
        numbers = []
        for _ in range(times):
            case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(next(_NUMBER)), data=SIP_DATA)
            case = desks.act("verifikator.dpmptsp", case, "verify")
            case = desks.act("teknis.dinkes", case, "recommend")
            numbers.append(desks.act("penandatangan.dpmptsp", case, "sign")["document_number"])
        return numbers

    def restore(self, made: Made, wish: Wish = REPLACE, say: Callable[[str], None] | None = None, **more: Any) -> bool:
        """`mpp restore DIR`."""
        settings = replace(self.settings, **more)
        envelope, manifest = Envelope.of(settings.backup_key), read_manifest(made.folder)
        told = say or self.told.append
        return MallRestore(made.folder, manifest, envelope, settings, definitions(), wish, told).run()

    def lose(self, *, checkpoints: bool = False) -> None:
        """The databases are gone, as with their disk; with `checkpoints` those as well."""
        self.mall = None
        for url in self.urls.values():
            self.admin(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')
        if checkpoints:
            assert self.settings.for_services.audit.folder is not None
            shutil.rmtree(self.settings.for_services.audit.folder, ignore_errors=True)

    def numbers(self) -> list[str]:
        """The numbers that the licences' service remembers."""
        return [row.number for row in self.sql("permits", "SELECT number FROM numbers ORDER BY seq")]

    def gaps(self) -> list[tuple[str, int, int]]:
        """The recorded gaps of its books: series, first, last."""
        rows = self.sql("permits", "SELECT series, first, last FROM number_gaps ORDER BY series, first")
        return [(row.series, row.first, row.last) for row in rows]

    def trail(self, service: str) -> list[str]:
        """What `mpp verify audit` finds wrong."""
        audit = self.settings.for_services.audit
        assert audit.folder is not None
        path = ledger_path(audit.folder, service)
        notes = read_ledger(path) if path.exists() else []
        return [str(each) for each in check_service(self.urls[service], service, notes, None).findings]

    def admin(self, statement: str, **values: Any) -> list[Any]:
        """The rows of a statement of the administrator."""
        assert self.settings.admin_database_url is not None
        engine = create_engine(self.settings.admin_database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as tx:
            result = tx.execute(text(statement), values)
            rows = list(result.all()) if result.returns_rows else []
        engine.dispose()
        return rows

    def databases(self) -> set[str]:
        """All that there are."""
        rows = self.admin("SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'")
        return {row.datname for row in rows}


class Malls:
    """What takes long to come about is made once, and each test has a copy of its own: databases, folders, backups."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server

    def new(self, folder: Path) -> Office:
        """A mall as `mpp prepare` leaves it."""
        urls = self._urls()
        services = ServiceSettings(audit=AuditSettings(folder=folder / "audit"), files=folder / "files")
        settings = Settings(
            for_services=services,
            data=folder,
            database_urls=urls,
            admin_database_url=self._server.url(),
            person_key=PERSON_KEY,
            token_public_key=PUBLIC,
            tracking_keys=TRACKING_KEYS,
        )
        prepare_databases(settings, definitions(), lambda _: None)
        return Office(settings, folder / "backups")

    def copied(self, first: Office, folder: Path) -> Office:
        """Another mall in which all is as in the first, which nobody uses any more but to copy it.

        A database that is copied keeps what is in it and loses who may connect: `prepare` says that again.
        """
        urls = self._urls()
        for service, url in urls.items():
            source, name = make_url(first.urls[service]).database, make_url(url).database
            first.admin(f'ALTER DATABASE "{source}" IS_TEMPLATE true')  # so that it is no database of any mall
            owner = f'TEMPLATE "{source}" STRATEGY file_copy OWNER {service}_owner'
            first.admin(f'CREATE DATABASE "{name}" {owner}')
        shutil.copytree(first.settings.data, folder, dirs_exist_ok=True)
        audit = replace(first.settings.for_services.audit, folder=folder / "audit")
        services = replace(first.settings.for_services, audit=audit, files=folder / "files")
        settings = replace(first.settings, for_services=services, data=folder, database_urls=urls)
        prepare_databases(settings, definitions(), lambda _: None)
        copy = Office(settings, folder / "backups")
        if first.made is not None:
            copy.made = replace(first.made, folder=copy.shelf / first.made.folder.name)
        return copy

    def _urls(self) -> dict[str, str]:
        number = next(_NUMBER)
        return {name: self._server.url(f"{name}_{number}", user=name) for name in definitions()}


@pytest.fixture(scope="package")
def malls(server: EmbeddedPostgres) -> Malls:
    return Malls(server)


@pytest.fixture(scope="package")
def prepared(malls: Malls, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A mall as `mpp prepare` leaves it, to be copied."""
    return malls.new(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def office(request: pytest.FixtureRequest, malls: Malls, tmp_path: Path) -> Iterator[Office]:
    """A mall of this test's own: new, or with the two `days` of its file behind it where the test asks for `made`."""
    first = request.getfixturevalue("days" if "made" in request.fixturenames else "prepared")
    copy = malls.copied(first, tmp_path)
    yield copy
    copy.close()
    for name in copy.databases():
        copy.admin(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def made(office: Office) -> Made:
    """The backup that was made between the two days."""
    assert office.made is not None
    return office.made

"""A mall with databases of its own on the session's server, a folder of documents, and a shelf for its backups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text

from mpp.audit.settings import AuditSettings
from mpp.files.folder import Folder, Received
from mpp.hosting.definition import definitions
from mpp.hosting.settings import ServiceSettings
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.operations.backup.making import Made, make
from mpp.operations.settings import Settings
from mpp.persistence.servers.snapshots import Snapshot
from tests.support.crash import fill
from tests.support.desks import PERSON_KEY, PUBLIC, TRACKING_KEYS
from tests.support.whole_mall import WholeMall


@dataclass
class Place:
    """Where everything of the mall is, and what was said while it was backed up."""

    settings: Settings
    shelf: Path
    told: list[str] = field(default_factory=list)

    @property
    def urls(self) -> dict[str, str]:
        return dict(self.settings.database_urls)

    def back_up(
        self, keep: int | None = None, opened: Callable[[Snapshot], None] = lambda _: None, **changed: Any
    ) -> Made:
        """`mpp backup`; `opened` is called between two databases."""
        settings = replace(self.settings, **changed)
        return make(settings, definitions(), self.shelf, keep, self.told.append, opened)

    def sql(self, service: str, statement: str, **values: Any) -> list[Any]:
        """The rows of a statement in one of the databases."""
        engine = create_engine(self.settings.database_urls[service], poolclass=NullPool)
        with engine.begin() as tx:
            result = tx.execute(text(statement), values)
            rows = list(result.all()) if result.returns_rows else []
        engine.dispose()
        return rows

    def store(self, content: bytes) -> str:
        """A document in the folder, as the gateway puts it there; its hash."""
        assert self.settings.for_services.files is not None
        folder = Folder(self.settings.for_services.files)
        waiting, left = [content], b""
        with folder.receive(lambda _: waiting.pop() if waiting else left, len(content)) as received:
            assert isinstance(received, Received)
            folder.place(received)
        return sha256(content).hexdigest()


@pytest.fixture
def place(make_database: Callable[..., str], tmp_path: Path) -> Place:
    urls = {name: make_database(f"bare_{name}", partial(fill, name, residents=0)) for name in definitions()}
    services = ServiceSettings(audit=AuditSettings(folder=tmp_path / "audit"), files=tmp_path / "files")
    settings = Settings(
        for_services=services,
        database_urls=urls,
        person_key=PERSON_KEY,
        token_public_key=PUBLIC,
        tracking_keys=TRACKING_KEYS,
    )
    return Place(settings, tmp_path / "backups")


@pytest.fixture
def mall(place: Place) -> Iterator[WholeMall]:
    """The same mall at work, on the embedded broker."""
    opened = WholeMall(place.urls, EmbeddedBroker())
    yield opened
    opened.die()

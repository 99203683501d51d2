"""The versions of service types that a service has met: a running case keeps the one it was opened on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from mpp.cases.storage.tables import service_types
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue import CatalogueError
from mpp.catalogue.parse import parse_text


def remember(tx: Connection, kinds: Iterable[ServiceType], now: datetime) -> None:
    """Store each version that is new. Raises CatalogueError for a changed file with an unchanged version number."""
    for kind in kinds:
        row = {"code": kind.code, "version": kind.version, "digest": kind.digest, "source": kind.source}
        statement = insert(service_types).values(**row, first_met_at=now).on_conflict_do_nothing()
        tx.execute(statement)
        query = select(service_types.c.digest).where(
            service_types.c.code == kind.code, service_types.c.version == kind.version
        )
        if tx.execute(query).scalar_one() != kind.digest:
            raise CatalogueError(
                kind.file, 1, f"{kind.code} was changed, and its version is still {kind.version}: raise the version"
            )


class Versions:
    """Service types by code and version; older versions come from the database, once."""

    def __init__(self, newest: Iterable[ServiceType]) -> None:
        self._known = {(kind.code, kind.version): kind for kind in newest}

    def get(self, tx: Connection, code: str, version: int) -> ServiceType:
        """The service type that a case runs on."""
        kind = self._known.get((code, version))
        if kind is None:
            query = select(service_types.c.source).where(
                service_types.c.code == code, service_types.c.version == version
            )
            kind = parse_text(f"{code} v{version}", tx.execute(query).scalar_one())
            self._known[code, version] = kind
        return kind

"""The versions of service types that a service has met: a running case keeps the one it was opened on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from mpp.cases.storage.tables import service_types
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue import CatalogueError, faults_of_new
from mpp.catalogue.parse import parse_text


def remember(tx: Connection, kinds: Iterable[ServiceType], now: datetime) -> None:
    """Store each version that is new.

    Raises CatalogueError for a changed file with an unchanged version number, and for a new version that breaks a rule
    which came later than versions in use.
    """
    mine = {(each.code, each.version): each for each in kinds}
    if not mine:
        return
    rows = [
        {"code": code, "version": version, "digest": each.digest, "source": each.source, "first_met_at": now}
        for (code, version), each in mine.items()
    ]
    store = insert(service_types).on_conflict_do_nothing().returning(service_types.c.code, service_types.c.version)
    for code, version in tx.execute(store, rows):
        for fault in faults_of_new(mine[code, version]):
            raise fault
    query = select(service_types.c.code, service_types.c.version, service_types.c.digest)
    for code, version, digest in tx.execute(query):
        met = mine.get((code, version))
        if met is not None and met.digest != digest:
            raise CatalogueError(
                met.file, 1, f"{code} was changed, and its version is still {version}: raise the version"
            )


class Versions:
    """Service types by code and version; older versions come from the database, once."""

    def __init__(self, newest: Iterable[ServiceType]) -> None:
        self._newest = {service_type.code: service_type for service_type in newest}
        self._known = {(kind.code, kind.version): kind for kind in self._newest.values()}

    def newest(self, code: str) -> ServiceType | None:
        """The newest version of a service type; None for a code that this mall does not have any more."""
        return self._newest.get(code)

    def all_newest(self) -> list[ServiceType]:
        """The newest version of each."""
        return list(self._newest.values())

    def every(self, tx: Connection) -> list[ServiceType]:
        """Every version that the service has met: what a case of it may run on."""
        return [
            self.get(tx, row.code, row.version)
            for row in tx.execute(select(service_types.c.code, service_types.c.version))
        ]

    def get(self, tx: Connection, code: str, version: int) -> ServiceType:
        """The service type that a case runs on."""
        service_type = self._known.get((code, version))
        if service_type is None:
            query = select(service_types.c.source).where(
                service_types.c.code == code, service_types.c.version == version
            )
            service_type = parse_text(f"{code} v{version}", tx.execute(query).scalar_one())
            self._known[code, version] = service_type
        return service_type

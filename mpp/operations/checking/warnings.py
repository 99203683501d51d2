"""What a service would have its operator know: said at each start, by `prepare` and by the doctor; and what it proves
on its rows, for the doctor alone."""

from __future__ import annotations

from mpp.hosting.definition import ServiceDefinition, resolve
from mpp.hosting.seeding import Proof, Proofs, Warnings
from mpp.persistence.database import Database, DatabaseAway


def warnings_of(service: ServiceDefinition, url: str) -> list[str]:
    """A line each, Indonesian | English; nothing where the database does not answer now."""
    if service.warnings is None:
        return []
    told: Warnings = resolve(service.warnings)
    database = Database(url, name=service.name, pool_size=1)
    try:
        return told(database)
    except DatabaseAway:
        return []
    finally:
        database.dispose()


def proofs_of(service: ServiceDefinition, url: str) -> list[Proof]:
    """What the service proves on its rows; nothing where the database does not answer now."""
    if service.proofs is None:
        return []
    prove: Proofs = resolve(service.proofs)
    database = Database(url, name=service.name, pool_size=1)
    try:
        return list(prove(database))
    except DatabaseAway:
        return []
    finally:
        database.dispose()

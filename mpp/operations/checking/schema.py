"""A process starts only on the schema version that its code was written for."""

from __future__ import annotations

from collections.abc import Mapping

from mpp.hosting.definition import ServiceDefinition
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings, required
from mpp.persistence import migrate, roles


class DatabaseSilent(Problem):
    """The database does not answer now; it may do so in a moment."""


def check_schema(settings: Settings, services: Mapping[str, ServiceDefinition]) -> None:
    """Compare each database with the code. Raises Problem, DatabaseSilent."""
    for name, definition in services.items():
        if definition.migrations is None:
            continue
        url = required(settings.database_urls.get(name), f"{name.upper()}_DATABASE_URL")
        try:
            found, wanted = roles.schema_version(url, definition.migrations), migrate.head(definition.migrations)
        except roles.PreparationFailed as error:
            raise DatabaseSilent(
                f"basis data {name} tidak menjawab: {error}", f"the database of {name} does not answer: {error}"
            ) from error
        if found != wanted:
            raise Problem(
                f"skema {name} versi {found}, kode ini perlu {wanted}: jalankan `mpp prepare`",
                f"the schema of {name} is at {found}, this code needs {wanted}: run `mpp prepare`",
            )

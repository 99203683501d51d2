"""A process starts only on the schema version that its code was written for; and what else a database must be."""

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


def check_server_log(settings: Settings, name: str) -> None:
    """The server writes nothing of a statement of this service into its log. Raises Problem, DatabaseSilent."""
    url = required(settings.database_urls.get(name), f"{name.upper()}_DATABASE_URL")
    try:
        loud = roles.loud_settings(url)
    except roles.PreparationFailed as error:
        raise DatabaseSilent(
            f"basis data {name} tidak menjawab: {error}", f"the database of {name} does not answer: {error}"
        ) from error
    if loud:
        raise Problem(
            f"peladen mencatat isi perintah, jadi data warga ({', '.join(loud)}): jalankan `mpp prepare` sebagai "
            "superuser, atau atur postgresql.conf seperti di docs/runbook.md",
            f"the server logs what is in statements, so data of citizens ({', '.join(loud)}): run `mpp prepare` as a "
            "superuser, or set postgresql.conf as docs/runbook.md says",
        )

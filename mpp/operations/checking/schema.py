"""A process starts only on the schema version that its code was written for; and what else a database must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from mpp.hosting.definition import ServiceDefinition
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings, required
from mpp.persistence import migrate
from mpp.persistence.servers import roles

Answer = TypeVar("Answer")


class DatabaseSilent(Problem):
    """The database does not answer now; it may do so in a moment."""


def check_schema(settings: Settings, services: Mapping[str, ServiceDefinition]) -> None:
    """Compare each database with the code. Raises Problem, DatabaseSilent."""
    for name, definition in services.items():
        if definition.migrations is None:
            continue
        wanted = migrate.head(definition.migrations)
        found = _asked(settings, name, partial(roles.schema_version, packages=definition.migrations))
        if found != wanted:
            raise Problem(
                f"skema {name} versi {found}, kode ini perlu {wanted}: jalankan `mpp prepare`",
                f"the schema of {name} is at {found}, this code needs {wanted}: run `mpp prepare`",
            )


def check_server_log(settings: Settings, name: str) -> None:
    """The server writes nothing of a statement of this service into its log. Raises Problem, DatabaseSilent."""
    loud = _asked(settings, name, roles.loud_settings)
    if loud:
        raise Problem(
            f"peladen mencatat isi perintah, jadi data warga ({', '.join(loud)}): jalankan `mpp prepare` sebagai "
            "superuser, atau atur postgresql.conf seperti di docs/runbook.md",
            f"the server logs what is in statements, so data of citizens ({', '.join(loud)}): run `mpp prepare` as a "
            "superuser, or set postgresql.conf as docs/runbook.md says",
        )


def _asked(settings: Settings, name: str, ask: Callable[[str], Answer]) -> Answer:
    """What the database of this service answers. Raises DatabaseSilent, and Problem where it has no address."""
    url = required(settings.database_urls.get(name), f"{name.upper()}_DATABASE_URL")
    try:
        return ask(url)
    except roles.PreparationFailed as error:
        raise DatabaseSilent(
            f"basis data {name} tidak menjawab: {error}", f"the database of {name} does not answer: {error}"
        ) from error

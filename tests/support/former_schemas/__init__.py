"""Databases as they were while each service counted its schema versions alone, with its own copy of the shared ones.

The files beside this one are what those versions executed; they never change.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import NullPool, create_engine

_FOLDER = Path(__file__).parent
_SHARED = (("core", "casework_1"), ("casework_2",), ("casework_3",), ("casework_4",))

# service -> what each of its versions executed, 0001 first
VERSIONS: dict[str, tuple[tuple[str, ...], ...]] = {
    "complaints": _SHARED,
    "civil_registry": ((*_SHARED[0], "civil_registry_1"), *_SHARED[1:]),
    "permits": ((*_SHARED[0], "permits_1"), _SHARED[1], (*_SHARED[2], "permits_3"), _SHARED[3]),
    "gateway": (("core", "gateway_1"), ("gateway_2",)),
}


def former(service: str, version: str) -> Callable[[str], None]:
    """Fills an empty database with the schema of a service at one of its former versions, "0001" and on."""

    def fill(url: str) -> None:
        files = [name for step in VERSIONS[service][: int(version)] for name in step]
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            for name in files:
                connection.exec_driver_sql((_FOLDER / f"{name}.sql").read_text())
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (%s)", (version,))
        engine.dispose()

    return fill

"""The databases that an earlier version left behind (`data/README.md`), brought back as they were."""

from __future__ import annotations

import json
import lzma
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, text

DATA = Path(__file__).with_name("data")
MOMENT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # the clock of the office when the dumps were made
AUDIT_KEY = bytes(range(32))  # signed the checkpoints beside the dumps


def restore(url: str, service: str, owner: str) -> None:
    """Fill the empty database at `url` (its administrator's); the role `owner` owns everything, as in a real mall."""
    dump = lzma.decompress((DATA / f"{service}.sql.xz").read_bytes()).decode()
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        quoted = connection.dialect.identifier_preparer.quote_identifier(owner)
        connection.execute(text(f"ALTER SCHEMA public OWNER TO {quoted}"))
        connection.execute(text(f"SET LOCAL ROLE {quoted}"))
        _run(connection, dump)
    engine.dispose()


def commands() -> list[dict[str, Any]]:
    """Commands that the earlier version was given last: by whom, the whole call, and its answer."""
    found: list[dict[str, Any]] = json.loads((DATA / "commands.json").read_text())
    return found


def _run(connection: Connection, script: str) -> None:
    """All of it in one trip, as it stands: a dump is full of % and : that mean nothing."""
    with connection.connection.cursor() as cursor:
        cursor.execute(script)

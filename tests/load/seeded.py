"""Databases with many complaints or permits, made once (`tests.load.seeding`) and copied for each measurement.

One that was made by another schema, or so long ago that the clocks of its open cases have moved on, is made anew.
"""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from mpp.audit import chain
from mpp.hosting.definition import definitions
from mpp.persistence import migrate
from mpp.persistence.database import Database
from tests.load.place import Place
from tests.load.seeding import complaints, multiply, patterns, permits, walks

FRESH_FOR = 20 * 3600.0
_MADE_OF = (multiply, patterns, walks, complaints, permits)


def template(place: Place, rows: int, service: str = "complaints") -> str:
    """The name of a database with so many cases of a service, sealed and analysed; makes it when there is none."""
    schema = migrate.files(definitions()[service].migrations)
    files = [*(Path(str(module.__file__)) for module in _MADE_OF), *schema]
    source = b"".join(file.read_bytes() for file in files)
    name = f"seed_{service}_{rows}_{hashlib.sha256(source).hexdigest()[:8]}"
    found = place.sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = "
        f"'{name}'"
    )  # fmt: skip
    if found and found[0][0] and time.time() - float(found[0][0]) < FRESH_FOR:
        return name
    for old in place.names():
        if old.startswith(f"seed_{service}_{rows}_"):
            place.sql(f'DROP DATABASE "{old}" WITH (FORCE)')
    _make(place, name, rows, service)
    place.sql(f"COMMENT ON DATABASE \"{name}\" IS '{time.time():.0f}'")
    return name


def _make(place: Place, name: str, rows: int, service: str) -> None:
    urls = {each: place.url(f"bench_{each}") for each in definitions()} | {service: place.url(name)}
    for database in [f"bench_{each}" for each in definitions()] + [name]:
        if database not in place.names():
            place.fresh(database)
    place.settle(urls)
    place.environment |= {f"{each.upper()}_DATABASE_URL": url for each, url in urls.items()}
    began = time.monotonic()
    place.mpp("prepare", "--demo")
    place.sql("ALTER SYSTEM SET max_wal_size = '8GB'")
    place.sql("SELECT pg_reload_conf()")
    seeding_began = time.monotonic()
    place.run("tests.load.seeding", service, "--count", str(rows), environment=place.environment)
    took = time.monotonic() - seeding_began
    _seal(place.url(name), service)
    place.sql("VACUUM (ANALYZE) audit_seals", name)
    place.sql("ALTER SYSTEM RESET max_wal_size")
    place.sql("SELECT pg_reload_conf()")
    place.sql("CHECKPOINT")
    print(f"   seeded {rows} {service} in {took:.0f} s, {time.monotonic() - began:.0f} s in all", flush=True)


def _seal(url: str, service: str) -> None:
    """What the service's sealer would do, all at once; nothing else is connected."""
    database = Database(url, name=service, pool_size=1)
    connection: Any = database.engine.raw_connection()
    with connection.cursor("entries") as entries, connection.cursor() as cursor:
        entries.itersize = 20_000
        entries.execute("SELECT id, hash FROM audit ORDER BY id")
        head, lines = chain.GENESIS, []
        now = datetime.now(UTC).isoformat()
        for position, (id_, hash_) in enumerate(entries, 1):
            head = chain.head(head, position, id_, bytes(hash_))
            lines.append(f"{position}\t{id_}\t\\\\x{bytes(hash_).hex()}\t\\\\x{head.hex()}\t{id_}\t{now}\n")
            if len(lines) == entries.itersize:
                _copy_seals(cursor, lines)
                lines = []
        _copy_seals(cursor, lines)
    connection.commit()
    connection.close()
    database.dispose()


def _copy_seals(cursor: Any, lines: list[str]) -> None:
    columns = "position, audit_id, entry_hash, head, floor, sealed_at"
    cursor.copy_expert(f"COPY audit_seals ({columns}) FROM STDIN", StringIO("".join(lines)))

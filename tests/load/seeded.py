"""Databases of complaints with many reports, made once by `mpp seed` and copied for each measurement.

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
from mpp.cases import ddl as cases_ddl
from mpp.cases import seed_walks, seeding
from mpp.persistence import ddl as core_ddl
from mpp.persistence.database import Database
from mpp.service import definitions
from tests.chaos.processes import environment_of
from tests.load.place import Place

FRESH_FOR = 20 * 3600.0
_MADE_OF = (cases_ddl, core_ddl, seeding, seed_walks)


def template(place: Place, rows: int) -> str:
    """The name of a database with so many reports, sealed and analysed; makes it when there is none."""
    source = b"".join(Path(str(module.__file__)).read_bytes() for module in _MADE_OF)
    name = f"seed_{rows}_{hashlib.sha256(source).hexdigest()[:8]}"
    found = place.sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = "
        f"'{name}'"
    )  # fmt: skip
    if found and found[0][0] and time.time() - float(found[0][0]) < FRESH_FOR:
        return name
    for old in place.names():
        if old.startswith(f"seed_{rows}_"):
            place.sql(f'DROP DATABASE "{old}" WITH (FORCE)')
    _make(place, name, rows)
    place.sql(f"COMMENT ON DATABASE \"{name}\" IS '{time.time():.0f}'")
    return name


def _make(place: Place, name: str, rows: int) -> None:
    urls = {service: place.url(f"bench_{service}") for service in definitions()} | {"complaints": place.url(name)}
    for database in [f"bench_{service}" for service in definitions()] + [name]:
        if database not in place.names():
            place.fresh(database)
    if not place.environment:
        place.environment = environment_of(urls, place.broker.amqp_uri, MPP_PROXIES="1", MPP_DEMO="1")
    place.environment["COMPLAINTS_DATABASE_URL"] = place.url(name)
    began = time.monotonic()
    place.mpp("prepare", "--demo")
    place.sql("ALTER SYSTEM SET max_wal_size = '8GB'")
    place.sql("SELECT pg_reload_conf()")
    place.mpp("seed", "complaints", "--count", str(rows))
    _seal(place.url(name))
    place.sql("VACUUM (ANALYZE)", name)
    place.sql("ALTER SYSTEM RESET max_wal_size")
    place.sql("SELECT pg_reload_conf()")
    place.sql("CHECKPOINT")
    print(f"   seeded {rows} reports in {time.monotonic() - began:.0f} s", flush=True)


def _seal(url: str) -> None:
    """What the service's sealer would do, all at once; nothing else is connected."""
    database = Database(url, name="complaints", pool_size=1)
    connection: Any = database.engine.raw_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, hash FROM audit ORDER BY id")
        head, lines, last = chain.GENESIS, [], 0
        now = datetime.now(UTC).isoformat()
        for position, (last, hash_) in enumerate(cursor, 1):
            head = chain.head(head, position, last, bytes(hash_))
            lines.append(f"{position}\t{last}\t\\\\x{bytes(hash_).hex()}\t\\\\x{head.hex()}\t{last}\t{now}\n")
        columns = "position, audit_id, entry_hash, head, floor, sealed_at"
        cursor.copy_expert(f"COPY audit_seals ({columns}) FROM STDIN", StringIO("".join(lines)))
    connection.commit()
    connection.close()
    database.dispose()

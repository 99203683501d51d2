"""What the audit trail costs writers: transactions per second with and without it.

    python -m tests.load.audit_writers [--seconds 4] [--rounds 5] [--folder DIR]

Starts a PostgreSQL of its own (the embedded one, with fsync). Each writer has its own case: a transaction locks the
row of the case, changes it, writes a timeline row of the usual size, and then, or not, an audit entry. A sealer
runs beside the writers in the rounds with audit. The rounds take turns, so that a busy machine hurts both alike.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from multiprocessing.synchronize import Event as Flag
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text

from mpp.audit.ledger import Ledger
from mpp.casework.access.actors import Actor
from mpp.clock import SystemClock, new_id
from mpp.operations.embedded_postgres.server import EmbeddedPostgres
from mpp.persistence import migrate
from mpp.persistence.audit import trail
from mpp.persistence.audit.sealer import Sealer
from mpp.persistence.database import Database

_TABLES = (
    "CREATE TABLE load_cases (id uuid PRIMARY KEY, version integer NOT NULL, data jsonb NOT NULL)",
    "CREATE TABLE load_timeline (case_id uuid, version integer, at timestamptz, changes jsonb,"
    " PRIMARY KEY (case_id, version))",
)
_LOCK = text("SELECT version FROM load_cases WHERE id = CAST(:id AS uuid) FOR UPDATE")
_CHANGE = text("UPDATE load_cases SET version = version + 1 WHERE id = CAST(:id AS uuid) RETURNING version")
_TIMELINE = text("INSERT INTO load_timeline VALUES (CAST(:id AS uuid), :version, :at, CAST(:changes AS jsonb))")
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
_CHANGES = '[{"kind": "moved", "from": "submitted", "to": "verified", "office": "dpmptsp", "due": "2026-12-01"}]'
_CLERK = Actor("verifikator.dpmptsp", (), counter="loket-3")


def write(database: Database, case: str, audited: bool) -> None:
    """One command's transaction."""
    now = datetime.now(UTC)
    with database.transaction() as tx:
        tx.execute(_LOCK, {"id": case})
        version = tx.execute(_CHANGE, {"id": case}).scalar_one()
        tx.execute(_TIMELINE, {"id": case, "version": version, "at": now, "changes": _CHANGES})
        if audited:
            trail.record(
                tx,
                at=now,
                actor=_CLERK,
                office="dpmptsp",
                action="verify",
                case_id=case,
                reason="berkas lengkap dan sesuai",
                details={"from": "submitted", "to": "verified", "version": version},
                correlation_id=case,
            )


def writer(url: str, audited: bool, seconds: float, ready: Barrier, done: Any) -> None:
    """Write for some seconds to a case of one's own, and say how often."""
    database = Database(url, name="load", pool_size=1)
    case, count = new_id(), 0
    with database.transaction() as tx:
        tx.execute(text("INSERT INTO load_cases VALUES (CAST(:id AS uuid), 1, '{}')"), {"id": case})
    write(database, case, audited)
    ready.wait()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        write(database, case, audited)
        count += 1
    done.put(count)
    database.dispose()


def seal(url: str, folder: str, ready: Barrier, stopping: Flag, done: Any) -> None:
    """Seal as the service does; say how far behind it was at the worst, and how many writers it saw wait for a lock."""
    database = Database(url, name="load", pool_size=1)
    ledger = Ledger(Path(folder) / "load.checkpoints", "mpp/load/load", None)
    sealer = Sealer(database, SystemClock(), ledger.origin, ledger.append)
    worst, waiting = 0.0, 0
    sealer.run_once()
    ready.wait()
    while not stopping.wait(0.4):
        with database.transaction() as tx:
            oldest = tx.execute(
                text(
                    "SELECT extract(epoch FROM clock_timestamp() - min(at)) FROM audit"
                    " WHERE id > (SELECT coalesce(max(audit_id), 0) FROM audit_seals)"
                )
            ).scalar()
            waiting += tx.execute(_WAITING).scalar_one()
        began = time.monotonic()
        sealer.run_once()
        if oldest is not None:
            worst = max(worst, float(oldest) + time.monotonic() - began)
    done.put((worst, waiting))
    database.dispose()


def measure(url: str, folder: str, writers: int, audited: bool, seconds: float) -> tuple[float, float, int]:
    """Transactions per second of so many writers at once; the sealer's longest delay in seconds; lock waits seen."""
    context = multiprocessing.get_context("spawn")
    ready, done, late, stopping = (
        context.Barrier(writers + 1 + audited),
        context.Queue(),
        context.Queue(),
        context.Event(),
    )
    sealer = context.Process(target=seal, args=(url, folder, ready, stopping, late))
    processes = [context.Process(target=writer, args=(url, audited, seconds, ready, done)) for _ in range(writers)]
    for process in (sealer, *processes) if audited else processes:
        process.start()
    ready.wait()
    total = sum(done.get() for _ in processes)
    for process in processes:
        process.join()
    stopping.set()
    behind, waiting = 0.0, 0
    if audited:
        behind, waiting = late.get(timeout=60)
        sealer.join()
    return total / seconds, behind, waiting


def main() -> None:
    """Print one line per number of writers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--writers", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--folder", type=Path, help="where the database is, to choose the disk")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mpp-load-", dir=options.folder))
        Path(folder).chmod(0o711)
        server = stack.enter_context(EmbeddedPostgres(Path(folder), durable=True))
        prepare(server.url())
        for writers in options.writers:
            found: dict[bool, list[float]] = {True: [], False: []}
            behind, waiting = 0.0, 0
            for number in range(options.rounds):
                for audited in (True, False) if number % 2 else (False, True):
                    rate, late, waits = measure(server.url(), folder, writers, audited, options.seconds)
                    found[audited].append(rate)
                    behind, waiting = max(behind, late), waiting + waits
            print(line(writers, found, behind, waiting), flush=True)


def line(writers: int, found: dict[bool, list[float]], behind: float, waiting: int) -> str:
    """Medians, with the lowest and highest round."""
    told = {
        audited: f"{statistics.median(rates):.0f} tx/s ({min(rates):.0f}-{max(rates):.0f})"
        for audited, rates in found.items()
    }
    share = statistics.median(found[True]) / statistics.median(found[False])
    return (
        f"{writers:>2} writers: without audit {told[False]}, with audit {told[True]}, "
        f"ratio {share:.2f}; sealer at most {behind:.2f} s behind; {waiting} waits for a lock seen"
    )


def prepare(url: str) -> None:
    """The tables of the measurement."""
    migrate.upgrade(url, (), str(make_url(url).username))
    database = Database(url, name="load", pool_size=1)
    with database.transaction() as tx:
        for statement in _TABLES:
            tx.execute(text(statement))
    database.dispose()


if __name__ == "__main__":
    main()

"""Legal numbers under pressure: several processes, thousands of numbers, rollbacks and a kill. No gap, no double."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, text

from mpp.clock import new_id
from tests.support.desks import fill
from tests.support.seed import SEED
from tests.support.wait import until

WORKERS = 4
ATTEMPTS = 900  # of each process
WORKER = Path(__file__).with_name("number_race_worker.py")
_CASE = text(
    """
    INSERT INTO cases (id, tracking_code, service, service_version, state, version, office_of_origin, office, region,
                       data, ticks, clock, calendar_complete, submitted_at, since, reported, calendar)
    VALUES (:id, 'RACE', 'PRZ-SIP-DR', 1, 'signing', 1, 'dpmptsp', 'dpmptsp', '35.15',
            '{}', '{}', '{}', true, :now, :now, 0, '')
    """
)


def test_processes_that_race_for_numbers_leave_no_gap_and_no_double(make_database: Callable[..., str]) -> None:
    url = make_database("service_permits", fill("permits"))
    engine = create_engine(url, poolclass=NullPool)
    case_id = new_id()
    with engine.begin() as connection:
        connection.execute(_CASE, {"id": case_id, "now": datetime.now(UTC)})
    workers = [_start(url, case_id, number) for number in range(WORKERS)]
    victim = _start(url, case_id, WORKERS)
    for worker in (*workers, victim):
        assert _line(worker) == "ready\n"
    for worker in (*workers, victim):
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    until(lambda: _issued(engine) > 100, what="numbers are being issued")
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    told = [_told(worker, engine) for worker in workers]

    with engine.connect() as connection:
        rows = connection.execute(text("SELECT office, series, year, seq, number FROM numbers")).all()
        books = connection.execute(text("SELECT office, series, year, first, last FROM number_series")).all()
    committed, rolled_back = (sum(t[name] for t in told) for name in ("committed", "rolled_back"))
    assert committed + rolled_back == WORKERS * ATTEMPTS
    assert min(committed, rolled_back) > 500
    assert committed <= len(rows), "every number that a process was told is in the book"
    assert len({row.number for row in rows}) == len(rows)
    assert len(books) == 2
    for book in books:
        found = sorted(r.seq for r in rows if (r.office, r.series, r.year) == (book.office, book.series, book.year))
        assert found == list(range(book.first, book.last + 1))
    given = [number for t in told for number in t["numbers"]]
    assert len(set(given)) == len(given)
    assert set(given) <= {row.number for row in rows}
    print(f"{len(rows)} numbers of {WORKERS + 1} processes, {rolled_back} rolled back")


def _line(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    return worker.stdout.readline()


def _start(url: str, case_id: str, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", str(WORKER), url, case_id, f"{SEED}/{number}", str(ATTEMPTS)]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def _told(worker: subprocess.Popen[str], engine: Engine) -> dict[str, Any]:
    until(lambda: worker.poll() is not None, what="the end of a process", moves=lambda: _issued(engine))
    output, _ = worker.communicate()  # what it says in the end fits into the pipe
    assert worker.returncode == 0
    found: dict[str, Any] = json.loads(output)
    return found


def _issued(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM numbers")).scalar_one())

"""Seeded cases are what the service itself would have written."""

from __future__ import annotations

import subprocess
from collections import Counter

from sqlalchemy import text

from mpp.casework import tracking
from mpp.persistence.audit_check import check_service
from tests.support.desks import PERSON_KEY, Desks
from tests.support.mall import MPP, clean_environment

COUNT = 250


def seed(url: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command as an operator gives it: COPY does not work among greenlets."""
    environment = clean_environment(COMPLAINTS_DATABASE_URL=url, MPP_PERSON_KEY=PERSON_KEY.hex(), **more)
    command = [str(MPP), "seed", "complaints", "--count", str(COUNT)]
    return subprocess.run(command, env=environment, cwd="/", check=False, capture_output=True, text=True)


def test_demo_cases_are_not_mixed_with_real_ones_by_accident(desks: Desks) -> None:
    refused = seed(desks.databases["complaints"].url)
    assert refused.returncode == 1
    assert "MPP_DEMO=1" in refused.stderr


def test_seeded_complaints_are_whole(desks: Desks) -> None:
    database = desks.databases["complaints"]
    done = seed(database.url, MPP_DEMO="1")
    assert done.returncode == 0, done.stderr
    with database.transaction() as tx:
        rows = tx.execute(text("SELECT id::text, tracking_code, version, state FROM cases")).all()
        steps = Counter(tx.execute(text("SELECT case_id::text FROM timeline")).scalars())
        trail = Counter(tx.execute(text("SELECT case_id::text FROM audit")).scalars())
        waiting = tx.execute(text("SELECT count(*) FROM outbox WHERE published_at IS NULL")).scalar_one()
        ended = tx.execute(
            text("SELECT count(*) FROM cases c JOIN tasks t ON t.case_id = c.id WHERE c.state = 'closed'"
                 " AND t.outcome IS NULL")
        ).scalar_one()  # fmt: skip
    assert len({row.id for row in rows}) == len({row.tracking_code for row in rows}) == COUNT
    assert all(tracking.normalise(row.tracking_code) == row.tracking_code for row in rows)
    assert {row.id: row.version for row in rows} == dict(steps) == dict(trail)
    assert len({row.state for row in rows}) > 2
    assert (waiting, ended) == (0, 0)
    assert check_service(database.url, "complaints", [], None).findings == []
    case = desks.ask("admin.pengaduan", "complaints", "get_case", id=rows[-1].id)
    assert case["version"] == len(case["timeline"])

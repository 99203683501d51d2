"""Tasks that are due at one moment stand in one order, whatever page they are on: that of their ids."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from mpp.cases.storage.tables import tasks
from tests.support.desks import SIP_DATA, Desks, doctor

VERIFIER = "verifikator.dpmptsp"


@pytest.fixture(params=["by its index", "by its table"], autouse=True)
def found(request: pytest.FixtureRequest, desks: Desks) -> None:
    """Whichever way PostgreSQL finds the tasks: the order is asked for, and is no accident of the way."""
    if request.param == "by its index":
        return
    database = desks.databases["permits"]
    database.dispose()
    event.listen(database.engine, "connect", _without_indexes)


def _without_indexes(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off")
    connection.commit()


KEYS = {"due": "due_at", "filed": "case_id", "changed": "changed_at"}


def pages(desks: Desks, limit: int, sort: str = "due") -> list[str]:
    """The tasks of all pages in this order, one after the other."""
    seen: list[str] = []
    after: list[Any] | None = None
    while True:
        page = desks.ask(VERIFIER, "permits", "worklist", limit=limit, after=after, sort=sort)
        seen += [task["task_id"] for task in page["items"]]
        if not page["more"]:
            return seen
        after = [page["items"][-1][KEYS[sort]], page["items"][-1]["task_id"]]


def test_tasks_due_at_one_moment_come_by_id_on_pages_of_any_size(desks: Desks) -> None:
    for index in range(7):
        desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(index), data=SIP_DATA)
    with desks.databases["permits"].transaction() as tx:
        rows = tx.execute(select(tasks.c.id, tasks.c.due_at).order_by(tasks.c.id)).all()
        for row in reversed(rows):  # so that they do not lie in the table in the order of their ids
            tx.execute(update(tasks).where(tasks.c.id == row.id).values(due_at=row.due_at))
    assert len({row.due_at for row in rows}) == 1
    for limit in (1, 2, 3, 7, 100):
        assert pages(desks, limit) == [row.id for row in rows], limit


def test_tasks_without_a_date_come_by_id_as_well(desks: Desks) -> None:
    for index in range(5):
        desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(index), data=SIP_DATA)
    with desks.databases["permits"].transaction() as tx:
        ids = list(tx.execute(select(tasks.c.id).order_by(tasks.c.id)).scalars())
        for id_ in reversed(ids):
            tx.execute(update(tasks).where(tasks.c.id == id_).values(due_at=None))
    assert pages(desks, 2) == ids


def task_of(case: dict[str, Any]) -> str:
    (task,) = [task["id"] for task in case["tasks"] if task["outcome"] is None]
    return str(task)


def test_the_case_that_was_changed_last_comes_first_and_the_one_filed_first(desks: Desks) -> None:
    filed = []
    for index in range(6):
        filed.append(desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(index), data=SIP_DATA))
        desks.clock.advance(timedelta(minutes=index % 2))  # some in the same instant
    for index in (1, 4, 2):
        desks.clock.advance(timedelta(minutes=1))
        desks.act(VERIFIER, filed[index], "note", note="Pemohon menelepon.")
    changed = [filed[index] for index in (2, 4, 1, 5, 3, 0)]
    for limit in (1, 2, 3, 100):
        assert pages(desks, limit, "filed") == [task_of(case) for case in filed], limit
        assert pages(desks, limit, "changed") == [task_of(case) for case in changed], limit

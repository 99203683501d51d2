"""A citizen's window begins when the citizen was told (ADR 0026): when its message had arrived, stood on the call list,
or was withheld. The step that records it is the mall's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, exists, select, text

from mpp.cases.recording import recorder
from mpp.cases.recording.work import Work
from mpp.cases.storage import case_rows
from mpp.cases.storage.tables import UNTOLD, tasks
from mpp.casework.case.case import Task
from mpp.casework.case.changes import TaskOpened
from mpp.casework.rules import case_clocks
from mpp.messages import rows
from mpp.messages.table import messages

TOLD = "told"  # the entry of the timeline


def begin(work: Work) -> tuple[Work, int]:
    """Let the windows of a case run whose messages are settled; how many steps that was. The caller holds its row."""
    waiting = case_clocks.untold(work.case)
    if not waiting:
        return work, 0
    calendar = work.host.calendar.current
    changes = [
        change
        for at, told in _told(work, waiting).items()
        for change in case_clocks.told(work.service_type, work.case, at, told, work.now, calendar)
    ]
    if not changes:
        return work, 0
    entry = work.case.entry(TOLD, work.actor.id, work.now, changes)
    return recorder.record(work, entry, "updated"), 1


def settled() -> Select[tuple[datetime, str, str]]:
    """The open windows that wait for no message any more: when and as what each was opened, and its case.

    A message and the window that waits for it were made in one step, at one moment.
    """
    under_way = exists().where(
        messages.c.case_id == tasks.c.case_id,
        messages.c.created_at == tasks.c.opened_at,
        messages.c.settled_at.is_(None),
    )
    return select(tasks.c.opened_at, tasks.c.id, tasks.c.case_id).where(text(UNTOLD), ~under_way)


def _told(work: Work, waiting: list[Task]) -> Mapping[datetime, list[Task]]:
    """The windows that may begin, by the moment from which they run. One that no message tells of begins now: nobody
    would ever be told of it."""
    opened = {
        change.task: entry.version
        for entry in case_rows.entries(work.tx, work.case.id)
        for change in entry.changes
        if isinstance(change, TaskOpened)
    }
    settled = {each.case_version: each.settled_at for each in rows.of_case(work.tx, work.case.id)}
    found: dict[datetime, list[Task]] = {}
    for task in waiting:
        at = settled.get(opened[task.id], work.now)
        if at is not None:
            found.setdefault(at, []).append(task)
    return found

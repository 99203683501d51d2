"""Cases, tasks and timeline between the database and the kernel's values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Connection, bindparam, insert, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from mpp.cases.storage.names import CASE_NAMES, name_in
from mpp.cases.storage.tables import case_offices, cases, named_papers, tasks, timeline
from mpp.casework.case.case import Case, Entry, Task
from mpp.casework.case.changes import read_change
from mpp.casework.case.papers import Paper
from mpp.casework.case.signing import Signing
from mpp.casework.codes import tracking
from mpp.casework.refusals import not_found
from mpp.casework.time.stored_clock import read_clock, write_clock
from mpp.json_values import JsonObject, mapping, moment, objects, optional_moment, optional_text, text, whole
from mpp.persistence import pipelined
from mpp.persistence.values import AnyRow, SqlValues

NO_CALENDAR = ""  # dates by different calendars: sorts before every fingerprint, so that the timer finds the case

_NEW_CASE = insert(cases)
_CASE = update(cases).where(cases.c.id == bindparam("of_case"))
_NEW_TASK = insert(tasks)
_TASK = update(tasks).where(tasks.c.id == bindparam("of_task"))
_OFFICE = upsert(case_offices).on_conflict_do_nothing()
_ENTRY = insert(timeline)
_NAMED = upsert(named_papers)
_PAPER = _NAMED.on_conflict_do_update(
    index_elements=["case_id", "requirement"],
    set_={"source": _NAMED.excluded.source, "document": _NAMED.excluded.document},
)
# One trip for a case and its tasks. Where the row is locked that goes before, as a statement of its own: what stands
# beside the row in one statement would be seen as it was before the wait for the lock.
_LOCK = select(cases.c.id).where(cases.c.id == bindparam("of_case")).with_for_update()
ITS_TASKS = literal_column(
    "(SELECT json_agg(t ORDER BY t.position) FROM tasks AS t WHERE t.case_id = cases.id)", JSON
).label("its_tasks")
_BY_ID = select(cases, ITS_TASKS).where(cases.c.id == bindparam("of_case"))
_ITS_ENTRIES = literal_column(
    "(SELECT json_agg(e ORDER BY e.version) FROM timeline AS e WHERE e.case_id = cases.id)", JSON
).label("its_entries")
_WHOLE = _BY_ID.add_columns(_ITS_ENTRIES)
_BY_CODE = select(cases, ITS_TASKS).where(cases.c.tracking_code == bindparam("of_case"))
_TRIED = _LOCK.with_for_update(skip_locked=True)
_ENTRIES = select(timeline).where(timeline.c.case_id == bindparam("of_case")).order_by(timeline.c.version)


@dataclass(frozen=True)
class Record:
    """A case as it is kept: the kernel's value, and what the kernel has no business with."""

    case: Case
    tracking_code: str
    region: str
    applicant: JsonObject | None
    proxy: JsonObject | None
    person: str | None
    submitted_at: datetime
    finished_at: datetime | None = None
    calendar: str = NO_CALENDAR  # the one that all its dates were counted with (`mpp.calendars.fingerprint`)
    timeline: tuple[Entry, ...] | None = None  # where it was asked for (`find_whole`), and what was added since


def find_id(tx: Connection, named: str) -> str:
    """The id of the case that an id or a tracking code names. Raises Refused 404."""
    try:
        return str(UUID(named))
    except ValueError:
        code = tracking.normalise(named)
    if code is not None:
        found = tx.execute(select(cases.c.id).where(cases.c.tracking_code == code)).scalar_one_or_none()
        if found is not None:
            return str(found)
    raise not_found()


def find(
    tx: Connection, *, id_: str | None = None, code: str | None = None, lock: bool = False, skip_locked: bool = False
) -> Record | None:
    """The case of this id or tracking code, with its tasks; `lock` takes its row first.

    With `skip_locked` a case that somebody else works on counts as none.
    """
    if lock and id_ is not None:
        if not skip_locked:
            pipelined.later(tx, _LOCK, {"of_case": id_})
        elif tx.execute(_TRIED, {"of_case": id_}).first() is None:
            return None
    elif lock:
        raise ValueError("a case is locked by its id")
    query, named = (_BY_CODE, code) if id_ is None else (_BY_ID, id_)
    row = pipelined.now(tx, query, {"of_case": named}).first()
    return None if row is None else with_tasks(row)


def find_whole(tx: Connection, id_: str) -> Record | None:
    """The case with its tasks and its timeline, its row locked: what a command needs, in one trip."""
    pipelined.later(tx, _LOCK, {"of_case": id_})
    row = pipelined.now(tx, _WHOLE, {"of_case": id_}).first()
    if row is None:
        return None
    return replace(with_tasks(row), timeline=tuple(_entry(found) for found in row.its_entries or ()))


def open_cases_of(tx: Connection, person: str) -> list[str]:
    """The ids of a person's cases that are not finished, in the order in which they are locked."""
    query = select(cases.c.id).where(cases.c.person == person, cases.c.finished_at.is_(None)).order_by(cases.c.id)
    return list(tx.execute(query).scalars())


def with_open_cases(tx: Connection, people: Sequence[str]) -> set[str]:
    """Those of these people who have a case that is not finished."""
    query = select(cases.c.person).where(cases.c.person.in_(people), cases.c.finished_at.is_(None))
    return {str(person) for person in tx.execute(query).scalars()}


def insert_case(tx: Connection, record: Record, entry: Entry) -> None:
    """Store a new case with its tasks and first entry."""
    case = record.case
    values = {
        "id": case.id,
        "tracking_code": record.tracking_code,
        "service": case.service,
        "service_version": case.service_version,
        "region": record.region,
        "office_of_origin": case.office_of_origin,
        "applicant": record.applicant,
        "proxy": record.proxy,
        "person": record.person,
        "submitted_at": record.submitted_at,
        "finished_at": record.finished_at,
        "calendar": record.calendar,
        "own_secret": True,
        **_moving(case),
    }
    pipelined.later(tx, _NEW_CASE, values)
    CASE_NAMES.add(tx, case.id, name_in(record.applicant))
    _write_tasks(tx, case, ())
    _write_papers(tx, case, {})
    _write_offices(tx, case, frozenset())
    _write_entry(tx, case.id, entry)


def update_case(tx: Connection, before: Case, record: Record, entry: Entry) -> None:
    """Store a changed case, whose row the caller holds."""
    case = record.case
    values = {
        **_moving(case),
        "finished_at": record.finished_at,
        "region": record.region,
        "calendar": record.calendar,
    }
    pipelined.later(tx, _CASE, {"of_case": case.id, **values})
    _write_tasks(tx, case, before.tasks)
    _write_papers(tx, case, before.papers)
    _write_offices(tx, case, before.touching)
    _write_entry(tx, case.id, entry)


def write_people(tx: Connection, record: Record) -> None:
    """Store who is named in a case, whose row the caller holds."""
    values = {"applicant": record.applicant, "proxy": record.proxy, "person": record.person}
    pipelined.later(tx, _CASE, {"of_case": record.case.id, **values})
    CASE_NAMES.change(tx, record.case.id, name_in(record.applicant))


def entries(tx: Connection, case_id: str) -> list[Entry]:
    """The timeline of a case, first entry first."""
    rows = pipelined.now(tx, _ENTRIES, {"of_case": case_id})
    return [
        Entry(
            row.version,
            row.at,
            row.actor,
            row.office,
            row.action,
            row.from_state,
            row.to_state,
            row.note,
            tuple(read_change(change) for change in row.changes),
        )
        for row in rows
    ]


def _moving(case: Case) -> SqlValues:
    """The columns that a command may change."""
    return {
        "state": case.state,
        "version": case.version,
        "office": case.office,
        "data": dict(case.data),
        "ticks": dict(case.ticks),
        "clock": write_clock(case.clock),
        "due_at": case.due_at,
        "calendar_complete": case.calendar_complete,
        "held": case.held,
        "number": case.number,
        "since": case.since,
        "alarm_at": case.alarm_at,
        "reported": case.reported,
        "escalated": case.escalated,
        "papers": {requirement: paper.to_json() for requirement, paper in case.papers.items()},
        "signing": None if case.signing is None else case.signing.to_json(),
    }


def set_calendar(tx: Connection, case_id: str, calendar: str) -> None:
    """The case's dates are right by this calendar, too."""
    tx.execute(update(cases).where(cases.c.id == case_id).values(calendar=calendar))


def _write_tasks(tx: Connection, case: Case, before: Sequence[Task]) -> None:
    """New tasks and changed ones."""
    known = {t.id: t for t in before}
    for position, task in enumerate(case.tasks):
        if task.id not in known:
            pipelined.later(tx, _NEW_TASK, {"case_id": case.id, "position": position, **_opened(task), **_moved(task)})
        elif task != known[task.id]:
            pipelined.later(tx, _TASK, {"of_task": task.id, **_moved(task)})


def _opened(task: Task) -> SqlValues:
    """The columns of a task that stay as they were when it was opened."""
    return {
        "id": task.id,
        "code": task.code,
        "office": task.office,
        "role": task.role,
        "opened_at": task.opened_at,
    }


def _moved(task: Task) -> SqlValues:
    """The columns of a task that a command may change."""
    return {
        "due_at": task.due_at,
        "outcome": task.outcome,
        "closed_at": task.closed_at,
        "claimed_by": task.claimed_by,
        "clock": write_clock(task.clock),
        "alarm_at": task.alarm_at,
        "reported": task.reported,
    }


def _write_papers(tx: Connection, case: Case, before: Mapping[str, Paper]) -> None:
    """Whom to tell what becomes of the papers that were named."""
    for requirement, paper in case.papers.items():
        if paper != before.get(requirement):
            code = paper.tracking_code if paper.source is None else None
            row = {"source": paper.source, "document": paper.document, "tracking_code": code}
            pipelined.later(tx, _PAPER, {"case_id": case.id, "requirement": requirement, **row})


def _write_offices(tx: Connection, case: Case, before: frozenset[str]) -> None:
    for office in sorted(case.touching - before):
        pipelined.later(tx, _OFFICE, {"office": office, "case_id": case.id})


def _write_entry(tx: Connection, case_id: str, entry: Entry) -> None:
    values: SqlValues = {
        "case_id": case_id,
        "version": entry.version,
        "at": entry.at,
        "actor": entry.actor,
        "office": entry.office,
        "action": entry.action,
        "from_state": entry.from_state,
        "to_state": entry.to_state,
        "note": entry.note,
        "changes": [change.to_json() for change in entry.changes],
    }
    pipelined.later(tx, _ENTRY, values)


def with_tasks(row: AnyRow) -> Record:
    """The record in a row of `cases` with `ITS_TASKS`."""
    return record_of(row, [_task(found) for found in row.its_tasks or ()])


def record_of(row: AnyRow, found: Sequence[Task] = ()) -> Record:
    """The record in a row of `cases`; without tasks where the caller shows none."""
    case = Case(
        id=str(row.id),
        service=row.service,
        service_version=row.service_version,
        state=row.state,
        version=row.version,
        office_of_origin=row.office_of_origin,
        office=row.office,
        data=row.data,
        ticks=row.ticks,
        clock=read_clock(row.clock),
        due_at=row.due_at,
        calendar_complete=row.calendar_complete,
        held=row.held,
        number=row.number,
        tasks=tuple(found),
        alarm_at=row.alarm_at,
        reported=row.reported,
        escalated=row.escalated,
        since=row.since,
        papers=read_papers(row.papers),
        signing=None if row.signing is None else Signing.from_json(row.signing),
    )
    return Record(
        case,
        row.tracking_code,
        row.region,
        row.applicant,
        row.proxy,
        row.person,
        row.submitted_at,
        row.finished_at,
        row.calendar,
    )


def read_papers(stored: Mapping[str, JsonObject]) -> dict[str, Paper]:
    """The papers of a case in its column, by requirement."""
    return {requirement: Paper.from_json(paper) for requirement, paper in stored.items()}


def _task(row: JsonObject) -> Task:
    """A task from its row in JSON."""
    return Task(
        id=text(row, "id"),
        code=text(row, "code"),
        office=text(row, "office"),
        role=text(row, "role"),
        opened_at=moment(row, "opened_at"),
        due_at=optional_moment(row, "due_at"),
        outcome=optional_text(row, "outcome"),
        closed_at=optional_moment(row, "closed_at"),
        claimed_by=optional_text(row, "claimed_by"),
        clock=read_clock(mapping(row, "clock")),
        alarm_at=optional_moment(row, "alarm_at"),
        reported=whole(row, "reported"),
    )


def _entry(row: JsonObject) -> Entry:
    """An entry from its row in JSON."""
    return Entry(
        version=whole(row, "version"),
        at=moment(row, "at"),
        actor=text(row, "actor"),
        office=optional_text(row, "office"),
        action=text(row, "action"),
        from_state=optional_text(row, "from_state"),
        to_state=text(row, "to_state"),
        note=optional_text(row, "note"),
        changes=tuple(read_change(change) for change in objects(row, "changes")),
    )


def with_case(record: Record, case: Case, finished_at: datetime | None, calendar: str, entry: Entry) -> Record:
    """The record after a command that made this entry."""
    timeline = None if record.timeline is None else (*record.timeline, entry)
    return replace(record, case=case, finished_at=finished_at, calendar=calendar, timeline=timeline)

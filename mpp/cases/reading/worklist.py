"""The open tasks that are somebody's to do: in one of three orders, between days, and counted.

Whatever the order, what is read are the open tasks of the own desks, which a partial index holds together: that grows
with what waits there, never with all that was ever done.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    FromClause,
    Select,
    and_,
    cast,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import UUID as UUIDColumn

from mpp.cases.papers.rows import AWAITING
from mpp.cases.papers.telling import signing_body
from mpp.cases.reading.asked import CHANGED, DUE, FILED, Days, TaskPage, TaskPlace, Whose
from mpp.cases.reading.days import within
from mpp.cases.reading.lists import read_limit
from mpp.cases.reading.presenter import being_signed, masked
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import case_rows, online_rows
from mpp.cases.storage.case_rows import ITS_TASKS
from mpp.cases.storage.paper_table import papers
from mpp.cases.storage.tables import cases, tasks, timeline
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import desks_of, list_sight
from mpp.casework.case.signing import Signing
from mpp.casework.refusals import FieldError, invalid, wrong_role
from mpp.casework.rules.built_in import supervised_by
from mpp.casework.rules.prerequisites import worst
from mpp.casework.rules.service_type import ServiceType
from mpp.casework.time.remaining import remaining
from mpp.casework.time.stored_clock import read_clock
from mpp.json_values import Json, JsonObject, iso
from mpp.persistence.deadline import Deadline
from mpp.persistence.values import AnyRow, AnyValues
from mpp.web.schemas.pagination import malformed_cursor
from mpp.web.texts.words import role_name

MOST_COUNTED = 10_000  # open tasks of one service, far more than people work at

_NO_DATE = literal_column("'infinity'::timestamptz", DateTime(timezone=True))
_STEP = timeline.alias()
_LAST_STEP = select(_STEP.c.at).where(_STEP.c.case_id == cases.c.id, _STEP.c.version == cases.c.version)
_CHANGED_AT = _LAST_STEP.scalar_subquery().label("changed_at")
_SHOWN = (
    "tracking_code",
    "service",
    "service_version",
    "state",
    "version",
    "held",
    "papers",
    "signing",
    "applicant",
    "submitted_at",
)
_OTHER = papers.alias("other")  # of several papers, whichever failed
_FAILED = select(_OTHER.c.failure).where(_OTHER.c.case_id == papers.c.case_id, _OTHER.c.status == AWAITING)
_FAILURE = _FAILED.order_by(_OTHER.c.failure).limit(1).scalar_subquery().label("failure")
_OF_CASE = (*(cases.c[name] for name in _SHOWN), _CHANGED_AT, papers.c.adapter, _FAILURE)
_ITS_PAPER = papers.c.id == cast(cases.c.signing["paper"].astext, UUIDColumn(as_uuid=False))


@dataclass(frozen=True)
class _Order:
    """By `key`, then by the id of the task; `read` makes of the key of a place what `key` is compared with."""

    key: Callable[[FromClause], ColumnElement[datetime] | ColumnElement[str]]
    read: Callable[[str | None], ColumnElement[datetime] | datetime | str]
    newest_first: bool = False
    indexed: bool = False

    def after(self, each: FromClause, place: TaskPlace) -> ColumnElement[bool]:
        """Whatever comes after this place. Raises Refused 400 for one of another order."""
        try:
            here = tuple_(self.read(place.key), str(UUID(place.task_id)))
        except ValueError as error:
            raise malformed_cursor() from error
        there = tuple_(self.key(each), each.c.id)
        return there < here if self.newest_first else there > here

    def of(self, each: FromClause, query: Select[AnyValues]) -> Select[AnyValues]:
        """The query in this order."""
        if self.newest_first:
            return query.order_by(self.key(each).desc(), each.c.id.desc())
        return query.order_by(self.key(each), each.c.id)


def _due_at(each: FromClause) -> ColumnElement[datetime]:
    """As the index has it: a task without a date stands at the end of all time."""
    return func.coalesce(each.c.due_at, _NO_DATE)


def _moment(key: str | None) -> datetime:
    found = datetime.fromisoformat(key or "")
    if found.tzinfo is None:
        raise ValueError("naive")
    return found


# Ids of cases count time (UUIDv7): they are made when a case is filed.
_ORDERS = {
    DUE: _Order(_due_at, lambda key: _NO_DATE if key is None else func.coalesce(_moment(key), _NO_DATE), indexed=True),
    FILED: _Order(lambda each: each.c.case_id, lambda key: str(UUID(key or ""))),
    CHANGED: _Order(lambda each: timeline.c.at, _moment, newest_first=True),
}


class Worklist:
    """Of one case service."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host
        self._zone = ZoneInfo(host.offices.zone)

    def page(self, actor: Actor, asked: TaskPage, deadline: Deadline) -> JsonObject:
        """The open tasks that this actor's roles may act on, in the order asked for. Raises Refused 403 like a list."""
        limit, order = read_limit(asked.limit), _ORDERS.get(asked.sort)
        if order is None:
            raise invalid(FieldError("sort", "unknown_choice", {"choices": ", ".join(_ORDERS)}))
        mine = select(tasks).where(*self._whose(actor, asked.whose), *self._due(asked.due))
        # In another order than the index's the desk is read first: or all cases that ever were might be walked through.
        each: FromClause = (
            mine.subquery() if order.indexed and not asked.whose.below else mine.cte().prefix_with("MATERIALIZED")
        )
        wanted = within(cases.c.submitted_at, asked.filed, self._zone)
        if asked.service is not None:
            wanted.append(cases.c.service == asked.service)
        if asked.after is not None:
            wanted.append(order.after(each, asked.after))
        query: Select[AnyValues] = select(each, *_OF_CASE).join(cases, cases.c.id == each.c.case_id)
        query = query.outerjoin(papers, _ITS_PAPER)
        if asked.sort == CHANGED:
            last = and_(timeline.c.case_id == cases.c.id, timeline.c.version == cases.c.version)
            query = query.join(timeline, last)
        with self._host.database.transaction(deadline) as tx:
            rows = tx.execute(order.of(each, query.where(*wanted)).limit(limit + 1)).all()
            hidden = self._hidden(tx, rows[:limit], actor)
            items: list[Json] = [self._item(tx, row, hidden) for row in rows[:limit]]
        return {"items": items, "more": len(rows) > limit}

    def counts(self, actor: Actor, whose: Whose, deadline: Deadline) -> JsonObject:
        """How many they are, of each service type in each state and at each office, and how many are overdue.

        `complete` is false where there are more than MOST_COUNTED, of which the most urgent are counted then.
        """
        shown = (tasks.c.case_id, tasks.c.due_at, tasks.c.office)
        mine = select(*shown).where(*self._whose(actor, whose)).order_by(_due_at(tasks))
        each = mine.limit(MOST_COUNTED + 1).subquery()
        late = func.count().filter(each.c.due_at < self._host.clock.now())
        kinds = (cases.c.service, cases.c.service_version, cases.c.state, each.c.office)
        query = (
            select(*kinds, func.count().label("total"), late.label("overdue"))
            .join(cases, cases.c.id == each.c.case_id)
            .group_by(*kinds)
            .order_by(*kinds)
        )
        with self._host.database.transaction(deadline) as tx:
            rows = tx.execute(query).all()
            newest = {row.service: row.service_version for row in rows}
            online = online_rows.how_many(
                tx, list_sight(actor, self._host.offices).offices, self._today(), MOST_COUNTED
            )
            kinds_now = [self._host.versions.get(tx, code, version) for code, version in newest.items()]
        services: list[Json] = [_counted(kind, [row for row in rows if row.service == kind.code]) for kind in kinds_now]
        total = sum(row.total for row in rows)
        offices: list[Json] = [
            {"office": code, "office_name": self._host.offices.name_of(code),
             **_sums([row for row in rows if row.office == code])}
            for code in sorted({row.office for row in rows})
        ]  # fmt: skip
        return {
            **_sums(rows),
            "complete": total <= MOST_COUNTED,
            "services": services,
            "offices": offices,
            "online": online,
        }

    def _today(self) -> date:
        return self._host.today(self._host.clock.now())

    def _whose(self, actor: Actor, whose: Whose) -> list[ColumnElement[bool]]:
        """Raises Refused 403 for one without cases, and for `below` of one who supervises no office."""
        list_sight(actor, self._host.offices)
        wanted: list[ColumnElement[bool]] = [tasks.c.outcome.is_(None)]
        if whose.below:
            supervised = supervised_by(actor, self._host.offices)
            if not supervised:
                raise wrong_role(("supervisor",))
            wanted.append(tasks.c.office.in_(sorted(each for each in supervised if whose.office in (None, each))))
        else:
            desks = sorted(desk for desk in desks_of(actor) if whose.office in (None, desk[0]))
            wanted.append(tuple_(tasks.c.office, tasks.c.role).in_(desks))
        if whose.role is not None:
            wanted.append(tasks.c.role == whose.role)
        if whose.holder is not None:
            wanted.append(tasks.c.claimed_by == whose.holder)
        if whose.free:
            wanted.append(tasks.c.claimed_by.is_(None))
        if whose.overdue:
            wanted.append(_due_at(tasks) < self._host.clock.now())
        return wanted

    def _due(self, days: Days) -> list[ColumnElement[bool]]:
        found = within(_due_at(tasks), days, self._zone)
        return [*found, tasks.c.due_at.is_not(None)] if found else []

    def _hidden(self, tx: Connection, rows: Sequence[AnyRow], actor: Actor) -> set[str]:
        """The cases of these tasks whose applicant this actor may not know."""
        hooks = self._host.hooks
        named = {str(row.case_id) for row in rows if row.applicant is not None} if hooks.may_hide else set()
        if not named:
            return set()
        found = tx.execute(select(cases, ITS_TASKS).where(cases.c.id.in_(named)))
        return {str(row.id) for row in found if hooks.hide_applicant(case_rows.with_tasks(row), actor)}

    def _item(self, tx: Connection, row: AnyRow, hidden: Container[str]) -> JsonObject:
        service_type = self._host.versions.get(tx, row.service, row.service_version)
        state = service_type.states.get(row.state)
        return {
            "task_id": row.id,
            "case_id": row.case_id,
            "collection": self._host.definition.collection,
            "version": row.version,
            "tracking_code": row.tracking_code,
            "service": row.service,
            "service_name": dict(service_type.name),
            "state": row.state,
            "state_label": dict(state.label) if state else {},
            "task": row.code,
            "office": row.office,
            "office_name": self._host.offices.name_of(row.office),
            "role": row.role,
            "role_name": role_name(row.role),
            "applicant": None if str(row.case_id) in hidden else masked(row.applicant),
            "submitted_at": row.submitted_at.isoformat(),
            "changed_at": row.changed_at.isoformat(),
            "due_at": iso(row.due_at),
            "remaining": remaining(
                row.due_at, read_clock(row.clock), self._host.clock.now(), self._host.calendar.current
            ),
            "claimed_by": row.claimed_by,
            "held": row.held is not None,
            "being_signed": being_signed(
                service_type, None if row.signing is None else row.signing["action"], row.code
            ),
            "signing": None if row.signing is None else _signing(row),
            "paper": worst(case_rows.read_papers(row.papers)),
        }


def _signing(row: AnyRow) -> JsonObject:
    return signing_body(Signing.from_json(row.signing), row.adapter, row.failure)


def _counted(kind: ServiceType, rows: Sequence[AnyRow]) -> JsonObject:
    states: list[Json] = []
    for code in dict.fromkeys(row.state for row in rows):
        state = kind.states.get(code)
        of_state = [row for row in rows if row.state == code]
        states.append({"state": code, "state_label": dict(state.label) if state else {}, **_sums(of_state)})
    return {"service": kind.code, "service_name": dict(kind.name), **_sums(rows), "states": states}


def _sums(rows: Sequence[AnyRow]) -> JsonObject:
    return {"total": sum(row.total for row in rows), "overdue": sum(row.overdue for row in rows)}

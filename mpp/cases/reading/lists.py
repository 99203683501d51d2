"""What a case service answers without changing anything: one case, lists, tracking, the receipt."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from mpp.cases.levies.assessments import UNAPPLIED, WAITING
from mpp.cases.reading.asked import CaseFilters
from mpp.cases.reading.days import within
from mpp.cases.reading.presenter import Presenter
from mpp.cases.reading.receipt import receipt_body
from mpp.cases.recording import satisfaction
from mpp.cases.recording.command import visible, who
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.tables import case_offices, cases, numbers, payments
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import Sight, list_sight
from mpp.casework.codes import tracking
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.casework.rules import built_in
from mpp.json_values import JsonObject
from mpp.persistence.deadline import Deadline
from mpp.persistence.values import AnyRow
from mpp.web.schemas.pagination import MAX_LIMIT, decode_texts, encode_cursor, malformed_cursor


class CaseLists:
    """The reads of one case service."""

    def __init__(self, host: CaseHost, presenter: Presenter) -> None:
        self._host = host
        self._versions = host.versions
        self._database = host.database
        self._presenter = presenter

    def get(self, actor: Actor | None, secret: str | None, case_id: str, deadline: Deadline) -> JsonObject:
        """One case in full, for a clerk in whose jurisdiction it is, or its applicant. Raises Refused 404."""
        with self._database.transaction(deadline) as tx:
            reader, record = self._seen(tx, actor, secret, case_id)
            return self._presenter.full(tx, self._host.service_type_of(tx, record.case), record, reader)

    def receipt(self, actor: Actor | None, secret: str | None, case_id: str, deadline: Deadline) -> JsonObject:
        """The data of the receipt, to whom the case is visible.

        A clerk who sends the secret with the token has just been given it: where it holds, the receipt may show it.
        Refused 404 where it does not, so that whoever counts wrong secrets counts this one. The one-time address of an
        ended case stands on it for who has the secret: a clerk asks for it by a command, which is on record.
        """
        with self._database.transaction(deadline) as tx:
            _, record = self._seen(tx, actor, secret, case_id)
            handed_over = actor is not None and secret is not None
            if handed_over and not self._host.secrets.match(tx, secret or "", record.case.id):
                raise Refused(404, "not_found", fields=[FieldError("X-Tracking-Secret", "secret_ended")])
            body = receipt_body(self._host, self._presenter, tx, record)
            told = satisfaction.address_of(tx, self._host, record.case.id) if secret is not None else None
            asked = None if told is None else {"code": told.code, "ends_on": told.ends_on.isoformat()}
            return {**body, "secret_holds": handed_over, "satisfaction": asked}

    def track(self, tracking_code: str, deadline: Deadline) -> JsonObject:
        """The public state of the case with this tracking code. Raises Refused 404."""
        code = tracking.normalise(tracking_code)
        if code is None:
            raise not_found()
        with self._database.transaction(deadline) as tx:
            record = case_rows.find(tx, code=code)
            if record is None:
                raise not_found()
            timeline = case_rows.entries(tx, record.case.id)
            return self._presenter.public(self._host.service_type_of(tx, record.case), record, timeline)

    def _seen(self, tx: Connection, actor: Actor | None, secret: str | None, case_id: str) -> tuple[Actor, Record]:
        id_ = case_rows.find_id(tx, case_id)
        record = case_rows.find(tx, id_=id_)
        reader = who(tx, self._host.secrets, actor, secret, id_)
        return reader, visible(record, reader, self._host.offices)

    # ----------------------------------------------------------------- lists

    def page(self, actor: Actor, filters: CaseFilters, deadline: Deadline) -> JsonObject:
        """The cases that the actor may see, newest first; `next` is the cursor of the following page or None."""
        limit = read_limit(filters.limit)
        sight = list_sight(actor, self._host.offices)
        after = read_place(filters.cursor)
        with self._database.transaction(deadline) as tx:
            self._check(tx, filters)
            wanted = self._wanted(filters, sight, after)
            query = select(cases).where(and_(True, *wanted)).order_by(cases.c.id.desc()).limit(limit + 1)
            rows = tx.execute(query).all()
            items = [self._line(tx, row, actor) for row in rows[:limit]]
        return {"items": items, "next": encode_cursor([rows[limit - 1].id]) if len(rows) > limit else None}

    def _check(self, tx: Connection, filters: CaseFilters) -> None:
        """Raises Refused 422 for a value that no case here can have: a slip of the pen is not an empty list."""
        kinds = self._versions.every(tx) if filters.state or filters.service else ()
        errors: list[FieldError] = []
        if filters.state and filters.state not in {built_in.WITHDRAWN, *(s for kind in kinds for s in kind.states)}:
            errors.append(FieldError("state", "unknown_state"))
        if filters.service and filters.service not in {kind.code for kind in kinds}:
            errors.append(FieldError("service", "unknown_service"))
        if filters.office and filters.office not in self._host.offices:
            errors.append(FieldError("office", "unknown_office"))
        if errors:
            raise invalid(*errors)

    def _line(self, tx: Connection, row: AnyRow, actor: Actor) -> JsonObject:
        record = case_rows.record_of(row)
        return self._presenter.line(self._host.service_type_of(tx, record.case), record, actor)

    def _wanted(self, filters: CaseFilters, sight: Sight, after: str | None) -> list[ColumnElement[bool]]:
        wanted = [] if after is None else [cases.c.id < after]
        if sight.offices is not None:
            touched = select(case_offices.c.case_id).where(
                case_offices.c.case_id == cases.c.id, case_offices.c.office.in_(sorted(sight.offices))
            )
            if after is not None:  # said twice: whichever table is walked, the walk begins where the last page ended
                touched = touched.where(case_offices.c.case_id < after)
            wanted.append(exists(touched))
        if filters.state:
            wanted.append(cases.c.state == filters.state)
        if filters.service:
            wanted.append(cases.c.service == filters.service)
        if filters.office:
            wanted.append(cases.c.office == filters.office)
        if filters.overdue:
            wanted.append(cases.c.due_at < self._host.clock.now())
        zone = ZoneInfo(self._host.offices.zone)
        wanted += within(cases.c.due_at, filters.due, zone) + within(cases.c.submitted_at, filters.filed, zone)
        if filters.escalated:
            wanted += [cases.c.escalated.is_not(None), cases.c.finished_at.is_(None)]
        if filters.unapplied_payment:
            open_money = select(payments.c.case_id).where(payments.c.status.in_((WAITING, UNAPPLIED)))
            wanted.append(cases.c.id.in_(open_money))
        if filters.q:
            code = tracking.normalise(filters.q)
            wanted.append(cases.c.tracking_code == code if code is not None else _of_number(filters.q.strip()))
        return wanted


def _of_number(number: str) -> ColumnElement[bool]:
    """The case to which a legal number was given: that of its document, of a corrected one, of a levy."""
    return cases.c.id == select(numbers.c.case_id).where(numbers.c.number == number).scalar_subquery()


def read_limit(limit: int | None) -> int:
    """The page size asked for, 1 to 100; 25 when nothing is said. Raises Refused 422."""
    if limit is None:
        return 25
    if not 1 <= limit <= MAX_LIMIT:
        raise invalid(FieldError("limit", "out_of_range"))
    return limit


def read_place(cursor: str | None) -> str | None:
    """The id of the last one seen, which a cursor holds; None without one. Raises Refused 400 `cursor_malformed`."""
    if cursor is None:
        return None
    try:
        (case_id,) = decode_texts(cursor, 1)
        return str(UUID(case_id))
    except ValueError as error:
        raise malformed_cursor() from error

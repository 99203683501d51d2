"""What the register answers without changing anything: lists, one permit, a holder's permits, verification.

Every list is a keyset page over the index that belongs to its first filter: number, area, end of validity, service,
status, else the newest first. The remaining filters are checked on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, tuple_

from mpp.cases.papers.telling import Verifying
from mpp.cases.reading.hits import hits
from mpp.cases.reading.lists import read_limit
from mpp.cases.reading.wanted import read_wanted
from mpp.cases.recording.command import read_id
from mpp.cases.storage.versions import Versions
from mpp.casework.access.actors import Actor
from mpp.casework.access.offices import REGION_CODE
from mpp.casework.codes import verification
from mpp.casework.refusals import FieldError, invalid, not_found
from mpp.contracts.permits_register import PermitFilters
from mpp.hosting.runtime import Runtime
from mpp.json_values import JsonObject
from mpp.messaging.calls.common import PersonSearch
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline
from mpp.persistence.values import AnyColumn, AnyValues
from mpp.web.schemas.pagination import decode_texts, encode_cursor, malformed_cursor
from services.permits.domain.permit import IN_FORCE, STATUSES, Permit
from services.permits.domain.sight import RegisterSight, searcher, sight_of_register
from services.permits.present import Beside, PermitPresenter
from services.permits.tables import PERMIT_NAMES, permit_history, permits
from services.permits.use_cases.papers import being_corrected
from services.permits.use_cases.register import find, permit_of

Body = JsonObject
Place = Sequence[str | date]  # of the last permit seen, in the columns of the order


@dataclass(frozen=True)
class _Order:
    """How a list is walked: by these columns, upwards or (newest first) downwards."""

    name: str
    columns: tuple[AnyColumn, ...]
    down: bool = False

    def page(self, query: Select[AnyValues], after: Place | None, limit: int) -> Select[AnyValues]:
        """The query's rows after the last one seen, and one more than a page."""
        if after is not None:
            here, there = tuple_(*self.columns), tuple_(*after)
            query = query.where(here < there if self.down else here > there)
        return query.order_by(*(c.desc() if self.down else c for c in self.columns)).limit(limit + 1)


_NEWEST = _Order("newest", (permits.c.id,), down=True)
_BY_AREA = _Order("area", (permits.c.region, permits.c.id))
_BY_END = _Order("until", (permits.c.valid_until, permits.c.id))


class RegisterQueries:
    """The reads of the register."""

    def __init__(self, runtime: Runtime, versions: Versions, presenter: PermitPresenter, papers: Verifying) -> None:
        self._runtime = runtime
        self._versions = versions
        self._presenter = presenter
        self._papers = papers
        self._database = runtime.databases["permits"]

    @property
    def _today(self) -> date:
        return self._runtime.clock.now().astimezone(self._runtime.calendar.zone).date()

    # ---------------------------------------------------------------- one

    def get(self, actor: Actor, permit_id: str, deadline: Deadline) -> Body:
        """One permit with its history. Raises Refused 404 outside of what the actor sees."""
        sight = sight_of_register(actor, self._runtime.offices)
        with self._database.transaction(deadline) as tx:
            permit = find(tx, read_id(permit_id))
            if permit is None or not sight.sees(permit.owner, permit.region):
                raise not_found()
            return self.full(tx, permit, actor, sight)

    def full(self, tx: Connection, permit: Permit, actor: Actor, sight: RegisterSight) -> Body:
        """The body of one permit."""
        return self.body(tx, permit, self.look(tx, permit), actor, sight)

    def body(self, tx: Connection, permit: Permit, beside: Beside, actor: Actor, sight: RegisterSight) -> Body:
        """The same with what was read before."""
        service_type = self._versions.get(tx, permit.service, permit.service_version)
        return self._presenter.full(permit, service_type, beside, actor, sight, self._today)

    def look(self, tx: Connection, permit: Permit) -> Beside:
        """What is shown with a permit."""
        ids = [each for each in (permit.supersedes, permit.superseded_by) if each is not None]
        numbers = tx.execute(select(permits.c.id, permits.c.number).where(permits.c.id.in_(ids))).all() if ids else []
        linked = {row.id: row.number for row in numbers}
        return Beside(_history(tx, permit.id), linked, being_corrected(tx, permit))

    def verify(self, code: str, deadline: Deadline) -> Body:
        """Whether a document is real and holds, for everybody who holds its code. Raises Refused 404 for any other.

        A permit that is being signed, or was given up before it was, is in no register: its paper says so.
        """
        wanted = verification.normalise(code)
        if wanted is None:
            raise not_found()
        with self._database.transaction(deadline) as tx:
            row = tx.execute(select(permits).where(permits.c.verification == wanted)).first()
            if row is None:
                found = self._papers.look(tx, wanted)
                if found is None:
                    raise not_found()
                return found
            permit = permit_of(row)
            service_type = self._versions.get(tx, permit.service, permit.service_version)
            newer = None if permit.superseded_by is None else find(tx, permit.superseded_by)
            body = self._presenter.public(permit, service_type, None if newer is None else newer.number, self._today)
            return {**body, "issued_on": self._papers.day_on(tx, wanted)}

    # ---------------------------------------------------------------- lists

    def page(self, actor: Actor, filters: PermitFilters, deadline: Deadline) -> Body:
        """The permits that the actor sees; `next` is the cursor of the following page or None."""
        sight = sight_of_register(actor, self._runtime.offices)
        limit = read_limit(filters.limit)
        order = self._order(filters, sight)
        query = list_query(filters, sight, order, self._today)
        after = _read_cursor(filters.cursor, order)
        with self._database.transaction(deadline) as tx:
            rows = tx.execute(order.page(query, after, limit)).all()
            items = [self._line(tx, permit_of(row)) for row in rows[:limit]]
        last = permit_of(rows[limit - 1]) if len(rows) > limit else None
        return {"items": items, "next": None if last is None else _cursor(last, order)}

    def _order(self, filters: PermitFilters, sight: RegisterSight) -> _Order:
        if filters.number:
            return _NEWEST
        if filters.area or _only_area(sight) is not None:
            return _BY_AREA
        return _BY_END if filters.until_from or filters.until_to else _NEWEST

    def _line(self, tx: Connection, permit: Permit) -> Body:
        service_type = self._versions.get(tx, permit.service, permit.service_version)
        return self._presenter.line(permit, service_type, self._today)

    # ---------------------------------------------------------------- by holder

    def search(self, actor: Actor, asked: PersonSearch, deadline: Deadline, correlation_id: str) -> Body:
        """The permits of a holder by NIK, or by the words of a name; only those of the actor's own agency.

        Who looked for whom is in the audit trail: a person by pseudonym, what was found by id.
        """
        sight = searcher(actor, self._runtime.offices)
        limit = read_limit(asked.limit)
        wanted = read_wanted(asked, self._runtime.person_key, self._today)
        person = wanted.person
        mine = [] if sight.agencies is None else [permits.c.owner.in_(sorted(sight.agencies))]
        with self._database.transaction(deadline) as tx:
            found = hits(tx, PERMIT_NAMES, permits.c.person, wanted, asked.cursor)
            rows = tx.execute(found.page(select(permits).where(and_(True, *mine)), limit)).all()
            items = [self._line(tx, permit_of(row)) for row in rows[:limit]]
            details: Body = {"by": "nik" if person is not None else "name", "found": [item["id"] for item in items]}
            trail.record(
                tx,
                at=self._runtime.clock.now(),
                actor=actor,
                office=actor.assignments[0].office,
                action="register.search",
                details=details if person is None else {**details, "person": person},
                correlation_id=correlation_id,
            )
        return {"items": items, "next": found.cursor(rows[limit - 1].id) if len(rows) > limit else None}


def list_query(filters: PermitFilters, sight: RegisterSight, order: _Order, today: date) -> Select[AnyValues]:
    """The register's rows that the filters name and the reader sees. Raises Refused 422 naming a wrong filter."""
    wanted: list[ColumnElement[bool]] = []
    if filters.number:
        wanted.append(permits.c.number == filters.number.strip())
    if filters.area:
        wanted.append(_in_area(_region(filters.area)))
    if filters.service:
        wanted.append(permits.c.service == filters.service)
    if filters.status:
        wanted.append(_with_status(filters.status, today))
    if filters.until_from:
        wanted.append(permits.c.valid_until >= _day("until_from", filters.until_from))
    if filters.until_to:
        wanted.append(permits.c.valid_until <= _day("until_to", filters.until_to))
    if order is _BY_END:
        wanted.append(permits.c.valid_until.is_not(None))
    return select(permits).where(and_(True, *wanted, *_seen(sight)))


def _seen(sight: RegisterSight) -> list[ColumnElement[bool]]:
    only = _only_area(sight)
    if sight.everywhere:
        return []
    if only is not None:
        return [_in_area(only)]
    return [or_(permits.c.owner.in_(sorted(sight.agencies or ())), *(_in_area(area) for area in sight.areas))]


def _only_area(sight: RegisterSight) -> str | None:
    """The one area that bounds all that the reader sees: an office of a village or district issues no permits."""
    return sight.areas[0] if not sight.everywhere and len(sight.areas) == 1 else None


def _with_status(status: str, today: date) -> ColumnElement[bool]:
    """A permit whose last day is over is not in force, though the timer may not have been there yet."""
    if status not in STATUSES:
        raise invalid(FieldError("status", "unknown_choice", {"choices": ", ".join(STATUSES)}))
    if status in IN_FORCE:
        return and_(permits.c.status == status, or_(permits.c.valid_until.is_(None), permits.c.valid_until >= today))
    return permits.c.status == status


def _in_area(area: str) -> ColumnElement[bool]:
    """The region itself and all below it, as one range of the index ('.' comes before '/')."""
    return and_(permits.c.region >= area, permits.c.region < area + "/")


def _history(tx: Connection, permit_id: str) -> list[Body]:
    rows = tx.execute(
        select(permit_history).where(permit_history.c.permit_id == permit_id).order_by(permit_history.c.version)
    )
    names = ("version", "event", "status", "actor", "office", "reason", "note")
    return [{"at": row.at.isoformat(), **{name: getattr(row, name) for name in names}} for row in rows]


def _region(text: str) -> str:
    if not REGION_CODE.fullmatch(text):
        raise invalid(FieldError("area", "malformed", {"example": "35.15.14"}))
    return text


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise invalid(FieldError(name, "malformed", {"example": "2026-11-23"})) from error


def _cursor(last: Permit, order: _Order) -> str:
    if order is _BY_AREA:
        return encode_cursor([last.region, last.id])
    if order is _BY_END and last.valid_until is not None:
        return encode_cursor([last.valid_until.isoformat(), last.id])
    return encode_cursor([last.id])


def _read_cursor(cursor: str | None, order: _Order) -> Place | None:
    if cursor is None:
        return None
    found = _ids(cursor, len(order.columns))
    if order is _BY_END:
        try:
            return [date.fromisoformat(found[0]), found[1]]
        except ValueError as error:
            raise malformed_cursor() from error
    return found


def _ids(cursor: str, parts: int) -> list[str]:
    """What a cursor holds: texts, the last of them an id. Raises Refused 400 for one of another list, too."""
    found = decode_texts(cursor, parts)
    try:
        return [*found[:-1], str(UUID(found[-1]))]
    except ValueError as error:
        raise malformed_cursor() from error

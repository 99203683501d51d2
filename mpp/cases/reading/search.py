"""A person's cases, by NIK or by the beginning of the name, both in the body: no personal data stand in an address.

Only what the actor may see anyway is found, page by page along an index, and each search leaves an entry in the audit
trail: who looked for whom (a person by pseudonym) and which cases were shown.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Connection, Select, and_, collate, exists, func, select, tuple_

from mpp.cases.reading.lists import read_limit, read_place
from mpp.cases.reading.presenter import Presenter
from mpp.cases.recording.holders import search_key
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import case_rows
from mpp.cases.storage.tables import case_offices, cases
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import Sight, list_sight
from mpp.casework.bounds import NAME_MAX, NAME_MIN
from mpp.casework.refusals import FieldError, invalid
from mpp.identity.nik import parse_nik
from mpp.identity.person import person_key
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import JsonObject
from mpp.messaging.calls.common import PersonSearch
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline
from mpp.persistence.values import AnyValues
from mpp.web.schemas.pagination import encode_cursor, malformed_cursor

AFTER_LETTERS = "\U0010ffff"  # comes after every name that begins so
_NAME = collate(func.lower(cases.c.applicant.op("->>")("name")), "C")  # as in the index cases_applicant


class CaseSearch:
    """The search of one case service."""

    def __init__(self, host: CaseHost, presenter: Presenter) -> None:
        self._host = host
        self._presenter = presenter

    def search(self, actor: Actor, asked: PersonSearch, deadline: Deadline, correlation_id: str) -> JsonObject:
        """A page of cases, masked as in every list; `next` is the cursor of the following page or None.

        Raises Refused: 403 for who has no business with cases, 422 naming a wrong field. Who filed anonymously is not
        found by those from whom the name is hidden.
        """
        sight = list_sight(actor, self._host.offices, "search")
        limit = read_limit(asked.limit)
        now = self._host.clock.now()
        person, name = read_wanted(asked, self._host.runtime.person_key, self._host.today(now))
        with self._host.database.transaction(deadline) as tx:
            query = search_query(person, name, sight, self._after(tx, asked.cursor, person is not None))
            rows = tx.execute(query.limit(limit + 1)).all()
            records = [case_rows.record_of(row) for row in rows[:limit]]
            shown = [record for record in records if not self._host.hooks.hide_applicant(record, actor)]
            details: JsonObject = {"found": [record.case.id for record in shown]}
            trail.record(
                tx,
                at=now,
                actor=actor,
                office=actor.assignments[0].office,
                action="search",
                details={"by": "name", **details} if person is None else {"by": "nik", "person": person, **details},
                correlation_id=correlation_id,
            )
            items = [self._presenter.line(self._host.service_type_of(tx, r.case), r, actor) for r in shown]
        return {"items": items, "next": encode_cursor([rows[limit - 1].id]) if len(rows) > limit else None}

    def _after(self, tx: Connection, cursor: str | None, by_person: bool) -> tuple[str, ...] | None:
        """The place of the last case seen. The cursor holds its id only: a name does not belong into it."""
        case_id = read_place(cursor)
        if case_id is None:
            return None
        if by_person:
            return (case_id,)
        name = tx.execute(select(_NAME).where(cases.c.id == case_id)).scalar_one_or_none()
        if name is None:
            raise malformed_cursor()
        return (name, case_id)


def search_query(
    person: str | None, name: str | None, sight: Sight, after: tuple[str, ...] | None
) -> Select[AnyValues]:
    """The cases of a person, newest first, or those whose applicant's name begins so, by name."""
    wanted: list[ColumnElement[bool]] = []
    if sight.offices is not None:
        touched = select(case_offices.c.case_id).where(
            case_offices.c.case_id == cases.c.id, case_offices.c.office.in_(sorted(sight.offices))
        )
        wanted.append(exists(touched))
    if person is not None:
        wanted.append(cases.c.person == person)
        if after is not None:
            wanted.append(cases.c.id < after[0])
        return select(cases).where(and_(*wanted)).order_by(cases.c.id.desc())
    assert name is not None
    wanted += [name <= _NAME, name + AFTER_LETTERS > _NAME]
    if after is not None:
        wanted.append(tuple_(_NAME, cases.c.id) > tuple_(*after))
    return select(cases).where(and_(*wanted)).order_by(_NAME, cases.c.id)


def read_wanted(asked: PersonSearch, key: bytes, today: date) -> tuple[str | None, str | None]:
    """Whom a search is for: (pseudonym, None) or (None, the beginning of a name). Raises Refused 422."""
    nik, name = asked.nik, asked.name
    if (nik is None) == (name is None):
        raise invalid(FieldError("nik", "nik_or_name"), FieldError("name", "nik_or_name"))
    if nik is not None:
        try:
            return person_key(parse_nik(nik, today).number, key), None
        except InvalidIdentity as error:
            raise invalid(FieldError("nik", error.code)) from error
    assert name is not None, "one of them is given"
    wanted = search_key(name)
    if len(wanted) < NAME_MIN:
        raise invalid(FieldError("name", "too_short", {"min": NAME_MIN}))
    if len(wanted) > NAME_MAX:
        raise invalid(FieldError("name", "too_long", {"max": NAME_MAX}))
    return None, wanted

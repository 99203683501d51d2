"""A person's cases, by NIK or by the words of the name, both in the body: no personal data stand in an address.

Only what the actor may see anyway is found, page by page along an index, and each search leaves an entry in the audit
trail: who looked for whom (a person by pseudonym) and which cases were shown.
"""

from __future__ import annotations

from sqlalchemy import Select, exists, select

from mpp.cases.reading.hits import hits
from mpp.cases.reading.lists import read_limit
from mpp.cases.reading.presenter import Presenter
from mpp.cases.reading.wanted import read_wanted
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import case_rows
from mpp.cases.storage.names import CASE_NAMES
from mpp.cases.storage.tables import case_offices, cases
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import Sight, list_sight
from mpp.json_values import JsonObject
from mpp.messaging.calls.common import PersonSearch
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline
from mpp.persistence.values import AnyValues


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
        sight = list_sight(actor, self._host.offices)
        limit = read_limit(asked.limit)
        now = self._host.clock.now()
        wanted = read_wanted(asked, self._host.runtime.person_key, self._host.today(now))
        with self._host.database.transaction(deadline) as tx:
            found = hits(tx, CASE_NAMES, cases.c.person, wanted, asked.cursor)
            rows = tx.execute(found.page(_seen(sight), limit)).all()
            records = [case_rows.record_of(row) for row in rows[:limit]]
            shown = [record for record in records if not self._host.hooks.hide_applicant(record, actor)]
            person = wanted.person
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
        return {"items": items, "next": found.cursor(rows[limit - 1].id) if len(rows) > limit else None}


def _seen(sight: Sight) -> Select[AnyValues]:
    """The cases that the actor sees."""
    if sight.offices is None:
        return select(cases)
    touched = select(case_offices.c.case_id).where(
        case_offices.c.case_id == cases.c.id, case_offices.c.office.in_(sorted(sight.offices))
    )
    return select(cases).where(exists(touched))

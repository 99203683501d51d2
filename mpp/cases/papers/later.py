"""Papers that hold nothing up: what the law grants by silence, and what was decided before there were papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, exists, or_, select

from mpp.cases.papers import rows, taking
from mpp.cases.papers.contents import Printed, adapter_of, signed_by
from mpp.cases.papers.rows import PaperRow
from mpp.cases.recording.command import read_id
from mpp.cases.recording.hooks import Recalled
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause, Work, work_on
from mpp.cases.storage import case_rows
from mpp.cases.storage.paper_table import papers
from mpp.cases.storage.tables import cases, timeline
from mpp.casework.refusals import Refused, not_found
from mpp.casework.rules.paper import PaperSpec
from mpp.casework.rules.service_type import ServiceType
from mpp.casework.rules.workflow import DEEMED_GRANTED
from mpp.clock import new_id
from mpp.json_values import JsonObject, mapping
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline


def grant_by_law(work: Work) -> None:
    """A paper that says that the case was granted by silence, where its service type names one. Nobody signs it, and
    nothing waits for it."""
    newest = work.host.newest(work.case.service)
    if newest is None or newest.deemed_paper is None:
        return
    printed = Printed(
        spec=newest.deemed_paper,
        number=None,
        code=taking.new_code(work),
        issued_on=work.today,
        office=work.service_type.owner,
        adapter=rows.UNSIGNED,
        signer=None,
        facts={DEEMED_GRANTED: _limits(work)},
    )
    rows.add(work.tx, taking.paper_row(work, new_id(), DEEMED_GRANTED, printed, signer=None))


@dataclass(frozen=True)
class Missing:
    """A decision of a case whose paper was never made: by which action."""

    case_id: str
    service: str
    action: str

    def to_json(self) -> JsonObject:
        return {"case": self.case_id, "service": self.service, "action": self.action}


class PrintedLater:
    """The papers of decisions from before there were any."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def missing(self, after: str | None, most: int, deadline: Deadline) -> Sequence[Missing]:
        """A page of them in the order of their cases, from the case behind `after` on. It divides no case."""
        wanted = [
            and_(cases.c.service == kind.code, timeline.c.action.in_(sorted(_specs(kind))))
            for kind in self._host.versions.all_newest()
            if _specs(kind)
        ]
        if not wanted:
            return []
        made = exists().where(papers.c.case_id == cases.c.id, papers.c.action == timeline.c.action)
        query = (
            select(cases.c.id, cases.c.service, timeline.c.action)
            .join(timeline, timeline.c.case_id == cases.c.id)
            .where(or_(*wanted), ~made.where(papers.c.status != rows.ABANDONED))
            .distinct()
            .order_by(cases.c.id, timeline.c.action)
        )
        here = query if after is None else query.where(cases.c.id > read_id(after))
        with self._host.database.transaction(deadline) as tx:
            found = tx.execute(here.limit(most)).all()
            if len(found) == most:
                last = found[-1].id
                found = [row for row in found if row.id != last] + list(tx.execute(query.where(cases.c.id == last)))
            return [Missing(str(row.id), row.service, row.action) for row in found]

    def make(self, case_id: str, action: str, cause: Cause, deadline: Deadline) -> PaperRow:
        """The paper of a decision, marked as printed later; that which is there, where one is.

        Raises Refused 404, and 409 `no_paper_to_make` where no paper belongs to it, or what was issued has ended.
        """
        with self._host.database.transaction(deadline) as tx:
            record = case_rows.find(tx, id_=read_id(case_id), lock=True)
            if record is None:
                raise not_found()
            work = work_on(self._host, tx, record, cause)
            there = rows.newest(rows.of_case(tx, record.case.id), action)
            return there or _make(work, tx, action)


def _specs(kind: ServiceType) -> dict[str, PaperSpec]:
    """The papers that a service type makes, by what makes them."""
    found = {action.code: action.paper for action in kind.actions.values() if action.paper is not None}
    return found if kind.deemed_paper is None else {**found, DEEMED_GRANTED: kind.deemed_paper}


def _make(work: Work, tx: Connection, action: str) -> PaperRow:
    newest = work.host.newest(work.case.service)
    spec = None if newest is None else _specs(newest).get(action)
    taken = [entry for entry in case_rows.entries(tx, work.case.id) if entry.action == action]
    recalled = _recalled(work, action)
    if spec is None or not taken or recalled is None:
        raise Refused(409, "no_paper_to_make")
    entry = taken[-1]
    office, deemed = entry.office or work.service_type.owner, action == DEEMED_GRANTED
    printed = Printed(
        spec=spec,
        number=recalled.number,
        code=recalled.code or taking.new_code(work),
        issued_on=work.host.today(entry.at),
        office=office,
        adapter=rows.UNSIGNED if deemed else adapter_of(work, office),
        signer=None if deemed else signed_by(work.service_type, spec, work.case.data.get(action), entry.actor),
        facts={action: recalled.facts},
        note=entry.note,
        printed_later=True,
    )
    paper = taking.paper_row(work, new_id(), action, printed, signer=None if deemed else entry.actor)
    rows.add(tx, paper)
    trail.record(
        tx,
        at=work.now,
        actor=work.actor,
        office=None,
        action="paper.printed_later",
        case_id=work.case.id,
        details={"paper": paper.id, "decision": action},
        correlation_id=work.cause.correlation_id,
        behind_others=True,
    )
    return paper


def _limits(work: Work) -> JsonObject:
    """When the file was complete, and until when the office could have answered."""
    moments = mapping(work.case.data, DEEMED_GRANTED)
    return {name: moments[name] for name in ("complete_at", "limit_at")}


def _recalled(work: Work, action: str) -> Recalled | None:
    """What the decision issued: what the register of an effect says, else what the case says of itself."""
    if action == DEEMED_GRANTED:
        return Recalled(None, None, _limits(work))
    known = work.service_type.actions.get(action)
    if known is None:
        return None
    for effect in taking.effects_of(work, known).values():
        if effect.recall is not None:
            return effect.recall(work)
    return Recalled(work.case.number if known.number else None, None, {})

"""Papers that the mall itself issues: found when somebody names one, and followed by the events of who issues them.

Between "not decided yet" and the event that tells of the decision nothing may slip through: who names a paper and who
takes the event in both hold a lock on the paper's source first. Either the decision is seen at once, or its event
finds the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import structlog
from sqlalchemy import ColumnElement, Connection, or_, select, text

from mpp import json_values
from mpp.cases.papers import taking
from mpp.cases.prerequisites import copies
from mpp.cases.prerequisites.announcements import Announcement, announced
from mpp.cases.prerequisites.copies import Copy
from mpp.cases.prerequisites.elsewhere import Elsewhere, PaperRefused
from mpp.cases.recording import recorder
from mpp.cases.recording.holders import Holder
from mpp.cases.recording.hooks import IssuedPaper, PaperSought
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause, Work, work_on
from mpp.cases.storage import case_rows
from mpp.cases.storage.tables import cases, named_papers
from mpp.casework.access.actors import SYSTEM
from mpp.casework.case.papers import AWAITED, FAILED, LOST, THERE, Paper
from mpp.casework.codes import tracking, verification
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.casework.rules import attachments, prerequisites, workflow
from mpp.casework.rules.service_type import Requirement, ServiceType
from mpp.catalogue.forms import validate_form
from mpp.clock import new_id
from mpp.json_values import Json, optional_text
from mpp.messaging.events.event import Event

log = structlog.get_logger(__name__)

NOTE_COMPLETE = "Dokumen terakhir sudah terbit: berkas lengkap (the last paper was issued: the file is complete)"
BATCH = 100  # papers that time has ended, in one round
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


class ForeignPaper(Exception):
    """A service tells of a paper that another one issues: it is not believed."""


class Prerequisites:
    """The papers of other services that the cases of one case service need."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host
        self.elsewhere = Elsewhere(host)

    # ------------------------------------------------------------------ naming one

    def lock(self, tx: Connection, named: Mapping[str, str], today: date) -> None:
        """Before the case's own row: nobody takes in what becomes of these papers until the transaction ends."""
        keys: set[str | None] = set()
        for given in named.values():
            source, issued = self._look_up(tx, given, today)
            keys |= {source} if issued is None else {source, issued.case, issued.document}
            keys |= self.elsewhere.keys(tx, given)
        _lock(tx, keys)

    def learn(
        self, tx: Connection, service_type: ServiceType, named: Mapping[str, str], holder: Holder, today: date
    ) -> dict[str, Paper]:
        """The papers that were named, by requirement. Raises Refused 422 naming the field of each that cannot be taken.

        The caller has locked them.
        """
        found: dict[str, Paper] = {}
        errors: list[FieldError] = []
        for requirement in (r for r in service_type.requirements if r.code in named):
            try:
                found[requirement.code] = self.find(tx, requirement, named[requirement.code], holder, today)
            except PaperRefused as refused:
                errors.append(FieldError(f"data.requirements.{requirement.code}", refused.code))
        if errors:
            raise invalid(*errors)
        return found

    def find(self, tx: Connection, requirement: Requirement, given: str, holder: Holder, today: date) -> Paper:
        """The paper that a tracking code, a number or a verification code names. Raises PaperRefused.

        One that nobody has, one of another service and one of somebody else are all simply unknown: nobody learns of
        the cases of others.
        """
        service = str(requirement.produced_by)
        if self.elsewhere.issuer(service) is not None:
            return self.elsewhere.find(tx, service, given, holder, today)
        source, issued = self._look_up(tx, given, today)
        record = None if source is None else case_rows.find(tx, id_=source)
        if record is not None:
            mine = record.case.service == service and holder.same(Holder.of(record.applicant, record.person))
        else:
            mine = issued is not None and issued.service == service and holder.same(issued.holder)
        if not mine:
            raise PaperRefused("unknown_paper")
        if issued is not None and not issued.in_force:
            raise PaperRefused("paper_not_in_force")
        if issued is not None:
            code = given.strip() if record is None else record.tracking_code
            return Paper(service, THERE, issued.case, code, issued.document, issued.number)
        assert record is not None
        case, code = record.case, record.tracking_code
        if case.number is not None:  # of a service that keeps no register of what it issues
            return Paper(service, THERE, case.id, code, None, case.number)
        if record.finished_at is not None:
            raise PaperRefused("paper_not_coming")
        return Paper(service, AWAITED, case.id, code)

    def _look_up(self, tx: Connection, given: str, today: date) -> tuple[str | None, IssuedPaper | None]:
        """The id of the case that a tracking code names, and what was issued."""
        code = tracking.normalise(given)
        if code is None:
            printed = verification.normalise(given)
            sought = PaperSought(today, number=None if printed else given.strip(), verification=printed)
            return None, self._host.hooks.find_paper(tx, sought)
        source = tx.execute(select(cases.c.id).where(cases.c.tracking_code == code)).scalar_one_or_none()
        if source is None:
            return None, None
        return str(source), self._host.hooks.find_paper(tx, PaperSought(today, case=str(source)))

    def cite(self, work: Work, given: Json) -> Work:
        """Somebody names a paper that the mall issues; a case that waited for nothing else goes on by itself."""
        attachments.authorise(work.service_type, work.case, work.actor, prerequisites.CITE)
        values = dict(given) if isinstance(given, Mapping) else {}
        data, wrong = validate_form(prerequisites.CITE_FIELDS, values, work.form_context(), "data")
        if wrong:
            raise invalid(*wrong)
        holder = Holder.of(work.record.applicant, work.record.person)

        def find(requirement: Requirement) -> Paper:
            try:
                return self.find(work.tx, requirement, json_values.text(data, "paper"), holder, work.today)
            except PaperRefused as refused:
                raise invalid(FieldError("data.paper", refused.code)) from refused

        entry = prerequisites.cite(
            work.service_type, work.case, work.actor, json_values.text(data, "requirement"), find, work.now
        )
        return go_on(recorder.record(work, entry, "updated"))

    def look_again(self, work: Work) -> Work:
        """Before somebody acts on a case: papers of other services that do not hold any more are lost to it, also
        those that time has ended since."""
        for requirement, known in work.case.papers.items():
            reason = self.elsewhere.ended(work.tx, known, work.today)
            if reason is not None:
                news = Announcement(LOST, document=known.document, reason=reason)
                work = _tell(work.by(SYSTEM), requirement, news).by(work.actor)
        return work

    # ------------------------------------------------------------------ hearing of one

    def heard(self, tx: Connection, event: Event) -> None:
        """Take in what an event says of a paper: on each case that named it, once."""
        news = announced(event)
        if news is None:
            return
        _lock(tx, {news.source, news.document, news.supersedes})
        cause = Cause(SYSTEM, self._host.clock.now(), event.correlationid, event.id)
        for case_id, requirement in _naming(tx, news):
            record = case_rows.find(tx, id_=case_id, lock=True)
            if record is not None and record.finished_at is None:
                _tell(work_on(self._host, tx, record, cause), requirement, news)

    def told_elsewhere(self, tx: Connection, event: Event) -> None:
        """Take in what another service tells of a paper, where one of its service types is needed here; the newest
        that was told stands. Raises ForeignPaper where a service tells of what another one issues."""
        copy = copies.told(event)
        if copy.service not in self.elsewhere.needed(tx) and not copies.asked_for(tx, copy.service):
            return
        issuer = self.elsewhere.issuer(copy.service)
        if issuer is None or issuer.name != copy.issuer:
            raise ForeignPaper("papers of this service type are issued by another service")
        replaced = optional_text(event.data, "supersedes")
        former = None if replaced is None else copies.numbered(tx, copy.issuer, copy.service, replaced)
        place_of = None if former is None else former.paper
        _lock(tx, {copy.tracking_code, copy.paper, place_of})
        if copies.keep(tx, copy):
            self._pass_on(tx, copy, place_of, Cause(SYSTEM, self._host.clock.now(), event.correlationid, event.id))

    def run_out(self, most: int = BATCH) -> bool:
        """Papers of other services whose last day is over are lost to the cases that have them; whether there may be
        more at once. Raises DatabaseAway."""
        now = self._host.clock.now()
        today, database = self._host.today(now), self._host.database
        with database.transaction() as tx:
            over = copies.run_out(tx, today, most)
        for copy in over:
            with database.transaction() as tx:
                _lock(tx, {copy.tracking_code, copy.paper})
                if copies.expire(tx, copy, today):
                    expired = replace(copy, status=copies.EXPIRED)
                    self._pass_on(tx, expired, None, Cause(SYSTEM, now, new_id()))
        return len(over) == most

    def _pass_on(self, tx: Connection, copy: Copy, place_of: str | None, cause: Cause) -> None:
        """To each open case that has the paper, or the one whose place it takes, or waits for it."""
        today = self._host.today(cause.now)
        for case_id, requirement in _having(tx, copy, place_of):
            record = case_rows.find(tx, id_=case_id, lock=True)
            if record is None or record.finished_at is not None:
                continue
            work = work_on(self._host, tx, record, cause)
            known = work.case.papers[requirement]
            mine = self.elsewhere.may_have(copy, Holder.of(record.applicant, record.person))
            news = copies.news(copy, known, place_of, today, mine=mine)
            if news is not None:
                _tell(work, requirement, news)


def _tell(work: Work, requirement: str, news: Announcement) -> Work:
    """The work with what its case learned of a paper, and did then."""
    known = work.case.papers[requirement]
    if news.status == THERE:
        paper = prerequisites.issued(known, news.document, str(news.number))
    elif news.status == FAILED:
        paper = prerequisites.failed(known, str(news.reason))
    else:
        paper = prerequisites.lost(known, str(news.reason))
    entry = prerequisites.news(work.service_type, work.case, requirement, paper, work.now)
    if entry is None:
        return work
    after = recorder.record(work, entry, "updated")
    return go_on(after) if paper.status == THERE else after


def go_on(work: Work) -> Work:
    """The case, which waited for nothing but a paper of the mall and has gone on by itself, where the catalogue says so
    and nothing holds it up: whoever ends what did asks again."""
    service_type, case = work.service_type, work.case
    open_codes = {task.code for task in case.open_tasks}
    tasks = service_type.states[case.state].tasks if case.state in service_type.states else ()
    code = next((t.on_complete for t in tasks if t.on_complete and t.code in open_codes), None)
    waits = case.held is not None or case.signing is not None
    if code is None or waits or service_type.missing(case.ticks, case.data):
        return work
    try:
        with work.tx.begin_nested():
            return taking.take(work.by(SYSTEM), workflow.find_action(service_type, code), note=NOTE_COMPLETE)
    except Refused as refused:
        log.warning("papers.refused", case=case.id, action=code, code=refused.code)
        return work


def _naming(tx: Connection, news: Announcement) -> list[tuple[str, str]]:
    """The cases that named the paper, with the requirement, in the order in which cases are locked."""
    documents = [found for found in (news.document, news.supersedes) if found is not None]
    wanted: list[ColumnElement[bool]] = [named_papers.c.document.in_(documents)] if documents else []
    if news.source is not None:
        wanted.append(named_papers.c.source == news.source)
    query = select(named_papers.c.case_id, named_papers.c.requirement).where(or_(*wanted))
    rows = tx.execute(query.order_by(named_papers.c.case_id, named_papers.c.requirement)).all()
    return [(str(row.case_id), str(row.requirement)) for row in rows]


def _having(tx: Connection, copy: Copy, place_of: str | None) -> list[tuple[str, str]]:
    """The same for the paper of another service."""
    documents = [copy.paper] if place_of is None else [copy.paper, place_of]
    wanted = or_(named_papers.c.document.in_(documents), named_papers.c.tracking_code == copy.tracking_code)
    query = select(named_papers.c.case_id, named_papers.c.requirement).where(wanted)
    rows = tx.execute(query.order_by(named_papers.c.case_id, named_papers.c.requirement)).all()
    return [(str(row.case_id), str(row.requirement)) for row in rows]


def _lock(tx: Connection, keys: set[str | None]) -> None:
    for key in sorted(key for key in keys if key is not None):
        tx.execute(_LOCK, {"key": f"paper:{key}"})

"""Handing out a paper that was issued, and what the gateway asks to finish those that were not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from mpp.cases.papers import rows
from mpp.cases.papers.rows import AWAITING, PaperRow
from mpp.cases.recording.command import read_id, visible, who
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import case_rows
from mpp.cases.storage.paper_table import papers
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline

PAGE = 100


class PaperReading:
    """The reads of the papers of one case service."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def read(
        self, actor: Actor | None, secret: str | None, paper_id: str, deadline: Deadline, correlation_id: str
    ) -> PaperRow:
        """A paper, to whom its case is visible; the audit trail says who read it.

        Raises Refused 404; to an applicant also for one that is not issued, and 409 `paper_not_in_force` for one that
        the register has ended.
        """
        with self._host.database.transaction(deadline) as tx:
            paper = self.find(tx, paper_id)
            reader = who(tx, self._host.secrets, actor, secret, paper.case_id)
            visible(case_rows.find(tx, id_=paper.case_id), reader, self._host.offices)
            if reader.is_applicant:
                self._check_applicant(tx, paper)
            trail.record(
                tx,
                at=self._host.clock.now(),
                actor=reader,
                office=reader.office_for(*CASE_ROLES),
                action="read_paper",
                case_id=paper.case_id,
                details={"paper": paper.id, "status": paper.status, "copy": paper.signed is not None},
                correlation_id=correlation_id,
                chained=False,  # it changes nothing, and so takes no lock of the case
            )
            return paper

    def _check_applicant(self, tx: Connection, paper: PaperRow) -> None:
        if not paper.issued:
            raise not_found()
        ended = paper.number is not None and self._host.hooks.in_force(tx, paper.number, self._today) is False
        if ended or paper.superseded_by is not None:
            raise Refused(409, "paper_not_in_force")

    def snapshot(self, paper_id: str, deadline: Deadline) -> PaperRow:
        """A paper with what is printed on it. Raises Refused 404."""
        with self._host.database.alone(deadline) as tx:
            return self.find(tx, paper_id)

    def awaiting(self, after: str | None, limit: int | None, deadline: Deadline) -> Sequence[PaperRow]:
        """A page of the papers that wait for their signature, oldest first, from the one behind `after` on."""
        wanted = [papers.c.status == AWAITING]
        if after is not None:
            wanted.append(papers.c.id > read_id(after))
        with self._host.database.transaction(deadline) as tx:
            return rows.where(tx, *wanted, most=page_of(limit))

    def find(self, tx: Connection, paper_id: str) -> PaperRow:
        """The paper of this id. Raises Refused 404."""
        found = rows.find(tx, paper_id)
        if found is None:
            raise not_found()
        return found

    @property
    def _today(self) -> date:
        return self._host.today(self._host.clock.now())


def page_of(limit: int | None) -> int:
    """The size of a page. Raises Refused 422."""
    if limit is not None and not 1 <= limit <= PAGE:
        raise invalid(FieldError("limit", "out_of_range", {"min": 1, "max": PAGE}))
    return limit or PAGE

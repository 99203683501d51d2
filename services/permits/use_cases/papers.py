"""A permit as a paper: one that another application needs, or one that is being signed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from mpp.cases.papers import rows
from mpp.cases.papers.rows import PaperRow
from mpp.cases.recording.holders import Holder
from mpp.cases.recording.hooks import IssuedPaper, PaperSought
from mpp.json_values import JsonObject
from services.permits.domain.permit import IN_FORCE, SUPERSEDED, Permit
from services.permits.tables import permits
from services.permits.use_cases import register


def find_paper(tx: Connection, sought: PaperSought) -> IssuedPaper | None:
    """The permit of this case, number or verification code; of a case the newest, where it was corrected."""
    query = select(permits)
    if sought.case is not None:
        query = query.where(permits.c.case_id == sought.case, permits.c.status != SUPERSEDED)
    elif sought.verification is not None:
        query = query.where(permits.c.verification == sought.verification)
    else:
        query = query.where(permits.c.number == sought.number)
    row = tx.execute(query.order_by(permits.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    permit = register.permit_of(row)
    return IssuedPaper(
        service=permit.service,
        case=permit.case_id,
        document=permit.id,
        number=permit.number,
        holder=Holder.of(permit.holder, permit.person),
        status=permit.status_on(sought.today),
        until=permit.valid_until,
    )


def in_force(tx: Connection, number: str, today: date) -> bool | None:
    """Whether the permit of this number holds, though it may be suspended."""
    row = tx.execute(select(permits).where(permits.c.number == number)).first()
    return None if row is None else register.permit_of(row).status_on(today) in IN_FORCE


CORRECT = "correct"  # what makes the paper of a correction


def in_place_of(permit_id: str) -> str:
    """What a paper claims that is to take the place of a permit."""
    return f"permit:{permit_id}"


def being_corrected(tx: Connection, permit: Permit) -> JsonObject | None:
    """The correction of a permit that waits for its signed paper; until then the permit holds as it is."""
    found = rows.claimed(tx, in_place_of(permit.id)) if permit.status in IN_FORCE else []
    paper = next((each for each in found if each.action == CORRECT), None)
    return None if paper is None else signing_body(paper)


def signing_body(paper: PaperRow) -> JsonObject:
    """As a permit shows the correction of it."""
    since = paper.prepared_at.isoformat()
    of_paper = {"paper": paper.id, "papers": [paper.id], "action": paper.action, "adapter": paper.adapter}
    return {**of_paper, "since": since, "failure": paper.failure}

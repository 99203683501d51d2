"""A case that ends without the paper that somebody may wait for: the other services are told that none will come."""

from __future__ import annotations

from sqlalchemy import select

from mpp.cases.recording.holders import Holder
from mpp.cases.recording.work import Work
from mpp.cases.storage.paper_table import papers
from mpp.casework.rules.built_in import WITHDRAWN
from mpp.casework.rules.paper import SHARED_KINDS
from mpp.casework.rules.prerequisites import issues_papers
from mpp.casework.rules.workflow import DEEMED_GRANTED
from mpp.json_values import JsonObject


def tell(after: Work) -> None:
    """Of a case that has just ended; nothing where its service tells of no papers, or where it has brought one. An
    upheld objection may still bring it, which is then told as of any other."""
    host, case = after.host, after.case
    newest = host.newest(case.service)
    if not host.definition.shares_papers or newest is None or not issues_papers(newest):
        return
    if case.number is not None or DEEMED_GRANTED in case.data:
        return
    made = select(papers.c.id).where(papers.c.case_id == case.id, papers.c.sha256.is_not(None))
    if after.tx.execute(made.where(papers.c.kind.in_(SHARED_KINDS)).limit(1)).first() is not None:
        return
    holder = Holder.of(after.record.applicant, after.record.person)
    data: JsonObject = {
        "service": case.service,
        "number": None,
        "verification": None,
        "tracking_code": after.record.tracking_code,
        "holder": holder.key(after.runtime.person_key),
        "status": "withdrawn" if case.state == WITHDRAWN else "rejected",
        "until": None,
        "supersedes": None,
    }
    after.emit(f"{after.service}.paper.ended.v1", case.id, case.version, data)

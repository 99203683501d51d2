"""What is shown with a case and stands in other tables than its own: read at once, before a number is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from mpp.cases.papers import rows
from mpp.cases.papers.rows import PaperRow
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.document_rows import list_of
from mpp.casework.case.document import Document
from mpp.casework.rules.service_type import ServiceType
from mpp.json_values import JsonObject


@dataclass(frozen=True)
class Beside:
    """The documents and papers of a case, and what its service adds to its body."""

    documents: Sequence[Document]
    papers: Sequence[PaperRow]
    extra: JsonObject


def read(tx: Connection, host: CaseHost, service_type: ServiceType, record: Record) -> Beside:
    """As they are now."""
    documents = list_of(tx, record.case.id) if service_type.requirements else []
    papers = rows.of_case(tx, record.case.id) if _may_have_papers(host.newest(record.case.service)) else []
    return Beside(documents, papers, host.hooks.extra(tx, record))


def _may_have_papers(newest: ServiceType | None) -> bool:
    """A look that most cases can do without, as long as their service type names no paper."""
    if newest is None or newest.deemed_paper is not None:
        return True
    return any(action.papers for action in newest.actions.values())

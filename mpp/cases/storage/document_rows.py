"""The documents of a case as rows."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from mpp.cases.storage.tables import documents
from mpp.casework.case.document import Document
from mpp.persistence import pipelined

_OF_CASE = select(documents).where(documents.c.case_id == bindparam("of_case")).order_by(documents.c.id)


def list_of(tx: Connection, case_id: str) -> list[Document]:
    """The documents of a case, oldest first."""
    rows = pipelined.now(tx, _OF_CASE, {"of_case": case_id})
    return [
        Document(r.id, r.requirement, r.name, r.media_type, r.size, r.uploaded_at, r.uploaded_by, r.sha256)
        for r in rows
    ]

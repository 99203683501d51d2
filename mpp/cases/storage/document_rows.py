"""The documents of a case as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from mpp.cases.storage.tables import documents
from mpp.json_values import JsonObject


@dataclass(frozen=True)
class Document:
    """A file that was handed in against a requirement; the gateway keeps its content by the hash."""

    id: str
    requirement: str
    name: str
    media_type: str
    size: int
    uploaded_at: datetime
    uploaded_by: str
    sha256: str

    def to_json(self) -> JsonObject:
        """As a case shows it."""
        return {
            "id": self.id,
            "requirement": self.requirement,
            "name": self.name,
            "type": self.media_type,
            "size": self.size,
            "uploaded_at": self.uploaded_at.isoformat(),
            "by": self.uploaded_by,
            "sha256": self.sha256,
        }


def list_of(tx: Connection, case_id: str) -> list[Document]:
    """The documents of a case, oldest first."""
    rows = tx.execute(select(documents).where(documents.c.case_id == case_id).order_by(documents.c.id))
    return [
        Document(r.id, r.requirement, r.name, r.media_type, r.size, r.uploaded_at, r.uploaded_by, r.sha256)
        for r in rows
    ]

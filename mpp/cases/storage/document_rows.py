"""The documents of a case as rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from mpp.cases.storage.tables import documents


def list_of(tx: Connection, case_id: str) -> list[dict[str, Any]]:
    """The documents of a case, oldest first, as a case shows them."""
    rows = tx.execute(select(documents).where(documents.c.case_id == case_id).order_by(documents.c.id))
    return [
        {
            "id": row.id,
            "requirement": row.requirement,
            "name": row.name,
            "type": row.media_type,
            "size": row.size,
            "uploaded_at": row.uploaded_at.isoformat(),
            "by": row.uploaded_by,
            "sha256": row.sha256,
        }
        for row in rows
    ]

"""A document of a case: a file that was handed in against a requirement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mpp.json_values import JsonObject, moment, text, whole


@dataclass(frozen=True)
class Document:
    """The gateway keeps the content by its hash; `uploaded_by` is an account, or the applicant; `size` in bytes."""

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

    @classmethod
    def from_json(cls, found: JsonObject) -> Document:
        """The inverse of `to_json`. Raises ValueError."""
        return cls(
            id=text(found, "id"),
            requirement=text(found, "requirement"),
            name=text(found, "name"),
            media_type=text(found, "type"),
            size=whole(found, "size"),
            uploaded_at=moment(found, "uploaded_at"),
            uploaded_by=text(found, "by"),
            sha256=text(found, "sha256"),
        )

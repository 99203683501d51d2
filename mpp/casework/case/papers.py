"""A paper that the mall itself issues, as a case that needs it knows it. The rules: `casework.rules.prerequisites`."""

from __future__ import annotations

from dataclasses import dataclass

from mpp import json_values
from mpp.json_values import JsonObject

AWAITED = "awaited"  # it is applied for, and not decided
THERE = "there"  # it was issued and holds: the requirement is fulfilled
FAILED = "failed"  # its application was refused or withdrawn (an upheld objection may still bring it)
LOST = "lost"  # it was issued, and no longer holds: the requirement is open again


@dataclass(frozen=True)
class Paper:
    """`service` issues it; `source` is the case that it comes from (None: one of another service, of which this one
    knows nothing but its tracking code), `document` the record that was issued (a permit, or the paper of another
    service), `reason` the coded reason why it failed or was lost. Nothing here is about a person."""

    service: str
    status: str
    source: str | None
    tracking_code: str
    document: str | None = None
    number: str | None = None
    reason: str | None = None

    def to_json(self) -> JsonObject:
        """As it is stored and shown."""
        return {
            "service": self.service,
            "status": self.status,
            "source": self.source,
            "tracking_code": self.tracking_code,
            "document": self.document,
            "number": self.number,
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, stored: JsonObject) -> Paper:
        """ValueError for an object that `to_json` could not have made."""
        return cls(
            json_values.text(stored, "service"),
            json_values.text(stored, "status"),
            json_values.optional_text(stored, "source"),
            json_values.text(stored, "tracking_code"),
            json_values.optional_text(stored, "document"),
            json_values.optional_text(stored, "number"),
            json_values.optional_text(stored, "reason"),
        )

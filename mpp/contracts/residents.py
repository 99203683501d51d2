"""What the register of residents answers to a counter: the call that civil registration alone takes.

Like the calls of the permit register it is a contract: one service answers it and another calls it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mpp.json_values import JsonObject, text
from mpp.messaging.calls.common import Shown, body_of
from mpp.messaging.calls.methods import Method

LOOKUP_ROLES = ("clerk", "verifier")  # who writes down persons, and who checks what was written


@dataclass(frozen=True)
class ResidentAsked:
    """Whose entry, and for what: the code of the service type that the person has come for."""

    nik: str = field(repr=False)
    purpose: str

    def to_json(self) -> JsonObject:
        return {"body": {"nik": self.nik, "purpose": self.purpose}}

    @classmethod
    def from_json(cls, request: JsonObject) -> ResidentAsked:
        return cls.of(body_of(request))

    @classmethod
    def of(cls, body: JsonObject) -> ResidentAsked:
        """The question in the body of a request. Raises ValueError."""
        return cls(text(body, "nik"), text(body, "purpose"))


LOOK_UP_RESIDENT = Method("look_up_resident", ResidentAsked, Shown)

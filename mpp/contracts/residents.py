"""What the register of residents answers to a counter and to the privacy officer: calls that civil registration takes.

Like the calls of the permit register it is a contract: one service answers it and another calls it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mpp.casework.access.actors import PRIVACY_ROLE
from mpp.json_values import JsonObject, text
from mpp.messaging.calls.common import Nothing, Shown, body_of
from mpp.messaging.calls.methods import Method

LOOKUP_ROLES = ("clerk", "verifier")  # who writes down persons, and who checks what was written
WATCHING_ROLES = (PRIVACY_ROLE,)


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


@dataclass(frozen=True)
class FamilyAsked:
    """Which family card, and for what: the code of the service type that somebody of it has come for."""

    family_card: str = field(repr=False)
    purpose: str

    def to_json(self) -> JsonObject:
        return {"body": {"family_card": self.family_card, "purpose": self.purpose}}

    @classmethod
    def from_json(cls, request: JsonObject) -> FamilyAsked:
        return cls.of(body_of(request))

    @classmethod
    def of(cls, body: JsonObject) -> FamilyAsked:
        """The question in the body of a request. Raises ValueError."""
        return cls(text(body, "family_card"), text(body, "purpose"))


@dataclass(frozen=True)
class LooksAsked:
    """Whose looks the privacy officer wants to see, and why."""

    nik: str = field(repr=False)
    reason: str = field(repr=False)

    def to_json(self) -> JsonObject:
        return {"body": {"nik": self.nik, "reason": self.reason}}

    @classmethod
    def from_json(cls, request: JsonObject) -> LooksAsked:
        return cls.of(body_of(request))

    @classmethod
    def of(cls, body: JsonObject) -> LooksAsked:
        """The question in the body of a request. Raises ValueError."""
        return cls(text(body, "nik"), text(body, "reason"))


LOOK_UP_RESIDENT = Method("look_up_resident", ResidentAsked, Shown)
LOOK_UP_FAMILY = Method("look_up_family", FamilyAsked, Shown)
LOOKS_AT = Method("looks_at", LooksAsked, Shown)
LOOK_ALARMS = Method("look_alarms", Nothing, Shown)

"""What is sent with a call about the satisfaction survey."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from mpp.json_values import JsonObject, text
from mpp.messaging.calls.common import body_of, params_of


@dataclass(frozen=True)
class OneTimeCode:
    """The code in a one-time address."""

    code: str = field(repr=False)

    def to_json(self) -> JsonObject:
        return {"params": {"code": self.code}}

    @classmethod
    def from_json(cls, request: JsonObject) -> OneTimeCode:
        return cls(text(params_of(request), "code"))


@dataclass(frozen=True)
class Answered:
    """What somebody answers by a one-time code: `answers` by element; `channel`, `questionnaire` where told."""

    code: str = field(repr=False)
    body: JsonObject = field(repr=False)

    def to_json(self) -> JsonObject:
        return {"params": {"code": self.code}, "body": self.body}

    @classmethod
    def from_json(cls, request: JsonObject) -> Answered:
        return cls(text(params_of(request), "code"), body_of(request))


@dataclass(frozen=True)
class OfMonth:
    """A month, by its first day."""

    month: date

    def to_json(self) -> JsonObject:
        return {"params": {"month": self.month.isoformat()}}

    @classmethod
    def from_json(cls, request: JsonObject) -> OfMonth:
        return cls(date.fromisoformat(text(params_of(request), "month")).replace(day=1))

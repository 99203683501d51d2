"""What is sent with a call of an operator about the events of a service, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mpp.json_values import JsonObject, iso, mapping, moment, optional_moment, optional_text, optional_whole
from mpp.messaging.calls.common import body_of, given, shown
from mpp.messaging.reconciling.digests import Digest
from mpp.messaging.reconciling.spans import Span


@dataclass(frozen=True)
class Resending:
    """Which events: made from `since` on, before `until` (None: up to now), of one type or a prefix with `.*`.

    `after` is the `next` of the answer before.
    """

    since: datetime
    until: datetime | None = None
    type: str | None = None
    after: int | None = None

    def to_json(self) -> JsonObject:
        until = iso(self.until)
        return {"body": given(since=self.since.isoformat(), until=until, type=self.type, after=self.after)}

    @classmethod
    def from_json(cls, request: JsonObject) -> Resending:
        body = body_of(request)
        until, kind = optional_moment(body, "until"), optional_text(body, "type")
        return cls(moment(body, "since"), until, kind, optional_whole(body, "after"))


@dataclass(frozen=True)
class Within:
    """A span of time."""

    span: Span

    def to_json(self) -> JsonObject:
        return {"body": self.span.to_json()}

    @classmethod
    def from_json(cls, request: JsonObject) -> Within:
        return cls(Span.from_json(body_of(request)))


@dataclass(frozen=True)
class ToldAndHeard:
    """What a service has told and heard within it."""

    digest: Digest

    def to_json(self) -> JsonObject:
        return shown(self.digest.to_json())

    @classmethod
    def from_json(cls, found: JsonObject) -> ToldAndHeard:
        return cls(Digest.from_json(mapping(found, "body")))

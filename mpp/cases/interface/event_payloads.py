"""What is sent with a call of an operator about the events of a service, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mpp.json_values import JsonObject, iso, moment, optional_moment, optional_text, optional_whole
from mpp.messaging.calls.common import body_of, given


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

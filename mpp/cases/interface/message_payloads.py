"""What is sent with calls about messages to citizens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mpp.json_values import JsonObject, moment, optional_text, text, whole
from mpp.messaging.calls.common import given, params_of


@dataclass(frozen=True)
class MessageReport:
    """What a provider says of a message that went over its channel."""

    id: str
    channel: str
    status: str
    provider_id: str | None = None

    def to_json(self) -> JsonObject:
        known = given(provider_id=self.provider_id)
        return {"params": {"id": self.id, "channel": self.channel, "status": self.status, **known}}

    @classmethod
    def from_json(cls, request: JsonObject) -> MessageReport:
        params = params_of(request)
        status, provider_id = text(params, "status"), optional_text(params, "provider_id")
        return cls(text(params, "id"), text(params, "channel"), status, provider_id)


@dataclass(frozen=True)
class CallListPage:
    """The lines of the call list after this one; `office`: of one office alone."""

    limit: int
    office: str | None = None
    since: datetime | None = None
    after: str | None = None

    def to_json(self) -> JsonObject:
        since = None if self.since is None else self.since.isoformat()
        return {"params": given(limit=self.limit, office=self.office, since=since, after=self.after)}

    @classmethod
    def from_json(cls, request: JsonObject) -> CallListPage:
        params = params_of(request)
        since = moment(params, "since") if "since" in params else None
        return cls(whole(params, "limit"), optional_text(params, "office"), since, optional_text(params, "after"))


@dataclass(frozen=True)
class MessagesAfter:
    """All messages after this id; None: all."""

    after: str | None = None

    def to_json(self) -> JsonObject:
        return {"params": given(after=self.after)}

    @classmethod
    def from_json(cls, request: JsonObject) -> MessagesAfter:
        return cls(optional_text(params_of(request), "after"))


@dataclass(frozen=True)
class MessagesIn:
    """The messages in one state, after this id."""

    state: str
    after: str | None = None

    def to_json(self) -> JsonObject:
        return {"params": given(state=self.state, after=self.after)}

    @classmethod
    def from_json(cls, request: JsonObject) -> MessagesIn:
        params = params_of(request)
        return cls(text(params, "state"), optional_text(params, "after"))

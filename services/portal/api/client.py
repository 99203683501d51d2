"""What pages ask of the mall, for one visitor: JSON in, JSON out; a refusal is an exception in the mall's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from services.portal.api.calls import Answer, Away, Call, Interface, JsonObject, Stream, Visitor

BASE = "/api/v1"
PDF = "application/pdf"
_AWAY = (502, 503, 504)  # of the mall, or of a proxy before it, which says nothing more


@dataclass(frozen=True)
class Wrong:
    """One field that cannot stand: its dotted path, and what is the matter in the reader's language."""

    field: str
    code: str
    message: str


class Refusal(Exception):
    """The mall said no; `title` and `detail` are in the reader's language."""

    def __init__(self, status: int, told: JsonObject, retry_after: str | None = None) -> None:
        super().__init__(str(told.get("code", status)))
        self.status = status
        self.code = str(told.get("code", ""))
        self.title = str(told.get("title", ""))
        self.detail = str(told.get("detail", ""))
        self.retry_after = retry_after
        self.wrong = [
            Wrong(str(each.get("field", "")), str(each.get("code", "")), str(each.get("message", "")))
            for each in told.get("errors", [])
        ]


@dataclass(frozen=True)
class Reply:
    """An answer that is a success; `version` is what a change of it must name."""

    body: JsonObject
    version: str | None = None
    replayed: bool = False


@dataclass(frozen=True)
class Mall:
    """The mall as one visitor may ask it: with a token, with the secret of a case, or as anybody."""

    interface: Interface
    visitor: Visitor = Visitor()
    language: str = "id"
    token: str | None = field(default=None, repr=False)
    counter: str | None = None  # at which the clerk sits
    office: str | None = None  # where an account of several works now

    def get(self, path: str, query: Mapping[str, str | None] | None = None, *, secret: str | None = None) -> Reply:
        """Read. Raises Refusal, Away."""
        return _reply(self._send("GET", path, query=query, secret=secret))

    def post(
        self,
        path: str,
        body: JsonObject,
        *,
        key: str | None = None,
        version: str | None = None,
        secret: str | None = None,
        method: str = "POST",
    ) -> Reply:
        """Command. With the `key` of a command that was carried out it is answered, not done again."""
        headers = {"Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return _reply(self._send(method, path, headers=headers, body=json.dumps(body).encode(), secret=secret))

    def form(self, path: str, fields: Mapping[str, str]) -> Reply:
        """A form, as OAuth2 wants it."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return _reply(self._send("POST", path, headers=headers, body=urlencode(dict(fields)).encode()))

    def upload(
        self,
        path: str,
        query: Mapping[str, str],
        media: str,
        stream: Stream,
        *,
        key: str,
        version: str | None = None,
        secret: str | None = None,
    ) -> Reply:
        """A file, passed on while it arrives; `media` is that of the body."""
        headers = {"Content-Type": media, "Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return _reply(self._send("POST", path, query=query, headers=headers, stream=stream, secret=secret))

    def file(
        self,
        path: str,
        query: Mapping[str, str | None] | None = None,
        *,
        media: str = PDF,
        secret: str | None = None,
    ) -> Answer:
        """A file of this media type."""
        answer = self._send("GET", path, query=query, headers={"Accept": media}, secret=secret)
        _reply(answer)
        return answer

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | None] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        stream: Stream | None = None,
        secret: str | None = None,
    ) -> Answer:
        told: dict[str, str] = {"Accept-Language": self.language, **(headers or {})}
        if self.token is not None:
            told["Authorization"] = f"Bearer {self.token}"
            if self.counter:
                told["X-Counter"] = self.counter
            if self.office:
                told["X-Office"] = self.office
        if secret is not None:
            told["X-Tracking-Secret"] = secret
        asked = {name: value for name, value in (query or {}).items() if value}
        call = Call(method, BASE + path, asked, told, body, stream, self.visitor)
        answer = self.interface.send(call)
        if answer.status in _AWAY and answer.json().get("code") in (None, "", "service_unavailable"):
            raise Away
        return answer


def _reply(answer: Answer) -> Reply:
    if answer.status >= 400:  # noqa: PLR2004
        raise Refusal(answer.status, answer.json(), answer.headers.get("retry-after"))
    is_json = "json" in answer.headers.get("content-type", "")
    tag = answer.headers.get("etag", "").strip('"')
    return Reply(answer.json() if is_json else {}, tag or None, "idempotency-replayed" in answer.headers)

"""SMS and WhatsApp by a provider that takes JSON over HTTP.

POST `url`: {"id", "to", "text", "language", "template"?, "values"?}, with `Idempotency-Key: <id>` and a bearer token.
2xx with an object is "taken"; its `id` is the provider's own. GET `ask` with our id in it:
{"status": "accepted" | "delivered" | "undelivered"}, or 404.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field

from mpp import json_text
from mpp.json_values import Json, JsonObject
from mpp.messages.book import HttpChannel
from mpp.messages.channels.port import Failed, NeverSeen, NotTaken, Outcome, Outgoing, Taken
from mpp.outgoing import Answered, Limits, Unanswered, exchange

CONNECT, WHOLE = 5.0, 15.0  # seconds: to be reached, and for one answer as a whole
LARGEST = 64 * 1024  # bytes of an answer
UNDELIVERED = "undelivered"
# 4xx that say nothing of the person: come back, or the mall's own settings are wrong
_LATER = {401: "provider_credentials", 403: "provider_credentials", 404: "provider_address", 408: "provider_away"}
_LATER |= {405: "provider_address", 425: "provider_away", 429: "provider_busy"}
_ID = re.compile(r"[\x21-\x7e]{1,128}")


@dataclass
class HttpProvider:
    """One provider."""

    name: str
    settings: HttpChannel
    token: str | None = field(default=None, repr=False)
    connect: float = CONNECT
    whole: float = WHOLE

    def __post_init__(self) -> None:
        logging.getLogger("urllib3").setLevel(logging.WARNING)  # it would tell addresses
        self.can_tell = self.settings.ask is not None

    def send(self, message: Outgoing) -> Outcome:
        words = message.words
        body: dict[str, Json] = {"id": message.id, "to": message.to, "text": words.text, "language": message.language}
        if words.approved is not None:
            body |= {"template": words.approved, "values": dict(words.values or {})}
        answer = self._asked("POST", self.settings.url, message.id, body)
        if isinstance(answer, Failed):
            return answer
        if 200 <= answer.status < 300:
            return _taken(answer.told())
        if answer.status == 409:  # it has this id already
            return Taken(_provider_id(answer.told() or {}))
        if answer.status in _LATER:
            return Failed(_LATER[answer.status], maybe_sent=False)
        if 400 <= answer.status < 500:
            return NotTaken("refused")
        return Failed("provider_failed", maybe_sent=True)

    def ask(self, id_: str) -> Taken | NotTaken | NeverSeen | Failed:
        assert self.settings.ask is not None
        answer = self._asked("GET", self.settings.ask.replace("{id}", id_), id_)
        if isinstance(answer, Failed):
            return answer
        if answer.status == 404:
            return NeverSeen()
        told = answer.told() if answer.status == 200 else None
        if told is None:
            return Failed("provider_failed", maybe_sent=True)
        status = told.get("status")
        if status == UNDELIVERED:
            return NotTaken("undelivered")
        if status not in ("accepted", "delivered"):
            return Failed("provider_answer", maybe_sent=True)
        return Taken(_provider_id(told), arrived=status == "delivered")

    def _asked(self, method: str, url: str, id_: str, body: JsonObject | None = None) -> Answered | Failed:
        """The answer, or why there is none."""
        headers = {"Idempotency-Key": id_, "Content-Type": "application/json"}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json_text.write(body)
        found = exchange(method, url, Limits(self.connect, self.whole, LARGEST), headers=headers, data=data)
        match found:
            case Answered():
                return found
            case Unanswered(begun=True):
                return Failed("provider_answer", maybe_sent=True)
            case Unanswered(sent=sent):
                return Failed("provider_silent" if sent else "provider_away", maybe_sent=sent)


def _taken(told: JsonObject | None) -> Outcome:
    """What cannot be read may have been sent all the same."""
    return Failed("provider_answer", maybe_sent=True) if told is None else Taken(_provider_id(told))


def _provider_id(told: JsonObject) -> str | None:
    found = told.get("id")
    return found if isinstance(found, str) and _ID.fullmatch(found) else None

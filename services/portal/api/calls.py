"""One request to the interface, and what came back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Visitor:
    """For whom the portal asks: the interface counts guesses by address, and prints the address of the mall."""

    address: str = "unknown"
    forwarded: str = ""  # what proxies before the portal said, as it came
    host: str = "localhost"
    scheme: str = "http"


@dataclass(frozen=True)
class Call:
    """One request; `path` is below the address of the mall."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    visitor: Visitor = Visitor()


@dataclass(frozen=True)
class Answer:
    """What came back; the names of `headers` are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> JsonObject:
        """The body as an object; empty where it is none."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Away(Exception):
    """The mall cannot be reached: nobody knows whether a command was carried out."""


class Interface(Protocol):
    """Carries calls to the interface. Raises Away."""

    def send(self, call: Call) -> Answer: ...

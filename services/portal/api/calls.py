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


class Source(Protocol):
    """What reads on: at most so many bytes, b"" at the end."""

    def read(self, size: int, /) -> bytes: ...


@dataclass
class Stream:
    """A body that is passed on while it arrives: what was read of it already, then the rest; `length` bytes in all."""

    begun: bytes = field(repr=False)
    rest: Source = field(repr=False)
    length: int

    def __post_init__(self) -> None:
        self._left = self.length

    def read(self, size: int = 65_536) -> bytes:
        """The next bytes; b"" at the end, also where the sender stopped before it."""
        wanted = min(size if size >= 0 else 65_536, self._left)
        if self.begun:
            part, self.begun = self.begun[:wanted], self.begun[wanted:]
        else:
            part = self.rest.read(wanted) if wanted else b""
        self._left -= len(part)
        return part


@dataclass(frozen=True)
class Call:
    """One request; `path` is below the address of the mall."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    stream: Stream | None = None  # in the place of `body`
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

"""The pages of the mall: what people see in a browser. They stand on the HTTP interface alone.

Whoever has pages announces them by an entry point of the group `mpp.pages`. They get no database, no broker and no
right of their own: whatever they show or do, the interface has answered to the person who asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment


@dataclass(frozen=True)
class PagesSettings:
    """What pages are told: 32 bytes that seal the session cookies, how many trusted proxies stand in front of them,
    where citizens reach the mall (None: where a request came to), and how many bytes one document may have."""

    key: bytes = field(repr=False)
    proxies: int = 0
    public_url: str | None = None
    upload_max_bytes: int = 10 * 2**20


class Inside(Protocol):
    """Makes the pages of a process that has the interface itself; `interface` is called as a server would call it."""

    def __call__(self, interface: WSGIApplication, settings: PagesSettings, /) -> WSGIApplication: ...


class Apart(Protocol):
    """Serves the pages in a process of their own until SIGTERM; `interface` is the address of the mall."""

    def __call__(self, interface: str, settings: PagesSettings, bind: str, port: int, /) -> None: ...


@dataclass(frozen=True)
class PagesDefinition:
    """Pages in their own words; a text of the form "module:name" is imported only where it is needed."""

    name: str
    inside: str  # an `Inside`
    apart: str  # an `Apart`
    instead: tuple[str, ...] = ()  # addresses of which the interface has a plain page, for a mall without pages
    uploads: str | None = None  # a pattern of the addresses that take a file: they read the body by themselves


def pages() -> PagesDefinition | None:
    """The pages that are installed: one mall has one address `/`, so there is one of them, or none."""
    found: list[PagesDefinition] = [entry.load() for entry in entry_points(group="mpp.pages")]
    if len(found) > 1:
        raise RuntimeError(f"more than one package has pages for /: {', '.join(each.name for each in found)}")
    return found[0] if found else None


def uploads_of_pages() -> Callable[[WSGIEnvironment], bool]:
    """Which requests bring a file to the pages that are installed."""
    found = pages()
    pattern = re.compile(found.uploads) if found is not None and found.uploads is not None else None

    def upload(environ: WSGIEnvironment) -> bool:
        if pattern is None or environ["REQUEST_METHOD"] != "POST":
            return False
        return pattern.fullmatch(environ.get("PATH_INFO", "")) is not None

    return upload

"""Every page that a test of this process was shown, one of each shape and language.

At the end a real browser looks at them (`looking.py`), so that a page that somebody adds is looked at as soon as some
test opens it, in every state that some test brings about. How wide a page is, is looked at on each. What is asked of
elements is asked where they are: of the fewest pages that have every kind of element of an address in a language; and
of colours, which are the same at every address, the fewest that have every element in every place.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.chrome_109 import newer_in_html
from tests.support.page_rules import Parsed

_PARTS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]\w{11}|\d+")
_STRETCHED = re.compile(r"\S{400}")  # a word that may make a page too wide, which one of the same shape is not


@dataclass(frozen=True)
class Shown:
    """One page."""

    where: str
    text: str
    shape: frozenset[str]
    painted: frozenset[str]


@dataclass
class Seen:
    """What there is to look at."""

    pages: dict[tuple[str, str, frozenset[str], bool], Shown] = field(default_factory=dict)
    elements: set[tuple[str, frozenset[str]]] = field(default_factory=set)

    def note(self, where: str, text: str, parsed: Parsed) -> None:
        """Remember a page, unless one that is built the same way is there already."""
        self.elements |= parsed.elements
        path, shape = _PARTS.sub("-", urlsplit(where).path), frozenset(parsed.shape)
        known = (path, parsed.language, shape, bool(_STRETCHED.search(text)))
        self.pages.setdefault(known, Shown(where, text, shape, frozenset(parsed.painted)))

    def elements_of(self) -> set[Shown]:
        """Pages that have, together, every kind of element of every address in each language."""
        places: dict[tuple[str, str], list[Shown]] = defaultdict(list)
        for (path, language, *_), page in self.pages.items():
            places[path, language].append(page)
        return {page for found in places.values() for page in fewest(found, lambda page: page.shape)}

    def colours_of(self) -> set[Shown]:
        """Pages that have, together, every element in every place that a style sheet may colour it by."""
        return set(fewest(self.pages.values(), lambda page: page.painted))

    def write(self, folder: Path) -> int:
        """The pages as files, with a list of where they were and what to look for; how many."""
        elements, colours = self.elements_of(), self.colours_of()
        listed = {}
        for number, page in enumerate(self.pages.values()):
            (folder / f"{number:03}.html").write_text(page.text)
            listed[f"{number:03}.html"] = {
                "where": page.where, "elements": page in elements, "colours": page in colours
            }  # fmt: skip
        (folder / "pages.json").write_text(json.dumps(listed))
        return len(listed)

    def newer(self) -> set[str]:
        """What of these pages Chrome 109 does not know."""
        return {told for tag, attributes in self.elements for told in newer_in_html(tag, set(attributes))}


def fewest(pages: Iterable[Shown], parts: Callable[[Shown], frozenset[str]]) -> list[Shown]:
    """Few pages that have every part that any of them has: always the one that adds most."""
    waiting, chosen = list(pages), list[Shown]()
    missing = set().union(*(parts(page) for page in waiting))
    while missing:
        chosen.append(max(waiting, key=lambda page: len(parts(page) & missing)))
        missing -= parts(chosen[-1])
    return chosen


SEEN = Seen()

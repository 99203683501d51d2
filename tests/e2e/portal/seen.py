"""Every page that a test of this process was shown, one of each shape and language.

At the end a real browser looks at all of them (`looking.py`), so that a page that somebody adds is looked at as soon as
some test opens it, in every state that some test brings about.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.chrome_109 import newer_in_html
from tests.support.page_rules import Parsed

_PARTS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]\w{11}|\d+")


@dataclass
class Seen:
    """What there is to look at."""

    pages: dict[tuple[str, str, frozenset[str]], tuple[str, str]] = field(default_factory=dict)
    elements: set[tuple[str, frozenset[str]]] = field(default_factory=set)

    def note(self, where: str, text: str, parsed: Parsed) -> None:
        """Remember a page, unless one that is built the same way is there already."""
        self.elements |= parsed.elements
        path = _PARTS.sub("-", urlsplit(where).path)
        known = (path, parsed.language, frozenset(parsed.shape))
        self.pages.setdefault(known, (where, text))

    def write(self, folder: Path) -> int:
        """The pages as files, with a list of where they were; how many."""
        named = {f"{number:03}.html": page for number, page in enumerate(self.pages.values())}
        for name, (_where, text) in named.items():
            (folder / name).write_text(text)
        (folder / "pages.json").write_text(json.dumps({name: where for name, (where, _text) in named.items()}))
        return len(named)

    def newer(self) -> set[str]:
        """What of these pages Chrome 109 does not know."""
        return {told for tag, attributes in self.elements for told in newer_in_html(tag, set(attributes))}


SEEN = Seen()

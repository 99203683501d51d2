"""Somebody who follows every link of the portal: whatever page is linked from anywhere is reached, and checked."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from services.portal.api.calls import Answer, Call, Interface
from tests.e2e.portal.seen import SEEN
from tests.support.page_rules import Parsed, check

MOST = 4  # pages of each address, so that a list of a thousand cases is no walk of a thousand pages
NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}\u202egnp"
_WORD = re.compile(r"[A-Za-z0-9_.:/+-]*")  # a code, a state, a moment, an address: what pages decide by
_TEXTS = {"name", "label", "note", "reason", "title", "detail", "message", "text", "actor", "holder", "answer"}


@dataclass
class Walk:
    """One visitor of one application. `most_bytes` is the budget of each page, None where texts are long on purpose."""

    app: Flask
    browser: FlaskClient
    most_bytes: int | None = 60_000
    shown: list[tuple[str, str, Parsed]] = field(default_factory=list)
    reached: Counter[str] = field(default_factory=Counter)

    def follow(self, starts: Iterable[str], keep: bool = True) -> Walk:
        """From these addresses through everything that they link to; pages are kept for the browser to look at."""
        waiting, known = list(starts), set(starts)
        adapter = self.app.url_map.bind("localhost")
        while waiting:
            address = waiting.pop(0)
            try:
                endpoint = adapter.match(urlsplit(address).path, method="GET")[0]
            except HTTPException:
                continue  # not the portal's: the interface, or a paper's page
            self.reached[endpoint] += 1
            if self.reached[endpoint] > MOST:
                continue
            for found in self._open(address, keep):
                if found not in known:
                    known.add(found)
                    waiting.append(found)
        return self

    def _open(self, address: str, keep: bool) -> list[str]:
        answer = self.browser.get(address)
        may = answer.status_code < 400 or answer.status_code == 403  # the mall says who may what, not the menu
        assert may, (address, answer.status_code, answer.text[:2000])
        if 300 <= answer.status_code < 400:
            return [answer.headers["Location"]]
        if answer.mimetype != "text/html":
            return []
        parsed = check(address, answer.text, answer.headers, self.most_bytes)
        self.shown.append((address, answer.text, parsed))
        if keep:
            SEEN.note(address, answer.text, parsed)
        return [each for each in parsed.anchors if each.startswith("/") and "bahasa=" not in each]


@dataclass
class Spoilt:
    """A mall whose every human text is `spoil`ed on its way to the portal, whoever had written it."""

    behind: Interface
    spoil: Callable[[str], str]
    count: int = 0

    def send(self, call: Call) -> Answer:
        answer = self.behind.send(call)
        if answer.status >= 300 or "json" not in answer.headers.get("content-type", ""):
            return answer
        return Answer(answer.status, answer.headers, json.dumps(self._of(json.loads(answer.body), "")).encode())

    def _of(self, value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {each: self._of(inner, "text" if each in ("id", "en") and len(value) <= 2 else each)
                    for each, inner in value.items()}  # fmt: skip
        if isinstance(value, list):
            return [self._of(each, name) for each in value]
        if not isinstance(value, str) or (name not in _TEXTS and _WORD.fullmatch(value)):
            return value
        self.count += 1
        return self.spoil(value)

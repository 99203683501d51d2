"""A browser without JavaScript: it follows links, fills in forms, and checks every page that it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

PASSWORD = "rahasia-demo"
VOID = {"input", "meta", "link", "br", "hr", "img", "path"}
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


@dataclass
class Form:
    """One form as it stands on the page."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


class Parsed(HTMLParser):
    """What the checks look at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.language = self.title = ""
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[tuple[str, str, dict[str, str]]] = []
        self.anchors: list[str] = []
        self.forms: list[Form] = []
        self.inline: list[str] = []
        self.landmarks: list[str] = []
        self._open: list[str] = []
        self._select = ""
        self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        if "id" in told:
            self.ids.append(told["id"])
        self.inline += [name for name in told if name.startswith("on") or name == "style"]
        if (tag == "script" and "src" not in told) or tag == "style":
            self.inline.append(tag)
        if tag in ("main", "header", "footer", "nav"):
            self.landmarks.append(tag)
        if tag == "html":
            self.language = told.get("lang", "")
        if tag in ("h1", "title"):
            self.headings += [""] if tag == "h1" else []
        if tag == "label":
            self.labelled.add(told.get("for", ""))
        if tag == "a":
            self.anchors.append(told.get("href", ""))
        if tag == "form":
            self.forms.append(Form(told.get("action", ""), told.get("method", "get")))
        self._control(tag, told)

    def _control(self, tag: str, told: dict[str, str]) -> None:
        form = self.forms[-1] if self.forms and "form" in self._open else None
        if tag in ("input", "select", "textarea"):
            self.controls.append((tag, told.get("type", "text"), told))
        if form is None or not told.get("name") and tag != "option":
            return
        if tag == "input":
            form.names.append(told["name"])
            if told.get("type") not in ("checkbox", "radio") or "checked" in told:
                form.values[told["name"]] = told.get("value", "")
        elif tag == "select":
            self._select = told["name"]
            form.names.append(self._select)
            form.values[self._select] = ""
        elif tag == "textarea":
            self._area = told["name"]
            form.names.append(self._area)
            form.values[self._area] = ""
        elif tag == "option" and "selected" in told and self._select:
            form.values[self._select] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if "title" in self._open and "svg" not in self._open:
            self.title += data
        if "h1" in self._open:
            self.headings[-1] += data
        if self._area and self._open[-1:] == ["textarea"]:
            self.forms[-1].values[self._area] += data


@dataclass
class Page:
    """One answer that was checked."""

    answer: requests.Response
    parsed: Parsed

    @property
    def text(self) -> str:
        return self.answer.text

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def words(self) -> str:
        """What a person reads, without the tags."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.answer.text))

    def form(self, action: str) -> Form:
        """The one form of the page that goes to an address with this in it."""
        found = [form for form in self.parsed.forms if action in form.action]
        assert len(found) == 1, [form.action for form in self.parsed.forms]
        return found[0]


class Pages:
    """One visitor. `open` and `send` follow redirects, and check what they lead to."""

    def __init__(self, url: str, session: requests.Session | None = None) -> None:
        self.url = url
        self.session = session or requests.Session()
        self.session.headers["Accept-Encoding"] = "gzip"

    def open(self, address: str, *, status: int = 200) -> Page:
        """A page."""
        return self._checked(self.session.get(urljoin(self.url, address), timeout=30), status)

    def send(self, form: Form, *, status: int = 200, **typed: str) -> Page:
        """A form, with what was typed into it; names with dots are written with two underlines."""
        sent = form.values | {name.replace("__", "."): value for name, value in typed.items()}
        address = urljoin(self.url, form.action)
        if form.method == "get":
            return self._checked(self.session.get(address, params=sent, timeout=30), status)
        return self._checked(self.session.post(address, data=sent, timeout=30), status)

    def sign_in(self, account: str, password: str = PASSWORD) -> Pages:
        """As somebody of the staff."""
        page = self.send(self.open("/masuk").form("/masuk"), nama=account, sandi=password)
        assert account in page.words, page.words
        return self

    @staticmethod
    def _checked(answer: requests.Response, status: int) -> Page:
        assert answer.status_code == status, (answer.status_code, answer.text[:3000])
        page = Page(answer, Parsed(answer.text))
        check(page)
        return page


def check(page: Page) -> None:
    """What holds of every page, in every state."""
    parsed, headers = page.parsed, page.answer.headers
    where = page.answer.url
    assert headers["Content-Type"] == "text/html; charset=utf-8", where
    assert len(page.answer.content) < 60_000, f"{where}: {len(page.answer.content)} bytes"
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy, where
    assert "default-src 'none'" in policy, where
    for name, value in HEADERS.items():
        assert headers[name] == value, (where, name)
    assert parsed.inline == [], where
    assert parsed.language in ("id", "en"), where
    assert len(parsed.headings) == 1, (where, parsed.headings)
    heading = parsed.headings[0].strip()
    assert heading, where
    assert heading in parsed.title, (where, parsed.title)
    assert sorted(set(parsed.ids)) == sorted(parsed.ids), (where, [i for i in parsed.ids if parsed.ids.count(i) > 1])
    assert parsed.landmarks.count("main") == 1, where
    for tag, kind, told in parsed.controls:
        if kind not in ("hidden", "submit"):
            assert told.get("id") in parsed.labelled, (where, tag, told)
    inside = [anchor[1:] for anchor in parsed.anchors if anchor.startswith("#")]
    assert set(inside) <= set(parsed.ids), (where, inside)
    for form in parsed.forms:
        assert form.action, where
        assert form.method == "get" or "csrf_token" in form.values, (where, form.action)

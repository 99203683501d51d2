"""What holds of every page of the portal, in every state; and a page as the checks and the forms of tests see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

MOST = 60_000  # bytes of a page
NIK = re.compile(r"(?<!\d)\d{16}(?!\d)")
PERSONAL = re.compile(r"nik|name|nama|phone|rahasia|secret|sandi|address|email")  # controls that no address may carry
VOID = {"input", "meta", "link", "br", "hr", "img", "path"}
SECRETS = ("sandi", "sandi_baru", "passphrase", "rahasia")  # what somebody types and no page shows again
ALIKE = {"value", "href", "id", "for", "name", "d", "checked", "selected"}
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
        self.elements: set[tuple[str, frozenset[str]]] = set()
        self.shape: set[str] = set()  # of what it is built, whatever its words: pages of one shape look alike
        self.painted: set[str] = set()  # each element with all that it stands in: what style sheets colour by
        self._open: list[str] = []
        self._within: list[str] = []
        self._select = ""
        self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.elements.add((tag, frozenset(told)))
        likeness = [f"{name}={told[name]}" for name in ("class", "type", "role") if name in told]
        self.shape.add(" ".join(["/".join(self._open[-3:]), tag, *likeness, *sorted(set(told) - ALIKE)]))
        within = [*self._within[-1:], " ".join([tag, *likeness, *sorted(set(told) - ALIKE)])]
        self.painted.add(" / ".join(within))
        if tag not in VOID:
            self._open.append(tag)
            self._within.append(" / ".join(within))
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
                self._within.pop()
            self._within.pop()
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


def check(where: str, text: str, headers: Mapping[str, str], most: int | None = MOST) -> Parsed:
    """What holds of every page; `most` is its budget in bytes, None where a test makes it long on purpose."""
    parsed = Parsed(text)
    _headers(where, headers)
    assert most is None or len(text.encode()) < most, f"{where}: {len(text.encode())} bytes"
    assert parsed.inline == [], where
    assert parsed.language in ("id", "en"), where
    assert len(parsed.headings) == 1, (where, parsed.headings)
    heading = parsed.headings[0].strip()
    assert heading, where
    assert heading in parsed.title, (where, parsed.title)
    assert sorted(set(parsed.ids)) == sorted(parsed.ids), (where, [i for i in parsed.ids if parsed.ids.count(i) > 1])
    assert parsed.landmarks.count("main") == 1, where
    _controls(where, parsed)
    _addresses(where, parsed)
    return parsed


def _headers(where: str, headers: Mapping[str, str]) -> None:
    assert headers["Content-Type"] == "text/html; charset=utf-8", where
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy, where
    assert "default-src 'none'" in policy, where
    for name, value in HEADERS.items():
        assert headers[name] == value, (where, name)


def _controls(where: str, parsed: Parsed) -> None:
    for tag, kind, told in parsed.controls:
        if kind not in ("hidden", "submit"):
            assert told.get("id") in parsed.labelled, (where, tag, told)
        assert told.get("name") not in SECRETS or not told.get("value"), (where, told["name"])
        assert kind != "password" or told["name"] in SECRETS, f"{where}: {told['name']} belongs to SECRETS"
    for form in parsed.forms:
        assert form.action, where
        assert form.method == "get" or "csrf_token" in form.values, (where, form.action)
        personal = {name for name in form.names if PERSONAL.search(name)}
        assert form.method == "post" or not personal, f"{where}: {personal} would stand in an address"


def _addresses(where: str, parsed: Parsed) -> None:
    inside = [anchor[1:] for anchor in parsed.anchors if anchor.startswith("#")]
    assert set(inside) <= set(parsed.ids), (where, inside)
    for address in [*parsed.anchors, *(form.action for form in parsed.forms)]:
        assert not NIK.search(address), f"{where}: a NIK in the address {address}"
        assert "csrf_token" not in address, (where, address)

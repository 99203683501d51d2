"""A browser without JavaScript: it follows links, fills in forms, and checks every page that it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

import requests

from tests.e2e.portal.seen import SEEN
from tests.support.page_rules import Form, Parsed, check

PASSWORD = "rahasia-demo"


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

    def send(self, form: Form, *, status: int | tuple[int, ...] = 200, **typed: str) -> Page:
        """A form, with what was typed into it; names with dots are written with two underlines."""
        sent = form.values | {name.replace("__", "."): value for name, value in typed.items()}
        address = urljoin(self.url, form.action)
        if form.method == "get":
            return self._checked(self.session.get(address, params=sent, timeout=30), status)
        return self._checked(self.session.post(address, data=sent, timeout=30), status)

    def upload(self, form: Form, content: bytes, name: str, media: str, *, status: int = 200) -> Page:
        """A file in the form's own field, behind its other fields, as a browser sends it."""
        fields = {key: value for key, value in form.values.items() if key != "file"}
        address = urljoin(self.url, form.action)
        return self._checked(
            self.session.post(address, data=fields, files={"file": (name, content, media)}, timeout=60), status
        )

    def sign_in(self, account: str, password: str = PASSWORD) -> Pages:
        """As somebody of the staff."""
        page = self.send(self.open("/masuk").form("/masuk"), nama=account, sandi=password)
        assert account in page.words, page.words
        return self

    @staticmethod
    def _checked(answer: requests.Response, status: int | tuple[int, ...]) -> Page:
        may = status if isinstance(status, tuple) else (status,)
        assert answer.status_code in may, (answer.status_code, answer.text[:3000])
        parsed = check(answer.url, answer.text, answer.headers)
        SEEN.note(answer.url, answer.text, parsed)
        return Page(answer, parsed)

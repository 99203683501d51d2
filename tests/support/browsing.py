"""Chromium for the journeys of the portal. A plugin of a pytest of its own: a browser is driven by an event loop that
the patched modules of the suite's processes would stop (`tests/conftest.py`).

`MPP_BROWSER` says where the browser is, else it is where Debian puts it. `MPP_PORTAL` is the address of the mall.
`MPP_SEEN` is a folder for every page that is looked at, which axe is shown with all others (`e2e/portal/seen.py`).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

SHOTS = os.environ.get("MPP_SHOTS")  # a folder for pictures of every page that is looked at
SEEN = os.environ.get("MPP_SEEN")
WIDTHS = ((1366, 768), (320, 640))


def where() -> str | None:
    """The browser of this machine."""
    return os.environ.get("MPP_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser")


def missing() -> str | None:
    """Why nothing can be driven here, in one line; None where it can."""
    if where() is not None:
        return None
    return "no Chromium here: apt install chromium, or MPP_BROWSER=/path (MPP_REQUIRE_BROWSER=1 makes this a failure)"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all journeys."""
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=where(), args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Somebody at a PC of their own."""
    context = browser.new_context(locale="id-ID", viewport={"width": 1366, "height": 768})
    context.set_default_timeout(20_000)
    page = context.new_page()
    yield Visitor(page)
    context.close()


class Visitor:
    """A person in front of the portal; what went wrong in the browser is an error of the test."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.url = os.environ["MPP_PORTAL"]
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.wrong.append(message.text)

    def open(self, address: str) -> Page:
        """Go there."""
        self.page.goto(self.url + address)
        return self.page

    def sign_in(self, account: str) -> Visitor:
        """As somebody of the staff, by keyboard."""
        self.open("/masuk")
        self.page.keyboard.type(account)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type("rahasia-demo")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/kerja")
        return self

    def look(self, name: str) -> None:
        """What holds of every page in every state, at a PC and at a telephone; as it stands, it is kept for axe."""
        for width, height in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": height})
            if SHOTS:
                self.page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name}: {wide} px wide at {width}"
        if SEEN:
            kept = {"where": self.page.url, "text": self.page.content()}
            Path(SEEN, f"{name}.json").write_text(json.dumps(kept))
        self.page.set_viewport_size({"width": WIDTHS[0][0], "height": WIDTHS[0][1]})
        assert self.wrong == [], name

    def heading(self) -> str:
        """The one heading of the page."""
        return self.page.locator("h1").inner_text()

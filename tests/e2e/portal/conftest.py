"""One mall for all tests of the portal, which one process takes (`tests/run.py`)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import dump
from tests.e2e.portal.pages import Pages
from tests.e2e.portal.seen import SEEN
from tests.support import chrome_109
from tests.support.browsing import missing
from tests.support.mall import Mall, data_folder, embedded_urls


@pytest.fixture(scope="package")
def shop() -> Iterator[Mall]:
    """`make run` at work."""
    with data_folder() as folder:
        started = Mall(folder / "data")
        started.folder.mkdir(mode=0o711)
        try:
            yield started.start()
            look_at_what_was_seen(started.url)
        finally:
            started.kill()


def look_at_what_was_seen(url: str) -> None:
    """A real browser looks at what the tests were shown: an error here is one of a page."""
    assert chrome_109.missing() is not None or SEEN.newer() == set()
    why = missing()
    if why is not None:
        assert os.environ.get("MPP_REQUIRE_BROWSER") != "1", why
        return
    with tempfile.TemporaryDirectory() as folder:
        SEEN.write(Path(folder))
        command = [sys.executable, "-m", "tests.e2e.portal.looking", folder]
        told = os.environ | {"MPP_PORTAL": url}
        done = subprocess.run(
            command, env=told, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout[-12000:] + done.stderr[-3000:]


@pytest.fixture(autouse=True)
def nobody_counted_yet(request: pytest.FixtureRequest) -> None:
    """All tests are one clerk at one address: what those before have asked is not counted against the next one."""
    if "shop" in request.fixturenames:
        shop: Mall = request.getfixturevalue("shop")
        dump.execute(embedded_urls(shop.folder)["gateway"], "DELETE FROM attempts")


@pytest.fixture
def anybody(shop: Mall) -> Pages:
    """A browser without JavaScript, that nobody has signed in with."""
    return Pages(shop.url)


@pytest.fixture
def clerk(shop: Mall) -> Pages:
    """The same at a village counter."""
    return Pages(shop.url).sign_in("petugas.sukodono")

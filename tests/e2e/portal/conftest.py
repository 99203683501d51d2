"""One mall for all tests of the portal in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.portal.pages import Pages
from tests.support.mall import Mall, data_folder


@pytest.fixture(scope="session")
def shop() -> Iterator[Mall]:
    """`make run` at work."""
    with data_folder() as folder:
        started = Mall(folder / "data")
        started.folder.mkdir(mode=0o711)
        try:
            yield started.start()
        finally:
            started.kill()


@pytest.fixture
def anybody(shop: Mall) -> Pages:
    """A browser without JavaScript, that nobody has signed in with."""
    return Pages(shop.url)


@pytest.fixture
def clerk(shop: Mall) -> Pages:
    """The same at a village counter."""
    return Pages(shop.url).sign_in("petugas.sukodono")

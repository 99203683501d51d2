"""A provider that stands in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import providers
from tests.support.providers import Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providers.running() as running:
        yield running

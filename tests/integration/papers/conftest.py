"""A mall whose service types name papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.integration.permits.conftest import Office
from tests.support.desks import Desks
from tests.support.papers import with_papers


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    """The desks of all case services, on service types that name papers."""
    opened = with_papers(Desks(service_urls))
    yield opened
    opened.close()


@pytest.fixture
def office(desks: Desks) -> Office:
    return Office(desks)

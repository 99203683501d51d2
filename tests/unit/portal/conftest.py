"""The portal before a mall that answers what a test says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from mpp.hosting.pages import PagesSettings
from services.portal import catalogue
from services.portal.app import create
from tests.unit.portal.stand_in import Mall


@pytest.fixture
def mall() -> Iterator[Mall]:
    catalogue._kept.clear()
    yield Mall()
    catalogue._kept.clear()


@pytest.fixture
def browser(mall: Mall) -> FlaskClient:
    return create(mall, PagesSettings(bytes(range(32)))).test_client()

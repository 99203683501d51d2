"""Trails to work on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mpp.clock import new_id
from tests.integration.audit.trail import Trail


@pytest.fixture
def trail(core_database: str, tmp_path: Path) -> Iterator[Trail]:
    opened = Trail(core_database, tmp_path / "audit")
    yield opened
    opened.database.dispose()


@pytest.fixture
def ten(trail: Trail) -> Trail:
    """Ten sealed entries, ids 1-10: of case A the odd ones up to 7, of case B the even ones up to 8, two alone."""
    a, b = new_id(), new_id()
    for number in range(1, 9):
        trail.write(a if number % 2 else b, details={"version": (number + 1) // 2})
    trail.write(action="log_in")
    trail.write(action="search", reason="ahli waris")
    assert trail.seal() == 10
    return trail

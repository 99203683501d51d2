"""What docker-compose.yml promises, read from the file: no engine is needed to see that a line is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mpp.persistence import server_log

FILE = Path(__file__).parents[2] / "docker-compose.yml"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of the file, anchors and merges resolved."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())["services"]
    return found


def test_postgresql_starts_with_a_log_that_names_nobody(services: dict[str, Any]) -> None:
    program, *words = services["postgres"]["command"]
    assert program == "postgres"
    given = dict(word.split("=", 1) for word in words if word != "-c")
    assert given == dict(server_log.SERVER)

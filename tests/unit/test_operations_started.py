"""What a process does when its services have started."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from mpp.operations.running.process import Host


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """The tests after this one look for garbage as before."""
    yield
    gc.unfreeze()


def test_the_collector_walks_no_more_over_what_a_service_has_loaded() -> None:
    runtime: Any = None
    before = gc.get_freeze_count()
    host = Host([], runtime, "127.0.0.1:0")
    host.start()
    assert gc.get_freeze_count() > before + 10_000
    host.stop()

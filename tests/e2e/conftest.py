"""The four services as processes of their own, on a real RabbitMQ and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mpp.hosting.definition import definitions
from tests.chaos import dump
from tests.chaos.processes import Processes, environment_of


@pytest.fixture
def processes(tmp_path: Path, make_database: Callable[..., str], amqp_uri: str) -> Iterator[Processes]:
    """Prepared with demo data, effects counted, running and ready; `processes.urls` are the databases."""
    urls = {service: make_database() for service in definitions()}
    found = Processes(tmp_path, urls, environment_of(urls, amqp_uri, MPP_RETRY_DELAYS="1,2,4,8"))
    found.prepare()
    dump.count_acts(urls)
    try:
        found.start_all()
        yield found
    finally:
        found.end()

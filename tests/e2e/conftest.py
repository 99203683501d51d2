"""Malls as whoever runs one has them: `make run`, services as processes of their own, containers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mpp.hosting.definition import definitions
from tests.chaos import dump
from tests.chaos.processes import Processes, environment_of
from tests.support.mall import Mall, data_folder, processes_of
from tests.support.rabbitmq_node import free_port
from tests.support.stack import BANK_KEY, Stack, env_file, needs_compose, standing
from tests.support.wait import until


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


@pytest.fixture
def mall() -> Iterator[Mall]:
    """`make run` at work, in a data folder of its own."""
    with data_folder() as folder:
        started = Mall(folder / "data")
        started.folder.mkdir(mode=0o711)
        yield started.start()
        started.kill()
        until(lambda: not processes_of(started.folder), what="the end of the database")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A demo mall in containers."""
    needs_compose()
    project, port = f"mpptest{os.getpid()}", free_port()
    path = env_file(
        tmp_path_factory.mktemp("compose"),
        PORT=str(port),
        MPP_IMAGE=f"{project}:local",
        MPP_BANK_KEY=BANK_KEY,
        MPP_DEMO="1",
        MPP_RETRY_DELAYS="1,2",
    )
    started = Stack(project, path, f"http://127.0.0.1:{port}")
    with standing(started, started.ready):
        yield started

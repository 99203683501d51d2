"""Containers for the tests, where a Docker engine answers.

Testcontainers' own reaper needs an image of its own, so it is off; what a killed test run left behind is found by
its label and removed by the next run.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TypeVar

os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")

_LABEL = "mpp.tests.pid"
C = TypeVar("C")


def answers() -> str | None:
    """None when a Docker engine answers, else why not."""
    import docker
    from docker.errors import DockerException

    try:
        client = docker.from_env(timeout=3)
        client.ping()
        client.close()
    except (DockerException, OSError) as error:
        return f"no Docker engine ({type(error).__name__})"
    return None


def start(stack: ExitStack, container: C) -> C:
    """Start a container that `stack` removes. Raises docker's exceptions."""
    _remove_orphans()
    container.with_kwargs(labels={_LABEL: str(os.getpid())})  # type: ignore[attr-defined]
    container.start()  # type: ignore[attr-defined]
    stack.callback(container.stop)  # type: ignore[attr-defined]
    return container


def _remove_orphans() -> None:
    import docker

    client = docker.from_env(timeout=30)
    for found in client.containers.list(all=True, filters={"label": _LABEL}):
        if not os.path.exists(f"/proc/{found.labels[_LABEL]}"):
            found.remove(force=True, v=True)
    client.close()

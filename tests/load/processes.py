"""Other processes that are there as long as something is measured."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.rabbitmq_node import _accepts
from tests.support.wait import until


@contextmanager
def beside(module: str, *arguments: str, ready: int | None = None) -> Iterator[None]:
    """Another process as long as the block runs; it says "ready", or listens on the port `ready`."""
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        if ready is None:
            assert process.stdout is not None
            process.stdout.readline()
        else:
            until(lambda: _accepts(ready), 30, module)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)

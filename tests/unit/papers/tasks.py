"""What a worker does in the tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time

from mpp.papers.worker.confinement import MEMORY
from mpp.papers.worker.process import Answer, TaskRefused


def double(given, blobs) -> Answer:
    return Answer({"number": given["number"] * 2, "pid": os.getpid()}, tuple(blob * 2 for blob in blobs))


def refuse(given, blobs) -> Answer:
    raise TaskRefused("wrong", {"line": 3})


def fail(given, blobs) -> Answer:
    raise ValueError("3515990101809990")


def die(given, blobs) -> Answer:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def hang(given, blobs) -> Answer:
    time.sleep(600)
    raise AssertionError


def environment(given, blobs) -> Answer:
    return Answer({"names": sorted(os.environ)})


def escape(given, blobs) -> Answer:
    """What became of each attempt to reach something outside."""
    found = {}
    attempts = {
        "network": lambda: socket.create_connection(("127.0.0.1", given["port"])),
        "program": lambda: subprocess.run(["/bin/true"], check=False),
        "memory": lambda: bytearray(MEMORY),
    }
    for name, attempt in attempts.items():
        try:
            attempt()
            found[name] = "done"
        except (OSError, MemoryError) as error:
            found[name] = type(error).__name__
    return Answer(found)

"""The program of a worker: does one task after the other until whoever started it is gone.

Its standard input is the socket to that process. A task that takes much longer than it may is ended from within, so
that no worker is left behind when its owner was killed.
"""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module

from mpp.failures import reason
from mpp.json_values import JsonObject, mapping, text
from mpp.papers.worker.confinement import confine
from mpp.papers.worker.frames import Broken, receive, send
from mpp.papers.worker.process import Answer, TaskRefused

_LONGER = 5.0  # seconds after which a task is ended from within


@cache
def _task(name: str) -> Callable[[JsonObject, Sequence[bytes]], Answer]:
    module, _, function = name.partition(":")
    found: Callable[[JsonObject, Sequence[bytes]], Answer] = getattr(import_module(module), function)
    return found


def _done(header: JsonObject, blobs: Sequence[bytes]) -> tuple[JsonObject, Sequence[bytes]]:
    try:
        answer = _task(text(header, "task"))(mapping(header, "given"), blobs)
    except TaskRefused as refused:
        return {"refused": {"code": refused.code, "detail": dict(refused.detail)}}, ()
    except Exception as error:
        return {"fault": reason(error)}, ()
    return {"told": dict(answer.told)}, answer.blobs


def serve(at: socket.socket) -> None:
    """Answer until the other end is closed."""
    while True:
        try:
            header, blobs = receive(at)
            seconds = header.get("seconds")
            signal.setitimer(signal.ITIMER_REAL, (seconds if isinstance(seconds, float | int) else 60) + _LONGER)
            send(at, *_done(header, blobs))
            signal.setitimer(signal.ITIMER_REAL, 0)
        except (Broken, OSError):
            return


def main() -> None:
    """Serve the socket that is the standard input."""
    logging.disable(logging.CRITICAL)  # libraries' words may quote what they read
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner, whose end is seen
    if "--confined" in sys.argv[1:]:
        confine()
    with socket.socket(fileno=0) as at:
        at.setblocking(True)  # green threads made it otherwise
        serve(at)


if __name__ == "__main__":
    main()

"""The worker as whoever needs it sees it: ask, and be answered within a time, or know that it was not to be.

Works with and without green threads: the wait is on a socket, which lets a hub run on.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from mpp.json_values import JsonObject, mapping, optional_mapping, text
from mpp.papers.worker.frames import Broken, receive, send

SECONDS = 20.0  # for one task, on a machine that is busy
_LEAVING = 2.0  # seconds for a process to end by itself
_TASKS = 5000  # then a new one takes its place, so that nothing grows for ever
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ")  # of the environment: the rest holds secrets


class WorkerFailed(Exception):
    """The task was not done. `code`: `hung` (no answer in time), `died`, or `fault` (a bug, told by kind and place).

    Whether something of it happened is unknown after `hung` and `died`. The next task goes to a new worker.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class TaskRefused(Exception):
    """What a task says instead of an answer: `code`, and what else it tells."""

    def __init__(self, code: str, detail: JsonObject | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail: JsonObject = detail or {}


@dataclass(frozen=True)
class Answer:
    """What a task made."""

    told: JsonObject
    blobs: tuple[bytes, ...] = ()


class Worker:
    """A process that does one task after the other; who asks meanwhile waits for its turn.

    It is started by the first task, and anew by the next one after it died, hung or has done very many. `confined`: it
    reaches no network, and no program can be started from it (see `confinement`).
    """

    def __init__(self, *, confined: bool = False) -> None:
        self._confined = confined
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._done = 0

    @property
    def pid(self) -> int | None:
        """The process that does the tasks; None before the first one, and after a failure."""
        return None if self._process is None else self._process.pid

    def ask(self, task: str, given: JsonObject, blobs: Sequence[bytes] = (), *, seconds: float = SECONDS) -> Answer:
        """Have a function do its work: `task` is its `module:name`, called with `given` and `blobs`, for an Answer.

        Raises TaskRefused as the function does, and WorkerFailed.
        """
        with self._turn:
            at = self._running()
            ends = time.monotonic() + seconds
            try:
                at.settimeout(seconds)
                send(at, {"task": task, "given": given, "seconds": seconds}, blobs)
                header, found = receive(at, ends)
            except TimeoutError:
                self._end()
                raise WorkerFailed("hung") from None
            except (OSError, Broken):
                self._end()
                raise WorkerFailed("died") from None
            except BaseException:  # a green thread that is ended meanwhile: its answer must not become another's
                self._end()
                raise
            self._done += 1
        return _read(header, found)

    def close(self) -> None:
        """End the process, which may put its things away."""
        with self._turn:
            if self._socket is not None and self._process is not None:
                self._socket.close()  # it ends when nobody is at the other end
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(_LEAVING)
            self._end()

    def _running(self) -> socket.socket:
        if self._process is not None and (self._process.poll() is not None or self._done >= _TASKS):
            self._end()
        if self._socket is None:
            ours, theirs = socket.socketpair()
            command = [
                sys.executable,
                "-P",
                "-s",
                "-m",
                "mpp.papers.worker.program",
                *(["--confined"] * self._confined),
            ]
            kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603
                    command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=kept
                )
            self._socket, self._done = ours, 0
        return self._socket

    def _end(self) -> None:
        process, at = self._process, self._socket
        self._process = self._socket = None
        if at is not None:
            at.close()
        if process is not None:
            process.kill()
            process.wait()


def _read(header: JsonObject, blobs: tuple[bytes, ...]) -> Answer:
    refused = optional_mapping(header, "refused")
    if refused is not None:
        raise TaskRefused(text(refused, "code"), mapping(refused, "detail"))
    if "fault" in header:
        raise WorkerFailed("fault", text(header, "fault"))
    return Answer(mapping(header, "told"), blobs)

"""A job of a service process that is done again and again, in a greenlet of its own."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import eventlet
import structlog

from mpp.crashpoints import Crash
from mpp.failures import describe

log = structlog.get_logger(__name__)

STOP_TIMEOUT = 5.0


class Periodic:
    """Calls `job` every `seconds`, a little earlier or later, so that copies do not move in step."""

    def __init__(self, name: str, job: Callable[[], object], seconds: float) -> None:
        self._name = name
        self._job = job
        self._seconds = seconds
        self._greenlet: Any = None
        self._busy = False
        self._stopping = False

    def start(self) -> None:
        """Begin, the first time after a part of the interval."""
        self._greenlet = eventlet.spawn(self._run)

    def stop(self) -> None:
        """End, after the call under way where it is a short one."""
        self._stopping = True
        if self._greenlet is None:
            return
        if self._busy:
            with eventlet.Timeout(STOP_TIMEOUT, False):
                self._greenlet.wait()
        self._greenlet.kill()

    def kill(self) -> None:
        """End on the spot."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def _run(self) -> None:
        while not self._stopping:
            eventlet.sleep(self._seconds * random.uniform(0.5, 1.0))
            self._busy = True
            try:
                self._job()
            except Crash:
                return
            except Exception as error:
                log.warning("periodic.failed", job=self._name, **describe(error))
            finally:
                self._busy = False

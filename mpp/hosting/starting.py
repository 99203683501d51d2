"""What a service needs of its database before it can begin: a connection may break at that very moment, too."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import structlog

from mpp.persistence.database import DatabaseAway, TooSlow

log = structlog.get_logger(__name__)

PATIENCE = 60.0  # seconds, as long as `mpp serve` waits for a database
_PAUSE = 1.0

Made = TypeVar("Made")


def awaited(service: str, make: Callable[[], Made], patience: float = PATIENCE, pause: float = _PAUSE) -> Made:
    """What `make` returns, tried again while the database is away, with a log line for each try.

    Raises DatabaseAway or TooSlow when it has been away for `patience` seconds. `make` may be called often.
    """
    until = time.monotonic() + patience
    while True:
        try:
            return make()
        except (DatabaseAway, TooSlow):
            if time.monotonic() >= until:
                raise
            log.warning("service.waits", service=service, for_what="database")
        time.sleep(pause)

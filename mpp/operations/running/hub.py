"""eventlet's hub tells in one line of the log what it would print: the text of an exception may be personal."""

from __future__ import annotations

from types import TracebackType

import structlog
from eventlet import hubs

from mpp.failures import describe

Raised = tuple[type[BaseException], BaseException, TracebackType]

log = structlog.get_logger(__name__)


def tell_failures() -> None:
    """From now on, of this thread: what ended a greenlet is told by its kind and its place, as in every other line.

    Who waits for the greenlet is raised it as before.
    """
    hub = hubs.get_hub()

    def of_a_descriptor(fileno: int, exc_info: Raised) -> None:
        _tell(exc_info)
        hub.remove_descriptor(fileno)  # as eventlet does: the hub would run into it again and again

    hub.squelch_exception = of_a_descriptor
    hub.squelch_generic_exception = _tell
    hub.squelch_timer_exception = lambda timer, exc_info: _tell(exc_info)


def _tell(exc_info: Raised) -> None:
    log.error("greenlet.failed", **describe(exc_info[1]))

"""Printing one form, in a process of its own; a few at a time, so that no counter takes the printer for itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import structlog

from mpp.casework.refusals import Refused
from mpp.papers.rendering.renderer import Renderer, RenderingFailed
from mpp.papers.snapshot import Snapshot
from mpp.persistence.deadline import Deadline
from services.gateway.threads import HereAndNow, Party, ThreadPool

log = structlog.get_logger(__name__)

AT_ONCE = 1  # the process prints one after the other
IN_LINE = 40
_HERE = HereAndNow()


class Printer:
    """`turns` admits who may print; `limit_time` raises TimeoutError after so many seconds."""

    def __init__(
        self,
        renderer: Renderer,
        turns: ThreadPool = _HERE,
        limit_time: Callable[[float], AbstractContextManager[object]] = lambda seconds: nullcontext(),
    ) -> None:
        self._renderer = renderer
        self._turns = turns
        self._limit_time = limit_time

    def print(self, page: Snapshot, party: Party, deadline: Deadline) -> bytes:
        """The form as PDF. Raises Refused: 503 where it takes too long, 429 where the party waits for many already,
        500 `form_not_printed` for a template that cannot be printed with."""
        with self._turns.turn(deadline.left(), party):
            try:
                with self._limit_time(deadline.left()):
                    return self._renderer.render(page).pdf
            except RenderingFailed as failed:
                fault = failed.fault
                if fault is None:  # it hung or died; the next one is printed by a new process
                    log.warning("form_printing_failed", form=page.template, reason=failed.code)
                    raise _unavailable() from failed
                # by place only: what the compiler says may quote what somebody typed
                log.error("form_not_printed", form=page.template, reason=fault.code, file=fault.file, line=fault.line)
                raise Refused(500, "form_not_printed") from None
            except TimeoutError as error:
                log.warning("form_printing_failed", form=page.template, reason="too_slow")
                raise _unavailable() from error


def _unavailable() -> Refused:
    return Refused(503, "service_unavailable", params={"service": "gateway"})

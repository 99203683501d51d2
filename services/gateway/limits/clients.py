"""Whose request it is, and whether proxies stand in front that nobody told the mall of."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from werkzeug.wrappers import Request

from mpp.clock import Clock
from mpp.hosting.seldom import Seldom
from mpp.persistence.database import Database, DatabaseAway, TooSlow
from mpp.persistence.deadline import Deadline
from services.gateway.limits.queries import Count, Limit, note, read

log = structlog.get_logger(__name__)

_UNDECLARED = Limit("proxy_not_declared", 1, timedelta(days=1))
_SECONDS = 1.0  # that a request may be held up, once in ten minutes


class Clients:
    """The address of each client. `proxies` counts the trusted ones in front.

    Behind a proxy that is not declared all visitors are one address: whoever guesses there is counted for all. So it
    is warned of, once in a while.
    """

    def __init__(self, proxies: int, database: Database, clock: Clock) -> None:
        self._proxies = proxies
        self._database = database
        self._clock = clock
        self._undeclared = Seldom("proxy.not_declared", seconds=600.0)

    def address(self, request: Request) -> str:
        """With proxies, the address that the outermost of them saw."""
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if hops and not self._proxies and self._undeclared.warn(hint="MPP_PROXIES=0"):
            self._note()
        if self._proxies and len(hops) >= self._proxies:
            return hops[-self._proxies]
        return request.remote_addr or "unknown"

    def _note(self) -> None:
        """For the doctor, who looks into the database and not into the log."""
        try:
            with self._database.transaction(Deadline.after(_SECONDS)) as tx:
                note(tx, _UNDECLARED, "", self._clock.now())
        except (DatabaseAway, TooSlow) as error:
            log.warning("proxy.not_noted", reason=type(error).__name__)


def proxy_not_declared(database: Database, now: datetime) -> bool:
    """Whether a request of the last day came through a proxy that is not declared."""
    with database.transaction() as tx:
        return read(tx, [Count(_UNDECLARED, "")], now)[0].late

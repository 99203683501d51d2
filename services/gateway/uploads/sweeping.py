"""Sweeping the folder of documents: what no case of any service refers to is removed.

A sweep is a job, for all copies of the gateway one an hour, and one in five minutes while something is due: whichever
copy asks for it first leaves it to whichever is free, and one that fails is tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from mpp.cases.interface.methods import KNOWN_DOCUMENTS
from mpp.cases.interface.payloads import Contents
from mpp.casework.refusals import Refused
from mpp.jobs.kinds import Job, JobKind
from mpp.jobs.queue import enqueue
from mpp.json_values import JsonObject, moment
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.backend import THE_GATEWAY, Backend
from services.gateway.uploads.keeping import Keeper

log = structlog.get_logger(__name__)

_MINUTES = 5

Known = Callable[[list[str]], set[str] | None]


@dataclass(frozen=True)
class Sweep:
    """The sweep of an hour, or of five minutes of it."""

    at: datetime

    def to_json(self) -> JsonObject:
        return {"hour": self.at.isoformat()}  # as jobs say that an earlier version has left

    @classmethod
    def from_json(cls, found: JsonObject) -> Sweep:
        return cls(moment(found, "hour"))


SWEEP = JobKind(
    "documents.sweep",
    Sweep.to_json,
    Sweep.from_json,
    delays=(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)),
    seconds=300.0,
)


def leave_sweep(database: Database, now: datetime, *, due: bool = False) -> bool:
    """Let the folder be swept soon; False where somebody has asked for the sweep of this hour already, or, with
    something `due`, for the one of these five minutes."""
    at = now.replace(minute=now.minute // _MINUTES * _MINUTES if due else 0, second=0, microsecond=0)
    with database.transaction() as tx:
        return enqueue(tx, SWEEP, at.isoformat(), Sweep(at), now)


class Sweeper:
    """Does the sweeps; `known` as `Keeper.sweep` wants it."""

    def __init__(self, keeper: Keeper, known: Known) -> None:
        self._keeper = keeper
        self._known = known

    def sweep(self, payload: Sweep, job: Job) -> None:
        """Remove what is due, batch by batch. What another sweep has removed is not there any more."""
        removed = 0
        while gone := self._keeper.sweep(self._known):
            removed += gone
        log.info("documents.swept", removed=removed)


def ask_every_service(backend: Backend, hashes: list[str], seconds: float, correlation_id: str) -> set[str] | None:
    """Which contents any service's cases refer to; None when one of them did not answer."""
    asked = Contents(tuple(hashes))
    found: set[str] = set()
    for service in backend.services.values():
        try:
            deadline = Deadline.after(seconds)
            answer = backend.once(service.name, KNOWN_DOCUMENTS, asked, THE_GATEWAY, deadline, correlation_id)
        except (ServiceUnavailable, Refused) as error:
            log.warning("sweep_put_off", service=service.name, reason=type(error).__name__)
            return None
        found |= set(answer.hashes)
    return found

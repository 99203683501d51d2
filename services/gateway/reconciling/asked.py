"""A comparison is a job of the gateway, done by one of its copies: once a day, each hour while something is wrong, and
when an operator asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mpp.jobs.kinds import JobKind
from mpp.jobs.queue import enqueue
from mpp.json_values import JsonObject, iso, optional_moment, text
from mpp.persistence.database import Database
from services.gateway.reconciling import queries

GRACE = timedelta(minutes=10)  # an event may still be on its way


@dataclass(frozen=True)
class Asked:
    """For what: a span, as far as it is given, and a name by which who asked finds the answer."""

    name: str
    since: datetime | None = None
    until: datetime | None = None

    def to_json(self) -> JsonObject:
        return {"name": self.name, "since": iso(self.since), "until": iso(self.until)}

    @classmethod
    def from_json(cls, found: JsonObject) -> Asked:
        return cls(text(found, "name"), optional_moment(found, "since"), optional_moment(found, "until"))


RECONCILE = JobKind(
    "events.reconcile",
    Asked.to_json,
    Asked.from_json,
    delays=(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)),
    seconds=1800.0,
)


def leave_reconciliation(database: Database, now: datetime, asked: Asked) -> bool:
    """Let it be done soon; False where it was asked for under this name already."""
    with database.transaction() as tx:
        return enqueue(tx, RECONCILE, asked.name, asked, now)


def leave_regular(database: Database, now: datetime) -> bool:
    """The one of today; or that of this hour, while the last one found something or heard nothing of somebody."""
    with database.transaction() as tx:
        kept = queries.last(tx)
        often = kept is not None and not kept.found.clean
        name = now.strftime("%Y-%m-%dT%H" if often else "%Y-%m-%d")
        return enqueue(tx, RECONCILE, name, Asked(name), now)

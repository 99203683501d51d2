"""What time ends beside cases, and what goes then: nothing grows for ever (guarantee 8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection

from mpp.cases.reading.online import type_of
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import online_rows, satisfaction_rows
from mpp.casework.access.actors import SYSTEM
from mpp.casework.rules.online import LAPSED
from mpp.clock import new_id
from mpp.crashpoints import reach
from mpp.persistence.audit import trail

EVERY = 3600.0  # seconds
BATCH = 1000


def forget(host: CaseHost) -> int:
    """Remove one-time addresses that ended long ago, end what no clerk has accepted, and erase what ended so; how many
    went. In short transactions; copies of a service may do it at once."""

    def lapse(tx: Connection, today: date, batch: int) -> int:
        return _lapse(host, tx, today, batch)

    return sum(_batches(host, each) for each in (satisfaction_rows.prune, lapse, online_rows.erase))


def _batches(host: CaseHost, some: Callable[[Connection, date, int], int]) -> int:
    total = 0
    while True:
        with host.database.transaction() as tx:
            gone = some(tx, host.today(host.clock.now()), BATCH)
            if gone:
                reach("command.before_commit")
        if gone:
            reach("command.after_commit")
        total += gone
        if gone < BATCH:
            return total


def _lapse(host: CaseHost, tx: Connection, today: date, batch: int) -> int:
    """Write down what has lapsed since its last day is over, so that it is on record and is erased in time."""
    now, found = host.clock.now(), online_rows.over(tx, today, batch)
    for filing in found:
        online = type_of(tx, host, filing).filed_online
        after = filing.ended(LAPSED, now, today if online is None else online.kept_until(today))
        online_rows.change(tx, after)
        trail.record(
            tx,
            at=now,
            actor=SYSTEM,
            office=filing.office,
            action="online_lapsed",
            case_id=filing.id,
            details={"service": filing.service, "version": after.version},
            correlation_id=new_id(),
        )
    return len(found)

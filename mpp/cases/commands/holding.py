"""Putting a person's open cases on hold."""

from __future__ import annotations

from sqlalchemy import Connection

from mpp.cases.recording import recorder
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause, work_on
from mpp.cases.storage import case_rows
from mpp.casework.access.actors import SYSTEM
from mpp.casework.rules import built_in


def hold_open_cases(
    host: CaseHost, tx: Connection, person: str, reason: str, *, correlation_id: str, causation_id: str
) -> int:
    """Put every open case of a person on hold, each with its own event; how many there were.

    The caller holds the person's lock (`persons.lock`).
    """
    held = 0
    cause = Cause(SYSTEM, host.clock.now(), correlation_id, causation_id)
    for case_id in case_rows.open_cases_of(tx, person):
        record = case_rows.find(tx, id_=case_id, lock=True)
        if record is None or record.finished_at is not None:
            continue
        work = work_on(host, tx, record, cause)
        entry = built_in.hold(work.service_type, work.case, SYSTEM, reason, work.context())
        if entry is not None:
            recorder.record(work, entry, "held")
            held += 1
    return held

"""What the mall does by itself when time passes: it tells what is due, climbs the escalation ladder, takes the action
that the catalogue names for when a window has closed, and counts again after the calendar was corrected.

Each of these is a step of the case like any other: under the lock of its row, on the timeline, with an event.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy import Connection

from mpp.cases.levies import assessments
from mpp.cases.levies.payments import Payments
from mpp.cases.recording.recorder import CaseWriter, Doing
from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.casework.access.actors import BANK, SYSTEM
from mpp.casework.case.case import Case, Entry, Task, evolve
from mpp.casework.case.changes import Change, Escalated, Reported
from mpp.casework.refusals import Refused
from mpp.casework.rules import workflow
from mpp.casework.rules.service_type import ESCALATION_LADDER, ServiceType
from mpp.casework.time import case_clocks
from mpp.casework.time.alarms import DUE_SOON, ESCALATED, OVERDUE, Alarm, next_alarm, passed
from mpp.clock import Clock, new_id
from mpp.hosting.definition import ServiceDefinition
from mpp.json_values import mapping

log = structlog.get_logger(__name__)

RECOUNT = "recount"
LEVY_OVERDUE = "levy_overdue"
NOTE_DEEMED = "Batas waktu terlampaui tanpa keputusan: dianggap dikabulkan (no decision in time: deemed granted)"
NOTE_ON_DUE = "Batas waktu terlampaui (the time given has run out)"


@dataclass(frozen=True)
class _Ringing:
    """A clock of the case, the whole (`task` None) or a task's, whose next threshold lies behind."""

    at: Any
    task: Task | None
    found: list[Alarm]
    reported: int


class ByItself:
    """The steps that nobody takes. `now` is the injected clock's, so that a test can let time pass."""

    def __init__(self, definition: ServiceDefinition, writer: CaseWriter, payments: Payments) -> None:
        self._definition = definition
        self._writer = writer
        self._payments = payments

    def look_at(self, tx: Connection, case_id: str, clock: Clock) -> int:
        """Do what time has made due in a case; the number of its steps.

        0 when there is nothing to do, also since somebody holds the case's row at this moment: the next round
        finds it again.
        """
        record = case_rows.find(tx, id_=case_id, lock=True, skip_locked=True)
        if record is None:
            return 0
        doing = Doing(SYSTEM, clock.now(), new_id())
        kind = self._writer.versions.get(tx, record.case.service, record.case.service_version)
        record, levied = self._levy(tx, kind, record, doing)
        if record.finished_at is not None:
            return levied
        record, steps = self._recount(tx, kind, record, doing)
        steps += levied
        while record.finished_at is None:
            ringing = self._ringing(kind, record.case, doing)
            if ringing is None:
                break
            record = self._step(tx, kind, record, ringing, doing)
            steps += 1
        return steps

    # ------------------------------------------------------------- levies

    def _levy(self, tx: Connection, kind: ServiceType, record: Record, doing: Doing) -> tuple[Record, int]:
        """Money that waited for the case sends it on; an unpaid assessment becomes overdue. Money first: who has paid
        is not told that time has run out."""
        if kind.levy is None:
            return record, 0
        record, applied = self._payments.apply_waiting(tx, kind, record, replace(doing, actor=BANK))
        overdue = assessments.look_at_due(self._writer.work(tx, kind, record, doing))
        if overdue:
            record = self._writer.beside(tx, kind, record, LEVY_OVERDUE, doing)
        return record, applied + overdue

    # ------------------------------------------------------------- a corrected calendar

    def _recount(self, tx: Connection, kind: ServiceType, record: Record, doing: Doing) -> tuple[Record, int]:
        """Count the dates again where they were counted with another calendar."""
        calendar = self._writer.calendar
        if record.calendar == calendar.name:
            return record, 0
        changes = case_clocks.recounted(kind, record.case, doing.now, calendar.current)
        if not changes:
            case_rows.set_calendar(tx, record.case.id, calendar.name)
            return record, 0
        entry = _entry(record.case, doing, RECOUNT, changes)
        return self._writer.write(tx, kind, record, entry, "updated", doing), 1

    # ------------------------------------------------------------- thresholds

    def _ringing(self, kind: ServiceType, case: Case, doing: Doing) -> _Ringing | None:
        """The clock whose threshold was passed first, of those that were passed and not reported."""
        found = []
        calendar = self._writer.calendar.current
        if case.alarm_at is not None and case.alarm_at < doing.now:
            alarms = case_clocks.case_alarms(kind, case_clocks.clock_of(kind, case, calendar))
            found.append(_Ringing(case.alarm_at, None, alarms, case.reported))
        for task in case.open_tasks:
            clock = case_clocks.task_clock(task, calendar)
            if clock is not None and task.alarm_at is not None and task.alarm_at < doing.now:
                alarms = case_clocks.task_alarms(kind, case_clocks.spec_of(kind, case, task), clock)
                found.append(_Ringing(task.alarm_at, task, alarms, task.reported))
        return min(found, key=lambda ringing: ringing.at) if found else None

    def _step(self, tx: Connection, kind: ServiceType, record: Record, ringing: _Ringing, doing: Doing) -> Record:
        reached = passed(ringing.found, doing.now)
        if reached <= ringing.reported:
            raise RuntimeError(f"case {record.case.id}: its alarm does not belong to its clock")
        new = ringing.found[ringing.reported : reached]
        names = {alarm.name for alarm in new}
        if OVERDUE in names and ringing.task is not None:
            acted = self._on_due(tx, kind, record, ringing.task, doing)
            if acted is not None:
                return acted
        if OVERDUE in names and ringing.task is None and kind.deemed_approval:
            return self._deem_granted(tx, kind, record, doing)
        name = OVERDUE if OVERDUE in names else ESCALATED if ESCALATED in names else DUE_SOON
        task = ringing.task
        alarm_at = next_alarm(ringing.found, reached)
        changes: list[Change] = [Reported(None if task is None else task.id, reached, alarm_at)]
        to = _highest([record.case.escalated, *(alarm.to for alarm in new)])
        if to is not None and to != record.case.escalated:
            changes.append(Escalated(to))
        entry = _entry(record.case, doing, name, changes)
        told = _told(record.case, task, new[-1].to, ringing.found)
        return self._writer.write(tx, kind, record, entry, name, doing, told=told)

    def _on_due(self, tx: Connection, kind: ServiceType, record: Record, task: Task, doing: Doing) -> Record | None:
        """Take the action that the catalogue names for this moment; None where there is none, or it was refused."""
        spec = case_clocks.spec_of(kind, record.case, task)
        if spec is None or spec.on_due is None:
            return None
        action = workflow.find_action(kind, spec.on_due)
        try:
            with tx.begin_nested():
                return self._writer.declared(tx, kind, record, action, doing, note=NOTE_ON_DUE, data={}, ticks={})
        except Refused as refused:
            log.warning("timer.refused", case=record.case.id, action=action.code, code=refused.code)
            return None

    def _deem_granted(self, tx: Connection, kind: ServiceType, record: Record, doing: Doing) -> Record:
        """The limit passed in silence. Only a running clock has a limit: what is on hold, waits for the applicant or
        is decided is never here, and the clock ends with this step, so it happens once."""
        before = record.case
        context = self._writer.context(doing)
        entry = workflow.deem_granted(kind, before, doing.actor, context, NOTE_DEEMED)
        after = evolve(before, entry)
        told = {
            "service": before.service,
            "state": after.state,
            "previous_state": before.state,
            "office": after.office,
            "office_of_origin": before.office_of_origin,
            "silent_office": before.office,
            **mapping(after.data, workflow.DEEMED_GRANTED),
        }
        return self._writer.write(tx, kind, record, entry, workflow.DEEMED_GRANTED, doing, told=told)


def _entry(case: Case, doing: Doing, action: str, changes: list[Change]) -> Entry:
    return Entry(
        case.version + 1, doing.now, doing.actor.id, None, action, case.state, case.state, None, tuple(changes)
    )


def _highest(steps: list[str | None]) -> str | None:
    known = [step for step in steps if step is not None]
    return max(known, key=ESCALATION_LADDER.index) if known else None


def _told(case: Case, task: Task | None, to: str | None, found: list[Alarm]) -> dict[str, Any]:
    due_at = next(alarm.at for alarm in found if alarm.name == OVERDUE)
    return {
        "service": case.service,
        "state": case.state,
        "stage": None if task is None else task.code,
        "office": case.office if task is None else task.office,
        "office_of_origin": case.office_of_origin,
        "due_at": due_at.isoformat(),
        "assigned": any(t.claimed_by is not None for t in (case.open_tasks if task is None else (task,))),
        "escalated_to": to,
    }

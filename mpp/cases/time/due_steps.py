"""What the mall does by itself when time passes: it lets a window run whose citizen was told, tells what is due, climbs
the escalation ladder, takes the action that the catalogue names for when a window has closed, and counts again after
the calendar was corrected.

Each of these is a step of the case like any other: under the lock of its row, on the timeline, with an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection

from mpp.cases.levies import assessments, payments
from mpp.cases.papers import later, taking
from mpp.cases.recording import recorder
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause, Work, work_on
from mpp.cases.storage import case_rows
from mpp.cases.time import windows
from mpp.casework.access.actors import BANK, SYSTEM
from mpp.casework.case.case import Case, Task, evolve
from mpp.casework.case.changes import Change, Escalated, Reported
from mpp.casework.refusals import Refused
from mpp.casework.rules import case_clocks, workflow
from mpp.casework.rules.service_type import ESCALATION_LADDER
from mpp.casework.rules.thresholds import DUE_SOON, ESCALATED, OVERDUE, Threshold, next_alarm, passed
from mpp.clock import new_id
from mpp.json_values import JsonObject, mapping

log = structlog.get_logger(__name__)

RECOUNT = "recount"
LEVY_OVERDUE = "levy_overdue"
NOTE_DEEMED = "Batas waktu terlampaui tanpa keputusan: dianggap dikabulkan (no decision in time: deemed granted)"
NOTE_ON_DUE = "Batas waktu terlampaui (the time given has run out)"


@dataclass(frozen=True)
class _Ringing:
    """A clock of the case, the whole (`task` None) or a task's, whose next threshold lies behind."""

    at: datetime
    task: Task | None
    found: list[Threshold]
    reported: int


class DueSteps:
    """The steps that nobody takes. `now` is the injected clock's, so that a test can let time pass."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def look_at(self, tx: Connection, case_id: str) -> int:
        """Do what time has made due in a case; the number of its steps.

        0 when there is nothing to do, also since somebody holds the case's row at this moment: the next round
        finds it again.
        """
        record = case_rows.find(tx, id_=case_id, lock=True, skip_locked=True)
        if record is None:
            return 0
        work = work_on(self._host, tx, record, Cause(SYSTEM, self._host.clock.now(), new_id()))
        work, steps = _money(work)
        for look in (windows.begin, _recount, _overdue):
            work, done = look(work)
            steps += done
        while work.record.finished_at is None:
            ringing = _ringing(work)
            if ringing is None:
                break
            work = _step(work, ringing)
            steps += 1
        return steps


# ----------------------------------------------------------------- levies


def _money(work: Work) -> tuple[Work, int]:
    """Money that waited for the case sends it on. Money first: who has paid is not told that time has run out."""
    if work.service_type.levy is None:
        return work, 0
    after, applied = payments.apply_waiting(work.by(BANK))
    return after.by(SYSTEM), applied


def _overdue(work: Work) -> tuple[Work, int]:
    """An unpaid assessment becomes overdue, by the calendar of now."""
    if work.service_type.levy is None or not assessments.look_at_due(work):
        return work, 0
    return recorder.beside(work, LEVY_OVERDUE), 1


# ----------------------------------------------------------------- a corrected calendar


def _recount(work: Work) -> tuple[Work, int]:
    """Count the dates again where they were counted with another calendar."""
    calendar = work.host.calendar
    if work.record.finished_at is not None or work.record.calendar == calendar.name:
        return work, 0
    postponed = work.service_type.levy is not None and assessments.recount(work)
    changes = case_clocks.recounted(work.service_type, work.case, work.now, calendar.current)
    if not changes and not postponed:
        case_rows.set_calendar(work.tx, work.case.id, calendar.name)
        return work, 0
    entry = work.case.entry(RECOUNT, work.actor.id, work.now, changes)
    return recorder.record(work, entry, "updated", recounted=True), 1


# ----------------------------------------------------------------- thresholds


def _ringing(work: Work) -> _Ringing | None:
    """The clock whose threshold was passed first, of those that were passed and not reported.

    While a decision is being signed nothing follows from a time that has run out: it is left until that has ended.
    """
    found = []
    service_type, case, calendar = work.service_type, work.case, work.host.calendar.current
    if case.alarm_at is not None and case.alarm_at < work.now:
        thresholds = case_clocks.case_thresholds(service_type, case_clocks.clock_of(service_type, case, calendar))
        found.append(_Ringing(case.alarm_at, None, thresholds, case.reported))
    for task in case.open_tasks:
        clock = case_clocks.task_clock(task, calendar)
        if clock is not None and task.alarm_at is not None and task.alarm_at < work.now:
            spec = case_clocks.spec_of(service_type, case, task)
            thresholds = case_clocks.task_thresholds(service_type, spec, clock, task.due_at)
            found.append(_Ringing(task.alarm_at, task, thresholds, task.reported))
    if case.signing is not None:
        found = [ringing for ringing in found if not _has_consequences(work, ringing)]
    return min(found, key=lambda ringing: ringing.at) if found else None


def _has_consequences(work: Work, ringing: _Ringing) -> bool:
    """Whether a limit has passed by which the case goes on: silence grants, or the mall takes an action by itself."""
    reached = ringing.found[ringing.reported : passed(ringing.found, work.now)]
    if OVERDUE not in {threshold.name for threshold in reached}:
        return False
    if ringing.task is None:
        return work.service_type.deemed_approval
    spec = case_clocks.spec_of(work.service_type, work.case, ringing.task)
    return spec is not None and spec.on_due is not None


def _step(work: Work, ringing: _Ringing) -> Work:
    reached = passed(ringing.found, work.now)
    if reached <= ringing.reported:
        raise RuntimeError(f"case {work.case.id}: its alarm does not belong to its clock")
    names = {threshold.name for threshold in ringing.found[ringing.reported : reached]}
    if OVERDUE in names and ringing.task is not None:
        acted = _on_due(work, ringing.task)
        if acted is not None:
            return acted
    if OVERDUE in names and ringing.task is None and work.service_type.deemed_approval:
        return deem_granted(work)
    name = OVERDUE if OVERDUE in names else ESCALATED if ESCALATED in names else DUE_SOON
    return _tell(work, ringing, reached, name)


def _tell(work: Work, ringing: _Ringing, reached: int, name: str) -> Work:
    """A threshold was passed and there is nothing to do but to tell whom it concerns."""
    task, new = ringing.task, ringing.found[ringing.reported : reached]
    alarm_at = next_alarm(ringing.found, reached)
    changes: list[Change] = [Reported(None if task is None else task.id, reached, alarm_at)]
    to = _highest([work.case.escalated, *(threshold.to for threshold in new)])
    if to is not None and to != work.case.escalated:
        changes.append(Escalated(to))
    told = _told(work.case, task, new[-1].to, ringing.found)
    return recorder.record(work, work.case.entry(name, work.actor.id, work.now, changes), name, told=told)


def _on_due(work: Work, task: Task) -> Work | None:
    """Take the action that the catalogue names for this moment; None where there is none, or it was refused."""
    spec = case_clocks.spec_of(work.service_type, work.case, task)
    if spec is None or spec.on_due is None:
        return None
    action = workflow.find_action(work.service_type, spec.on_due)
    try:
        with work.tx.begin_nested():
            return taking.take(work, action, note=NOTE_ON_DUE)
    except Refused as refused:
        log.warning("timer.refused", case=work.case.id, action=action.code, code=refused.code)
        return None


def deem_granted(work: Work) -> Work:
    """The limit passed in silence. Only a running clock has a limit: what is on hold, waits for the applicant or
    is decided is never here, and the clock ends with this step, so it happens once."""
    before = work.case
    entry = workflow.deem_granted(work.service_type, before, work.actor, work.context(), NOTE_DEEMED)
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
    granted = recorder.record(work, entry, workflow.DEEMED_GRANTED, told=told)
    later.grant_by_law(granted)
    return granted


def _highest(steps: list[str | None]) -> str | None:
    known = [step for step in steps if step is not None]
    return max(known, key=ESCALATION_LADDER.index) if known else None


def _told(case: Case, task: Task | None, to: str | None, found: list[Threshold]) -> JsonObject:
    due_at = next(threshold.at for threshold in found if threshold.name == OVERDUE)
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

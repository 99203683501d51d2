"""A case and its timeline: what happened, and the state that follows from it. Pure.

Every step of a case is one `Entry` with the changes that it made; `evolve` applies them. Replaying the timeline from
the first entry therefore rebuilds state, tasks, clocks, office and number (guarantee 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from mpp.casework.case.changes import (
    Change,
    ClockMoved,
    DataCorrected,
    DataSet,
    DocumentHandedIn,
    DocumentTakenOut,
    Escalated,
    Held,
    Numbered,
    OfficeChanged,
    Opened,
    PaperLearned,
    PersonCorrected,
    Reported,
    SigningBegun,
    SigningEnded,
    TaskClaimed,
    TaskClockMoved,
    TaskClosed,
    TaskOpened,
    Ticked,
    WarningAnswered,
)
from mpp.casework.case.papers import Paper
from mpp.casework.case.signing import Signing
from mpp.casework.time.stored_clock import StoredClock
from mpp.json_values import JsonObject


@dataclass(frozen=True)
class Task:
    """Work that waits at an office, under a clock of its own where it has one.

    `due_at` moves only with that clock; `outcome` is None while the task is open. `alarm_at` is when the timer must
    look at it next, `reported` how many of its thresholds were reported (`mpp.casework.rules.thresholds`).
    """

    id: str
    code: str
    office: str
    role: str
    opened_at: datetime
    due_at: datetime | None = None
    outcome: str | None = None
    closed_at: datetime | None = None
    claimed_by: str | None = None
    clock: StoredClock | None = None
    alarm_at: datetime | None = None
    reported: int = 0

    @property
    def open(self) -> bool:
        return self.outcome is None


@dataclass(frozen=True)
class Entry:
    """One line of the timeline: who did what, where, when and why, and what it changed.

    `version` is that of the case after it; `actor` and `office` are ids; `from_state` is None for the first line.
    """

    version: int
    at: datetime
    actor: str
    office: str | None
    action: str
    from_state: str | None
    to_state: str
    note: str | None
    changes: tuple[Change, ...]

    @property
    def corrects(self) -> bool:
        """Whether it corrected what had been filed."""
        return any(isinstance(change, DataCorrected | PersonCorrected) for change in self.changes)

    @property
    def changed_fields(self) -> list[str]:
        """The names of what it set, corrected or took out, sorted: the case's data, `applicant.nik` and the like."""
        names: set[str] = set()
        for change in self.changes:
            match change:
                case DataSet(values):
                    names |= set(values)
                case DataCorrected(values, removed):
                    names |= {*values, *removed}
                case PersonCorrected(role, values):
                    names |= {f"{role}.{name}" for name in values}
        return sorted(names)


@dataclass(frozen=True)
class Case:
    """One run of a service type.

    - `data`: the form as it was filed, and the data of each action under the action's code.
    - `ticks`: whether each requirement is fulfilled, by its code.
    - `clock`, `due_at`, `alarm_at`, `reported`: the statutory clock, None until it starts, and what follows from it, as
      for a task. `calendar_complete` is False where the holidays of a year that it touches are not decided yet.
    - `held`: the coded reason of a case on hold; `number`: its legal number; `escalated`: the highest step of the
      ladder that any of its clocks has reached; `since`: when it began to wait where it waits now.
    - `papers`: what is known of papers that the mall itself issues, by requirement (`casework.rules.prerequisites`).
    - `signing`: the decision that waits for its signed paper; None where none does.
    """

    id: str
    service: str
    service_version: int
    state: str = ""
    version: int = 0
    office_of_origin: str = ""
    office: str = ""
    data: JsonObject = field(default_factory=dict)
    ticks: Mapping[str, bool] = field(default_factory=dict)
    clock: StoredClock | None = None
    due_at: datetime | None = None
    calendar_complete: bool = True
    held: str | None = None
    number: str | None = None
    tasks: tuple[Task, ...] = ()
    alarm_at: datetime | None = None
    reported: int = 0
    escalated: str | None = None
    since: datetime | None = None
    papers: Mapping[str, Paper] = field(default_factory=dict)
    signing: Signing | None = None

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """The tasks that nobody has closed, in the order in which they were opened."""
        return tuple(t for t in self.tasks if t.open)

    @property
    def touching(self) -> frozenset[str]:
        """Every office that this case concerns: its origin, its present one, and that of each task."""
        return frozenset({self.office_of_origin, self.office, *(t.office for t in self.tasks)})

    def entry(
        self,
        action: str,
        actor: str,
        at: datetime,
        changes: Iterable[Change] = (),
        *,
        office: str | None = None,
        note: str | None = None,
        to_state: str | None = None,
    ) -> Entry:
        """The next line of its timeline. Without `to_state` the case stays in the state in which it is."""
        following = self.state if to_state is None else to_state
        return Entry(self.version + 1, at, actor, office, action, self.state, following, note, tuple(changes))


def evolve(case: Case, entry: Entry) -> Case:
    """The case after this entry. Raises ValueError for an entry that does not follow the one before."""
    if entry.version != case.version + 1:
        raise ValueError(f"entry {entry.version} does not follow version {case.version}")
    for change in entry.changes:
        case = _apply(case, change)
    waits_anew = entry.to_state != case.state or any(isinstance(c, TaskOpened | Held) for c in entry.changes)
    since = entry.at if waits_anew else case.since
    return replace(case, version=entry.version, state=entry.to_state, since=since)


def replay(empty: Case, timeline: Iterable[Entry]) -> Case:
    """The case that a whole timeline leads to."""
    for entry in timeline:
        empty = evolve(empty, entry)
    return empty


def _apply(case: Case, change: Change) -> Case:
    match change:
        case Opened(office):
            return replace(case, office_of_origin=office, office=office)
        case DataSet(values):
            return replace(case, data={**case.data, **values})
        case DataCorrected(values, removed):
            kept = {name: value for name, value in case.data.items() if name not in removed}
            return replace(case, data={**kept, **values})
        case PersonCorrected() | WarningAnswered():
            return case  # applicant and proxy stand beside the case; answers on its timeline alone
        case Ticked(ticks):
            return replace(case, ticks={**case.ticks, **ticks})
        case DocumentHandedIn(requirement):
            return replace(case, ticks={**case.ticks, requirement: True})
        case DocumentTakenOut(requirement, _, fulfilled):
            return replace(case, ticks={**case.ticks, requirement: fulfilled})
        case PaperLearned(requirement, paper):
            return replace(case, papers={**case.papers, requirement: paper})
        case OfficeChanged(office):
            return replace(case, office=office)
        case ClockMoved(clock, due_at, complete, alarm_at, reported):
            moved = replace(case, clock=clock, due_at=due_at, calendar_complete=complete)
            return replace(moved, alarm_at=alarm_at, reported=reported)
        case Reported(None, thresholds, alarm_at):
            return replace(case, reported=thresholds, alarm_at=alarm_at)
        case Escalated(to):
            return replace(case, escalated=to)
        case Held(reason):
            return replace(case, held=reason)
        case Numbered(number):
            return replace(case, number=number)
        case SigningBegun(signing):
            return replace(case, signing=signing)
        case SigningEnded():
            return replace(case, signing=None)
        case TaskOpened():
            return replace(case, tasks=(*case.tasks, _task(change)))
        case TaskClosed() | TaskClaimed() | TaskClockMoved() | Reported():
            return replace(case, tasks=tuple(_after(t, change) if t.id == change.task else t for t in case.tasks))
        case _:
            assert_never(change)


def _task(opened: TaskOpened) -> Task:
    return Task(
        opened.task,
        opened.code,
        opened.office,
        opened.role,
        opened.at,
        opened.due_at,
        clock=opened.clock,
        alarm_at=opened.alarm_at,
    )


def _after(task: Task, change: TaskClosed | TaskClaimed | TaskClockMoved | Reported) -> Task:
    match change:
        case TaskClosed(_, outcome, at):
            return replace(task, outcome=outcome, closed_at=at, alarm_at=None)
        case TaskClaimed(_, by):
            return replace(task, claimed_by=by)
        case TaskClockMoved(_, clock, due_at, alarm_at, reported):
            return replace(task, clock=clock, due_at=due_at, alarm_at=alarm_at, reported=reported)
        case Reported(_, thresholds, alarm_at):
            return replace(task, reported=thresholds, alarm_at=alarm_at)
        case _:
            assert_never(change)

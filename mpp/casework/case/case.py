"""A case and its timeline: what happened, and the state that follows from it. Pure.

Every change of a case is one `Entry` with the changes it made; `evolve` applies them. Replaying the timeline from
the first entry therefore rebuilds state, tasks, clock, office and number (guarantee 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

Change = Mapping[str, Any]
_WAITS_ANEW = ("task_opened", "held")


@dataclass(frozen=True)
class Task:
    """Work that waits at an office, under a clock of its own where it has one (`StatutoryClock.to_dict`).

    `due_at` moves only with that clock; `outcome` is None while open. `alarm_at` is when the timer must look at it
    next, `reported` how many of its thresholds have been reported (`mpp.casework.time.alarms`).
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
    clock: Mapping[str, Any] = field(default_factory=dict)
    alarm_at: datetime | None = None
    reported: int = 0

    @property
    def open(self) -> bool:
        return self.outcome is None


@dataclass(frozen=True)
class Entry:
    """One line of the timeline: who did what, where, when, why, and the changes that it made."""

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
    def changed_fields(self) -> list[str]:
        """The names of the case's data that it set or took out, sorted."""
        data = [change for change in self.changes if change["kind"] == "data"]
        return sorted({name for change in data for name in (*change["set"], *change.get("unset", ()))})


@dataclass(frozen=True)
class Case:
    """One run of a service type. `clock` is the statutory clock as `StatutoryClock.to_dict` gives it.

    `alarm_at` and `reported` as of a task; `escalated` is the highest step of the ladder that any clock of the case
    has reached; `since` is when it began to wait where it waits now; `papers` what is known of those that the mall
    itself issues, by requirement (`mpp.casework.rules.prerequisites`).
    """

    id: str
    service: str
    service_version: int
    state: str = ""
    version: int = 0
    office_of_origin: str = ""
    office: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    ticks: Mapping[str, bool] = field(default_factory=dict)
    clock: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    calendar_complete: bool = True
    held: str | None = None
    number: str | None = None
    tasks: tuple[Task, ...] = ()
    alarm_at: datetime | None = None
    reported: int = 0
    escalated: str | None = None
    since: datetime | None = None
    papers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        return tuple(t for t in self.tasks if t.open)

    @property
    def touching(self) -> frozenset[str]:
        """Every office that this case concerns: origin, present one, and each task's."""
        return frozenset({self.office_of_origin, self.office, *(t.office for t in self.tasks)})


def evolve(case: Case, entry: Entry) -> Case:
    """The case after this entry. Raises ValueError for an entry that does not follow the one before."""
    if entry.version != case.version + 1:
        raise ValueError(f"entry {entry.version} does not follow version {case.version}")
    for change in entry.changes:
        case = _apply(case, change)
    waits_anew = entry.to_state != case.state or any(c["kind"] in _WAITS_ANEW for c in entry.changes)
    since = entry.at if waits_anew else case.since
    return replace(case, version=entry.version, state=entry.to_state, since=since)


def replay(empty: Case, timeline: Iterable[Entry]) -> Case:
    """The case that a whole timeline leads to."""
    for entry in timeline:
        empty = evolve(empty, entry)
    return empty


def _apply(case: Case, change: Change) -> Case:
    kind = change["kind"]
    if kind == "opened":
        return replace(case, office_of_origin=change["office"], office=change["office"])
    if kind == "data":
        kept = {name: value for name, value in case.data.items() if name not in change.get("unset", ())}
        return replace(case, data={**kept, **change["set"]})
    if kind == "ticks":
        return replace(case, ticks={**case.ticks, **change["set"]})
    if kind == "clock":
        return replace(
            case,
            clock=change["clock"],
            due_at=_moment(change["due_at"]),
            calendar_complete=change["calendar_complete"],
            alarm_at=_moment(change["alarm_at"]),
            reported=change["reported"],
        )
    if kind == "task_clock":
        return _with_task(
            case,
            change["task"],
            clock=change["clock"],
            due_at=_moment(change["due_at"]),
            alarm_at=_moment(change["alarm_at"]),
            reported=change["reported"],
        )
    if kind == "reported":
        told: dict[str, Any] = {"reported": change["threshold"], "alarm_at": _moment(change["alarm_at"])}
        if change["task"] is not None:
            return _with_task(case, change["task"], **told)
        return replace(case, **told)
    if kind == "escalated":
        return replace(case, escalated=change["to"])
    if kind == "task_opened":
        return replace(case, tasks=(*case.tasks, _task(change)))
    if kind == "task_closed":
        closed_at = _moment(change["at"])
        return _with_task(case, change["task"], outcome=change["outcome"], closed_at=closed_at, alarm_at=None)
    if kind == "task_claimed":
        return _with_task(case, change["task"], claimed_by=change["by"])
    if kind == "office":
        return replace(case, office=change["office"])
    if kind == "paper":
        return replace(case, papers={**case.papers, change["requirement"]: dict(change["paper"])})
    if kind == "held":
        return replace(case, held=change["reason"])
    if kind == "number":
        return replace(case, number=change["number"])
    raise ValueError(f"unknown change {kind!r}")


def _task(change: Change) -> Task:
    opened_at = _moment(change["at"])
    if opened_at is None:
        raise ValueError("a task is opened at a moment")
    return Task(
        change["task"],
        change["code"],
        change["office"],
        change["role"],
        opened_at,
        _moment(change["due_at"]),
        clock=change["clock"],
        alarm_at=_moment(change["alarm_at"]),
    )


def _with_task(case: Case, task_id: str, **values: Any) -> Case:
    return replace(case, tasks=tuple(replace(t, **values) if t.id == task_id else t for t in case.tasks))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

"""Changes of where a case stands: its tasks, its office, its clocks. Use them from `mpp.casework.case.changes`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mpp.casework.time.stored_clock import StoredClock, read_clock, write_clock
from mpp.json_values import JsonObject, iso, mapping, moment, optional_moment, optional_text, text, truth, whole


@dataclass(frozen=True)
class TaskOpened:
    """Work waits at an office. `clock` is None, and stored as an empty object, for a task without a time of its own."""

    task: str
    code: str
    office: str
    role: str
    at: datetime
    clock: StoredClock | None
    due_at: datetime | None
    alarm_at: datetime | None

    def to_json(self) -> JsonObject:
        return {
            "kind": "task_opened",
            "task": self.task,
            "code": self.code,
            "office": self.office,
            "role": self.role,
            "at": iso(self.at),
            "clock": write_clock(self.clock),
            "due_at": iso(self.due_at),
            "alarm_at": iso(self.alarm_at),
        }

    @classmethod
    def from_json(cls, stored: JsonObject) -> TaskOpened:
        return cls(
            text(stored, "task"),
            text(stored, "code"),
            text(stored, "office"),
            text(stored, "role"),
            moment(stored, "at"),
            read_clock(stored.get("clock")),
            optional_moment(stored, "due_at"),
            optional_moment(stored, "alarm_at"),
        )


@dataclass(frozen=True)
class TaskClosed:
    """A task was done or cancelled."""

    task: str
    outcome: str
    at: datetime

    def to_json(self) -> JsonObject:
        return {"kind": "task_closed", "task": self.task, "outcome": self.outcome, "at": iso(self.at)}

    @classmethod
    def from_json(cls, stored: JsonObject) -> TaskClosed:
        return cls(text(stored, "task"), text(stored, "outcome"), moment(stored, "at"))


@dataclass(frozen=True)
class TaskClaimed:
    """A task belongs to one account now; to nobody (None) when it was released."""

    task: str
    by: str | None

    def to_json(self) -> JsonObject:
        return {"kind": "task_claimed", "task": self.task, "by": self.by}

    @classmethod
    def from_json(cls, stored: JsonObject) -> TaskClaimed:
        return cls(text(stored, "task"), optional_text(stored, "by"))


@dataclass(frozen=True)
class OfficeChanged:
    """The case is at another office now."""

    office: str

    def to_json(self) -> JsonObject:
        return {"kind": "office", "office": self.office}

    @classmethod
    def from_json(cls, stored: JsonObject) -> OfficeChanged:
        return cls(text(stored, "office"))


@dataclass(frozen=True)
class ClockMoved:
    """The statutory clock as it is now, and what follows from it (`mpp.casework.rules.case_clocks`)."""

    clock: StoredClock
    due_at: datetime | None
    calendar_complete: bool
    alarm_at: datetime | None
    reported: int

    def to_json(self) -> JsonObject:
        return {
            "kind": "clock",
            "calendar_complete": self.calendar_complete,
            "clock": self.clock.to_json(),
            "due_at": iso(self.due_at),
            "alarm_at": iso(self.alarm_at),
            "reported": self.reported,
        }

    @classmethod
    def from_json(cls, stored: JsonObject) -> ClockMoved:
        return cls(
            StoredClock.from_json(mapping(stored, "clock")),
            optional_moment(stored, "due_at"),
            truth(stored, "calendar_complete"),
            optional_moment(stored, "alarm_at"),
            whole(stored, "reported", missing=0),
        )


@dataclass(frozen=True)
class TaskClockMoved:
    """The clock of one task as it is now, and what follows from it."""

    task: str
    clock: StoredClock
    due_at: datetime | None
    alarm_at: datetime | None
    reported: int

    def to_json(self) -> JsonObject:
        return {
            "kind": "task_clock",
            "task": self.task,
            "clock": self.clock.to_json(),
            "due_at": iso(self.due_at),
            "alarm_at": iso(self.alarm_at),
            "reported": self.reported,
        }

    @classmethod
    def from_json(cls, stored: JsonObject) -> TaskClockMoved:
        return cls(
            text(stored, "task"),
            StoredClock.from_json(mapping(stored, "clock")),
            optional_moment(stored, "due_at"),
            optional_moment(stored, "alarm_at"),
            whole(stored, "reported"),
        )


@dataclass(frozen=True)
class Reported:
    """How many thresholds of a clock (`mpp.casework.rules.thresholds`) are told by now. No task: the case's."""

    task: str | None
    thresholds: int
    alarm_at: datetime | None

    def to_json(self) -> JsonObject:
        return {"kind": "reported", "task": self.task, "threshold": self.thresholds, "alarm_at": iso(self.alarm_at)}

    @classmethod
    def from_json(cls, stored: JsonObject) -> Reported:
        return cls(optional_text(stored, "task"), whole(stored, "threshold"), optional_moment(stored, "alarm_at"))


@dataclass(frozen=True)
class Escalated:
    """The case has reached a step of the escalation ladder."""

    to: str

    def to_json(self) -> JsonObject:
        return {"kind": "escalated", "to": self.to}

    @classmethod
    def from_json(cls, stored: JsonObject) -> Escalated:
        return cls(text(stored, "to"))


@dataclass(frozen=True)
class Held:
    """The case is on hold for a coded reason; None when it goes on."""

    reason: str | None

    def to_json(self) -> JsonObject:
        return {"kind": "held", "reason": self.reason}

    @classmethod
    def from_json(cls, stored: JsonObject) -> Held:
        return cls(optional_text(stored, "reason"))


@dataclass(frozen=True)
class Numbered:
    """The decision got its legal number."""

    number: str

    def to_json(self) -> JsonObject:
        return {"kind": "number", "number": self.number}

    @classmethod
    def from_json(cls, stored: JsonObject) -> Numbered:
        return cls(text(stored, "number"))

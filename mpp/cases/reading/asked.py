"""What is asked of the lists of cases, as values that travel with a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mpp.json_values import Json, JsonObject, array, day, optional_text, optional_truth, optional_whole, text
from mpp.messaging.calls.common import given, params_of


@dataclass(frozen=True)
class Days:
    """From the first day to the last, both included, by the clocks of the region; None: without that end."""

    first: date | None = None
    last: date | None = None

    def named(self, name: str) -> JsonObject:
        """As parameters of this name."""
        return given(**{f"{name}_from": _iso(self.first), f"{name}_to": _iso(self.last)})

    @classmethod
    def of(cls, params: JsonObject, name: str) -> Days:
        """Raises ValueError."""
        first, last = (day(params, each) if each in params else None for each in (f"{name}_from", f"{name}_to"))
        return cls(first, last)


def _iso(found: date | None) -> str | None:
    return None if found is None else found.isoformat()


@dataclass(frozen=True)
class CaseFilters:
    """Which cases, and which page of them: `cursor` is the `next` of the page before.

    `overdue`: past the promised date. `escalated`: open, and a step of the escalation ladder was reached.
    `unapplied_payment`: money was recorded that is not applied. `q`: a tracking code or a number. `due` and `filed`
    bound the promised date and the day of filing.
    """

    limit: int | None = None
    cursor: str | None = None
    state: str | None = None
    service: str | None = None
    office: str | None = None
    overdue: bool | None = None
    escalated: bool | None = None
    unapplied_payment: bool | None = None
    q: str | None = None
    due: Days = Days()
    filed: Days = Days()

    def to_json(self) -> JsonObject:
        asked = given(
            limit=self.limit,
            cursor=self.cursor,
            state=self.state,
            service=self.service,
            office=self.office,
            overdue=self.overdue,
            escalated=self.escalated,
            unapplied_payment=self.unapplied_payment,
            q=self.q,
        )
        return {"params": {**asked, **self.due.named("due"), **self.filed.named("filed")}}

    @classmethod
    def from_json(cls, request: JsonObject) -> CaseFilters:
        return cls.of(params_of(request))

    @classmethod
    def of(cls, params: JsonObject) -> CaseFilters:
        """The filters in the parameters of an address. Raises ValueError."""
        return cls(
            limit=optional_whole(params, "limit"),
            cursor=optional_text(params, "cursor"),
            state=optional_text(params, "state"),
            service=optional_text(params, "service"),
            office=optional_text(params, "office"),
            overdue=optional_truth(params, "overdue"),
            escalated=optional_truth(params, "escalated"),
            unapplied_payment=optional_truth(params, "unapplied_payment"),
            q=optional_text(params, "q"),
            due=Days.of(params, "due"),
            filed=Days.of(params, "filed"),
        )


# The orders of a worklist: the most urgent, those filed first, and those changed last come first.
DUE, FILED, CHANGED = "due", "filed", "changed"
_KEYS = {DUE: "due_at", FILED: "case_id", CHANGED: "changed_at"}


@dataclass(frozen=True)
class TaskPlace:
    """Where a task stands in the order of the worklist: `key` is its instant in ISO 8601, None for a task without a
    date, or the id of its case."""

    key: str | None
    task_id: str

    def to_json(self) -> list[Json]:
        return [self.key, self.task_id]

    @classmethod
    def from_json(cls, pair: Json) -> TaskPlace:
        """Raises ValueError."""
        match pair:
            case [None | str() as key, str() as task_id]:
                return cls(key, task_id)
        raise ValueError("not the place of a task")

    @classmethod
    def of(cls, task: JsonObject, sort: str = DUE) -> TaskPlace:
        """The place of a task that is shown. Raises ValueError."""
        return cls(optional_text(task, _KEYS[sort]), text(task, "task_id"))


@dataclass(frozen=True)
class Whose:
    """Which open tasks: those of the own desks or, `below`, all those of the offices that one supervises.

    `office` and `role`: of these alone. `holder`: that this account has taken or was given; `free`: that nobody has.
    `overdue`: past their time.
    """

    below: bool = False
    office: str | None = None
    role: str | None = None
    holder: str | None = None
    free: bool = False
    overdue: bool = False

    def named(self) -> JsonObject:
        """As parameters; without those that say nothing."""
        said = {"below": self.below, "free": self.free, "overdue": self.overdue}
        texts = given(office=self.office, role=self.role, holder=self.holder)
        return {**{name: True for name, value in said.items() if value}, **texts}

    def to_json(self) -> JsonObject:
        return {"params": self.named()}

    @classmethod
    def from_json(cls, request: JsonObject) -> Whose:
        return cls.of(params_of(request))

    @classmethod
    def of(cls, params: JsonObject) -> Whose:
        """Raises ValueError."""
        return cls(
            below=optional_truth(params, "below") or False,
            office=optional_text(params, "office"),
            role=optional_text(params, "role"),
            holder=optional_text(params, "holder"),
            free=optional_truth(params, "free") or False,
            overdue=optional_truth(params, "overdue") or False,
        )


@dataclass(frozen=True)
class TaskPage:
    """How many of the next tasks, after which one, and of which service type; `after` None: from the first one on.

    `sort` is the order; `due` and `filed` bound when the task is due and when its case was filed.
    """

    limit: int | None = None
    after: TaskPlace | None = None
    service: str | None = None
    sort: str = DUE
    due: Days = Days()
    filed: Days = Days()
    whose: Whose = Whose()

    def to_json(self) -> JsonObject:
        after = None if self.after is None else self.after.to_json()
        more = given(service=self.service, sort=None if self.sort == DUE else self.sort)
        days = {**self.due.named("due"), **self.filed.named("filed")}
        return {"params": {"limit": self.limit, "after": after, **more, **days, **self.whose.named()}}

    @classmethod
    def from_json(cls, request: JsonObject) -> TaskPage:
        params = params_of(request)
        after = None if params.get("after") is None else TaskPlace.from_json(array(params, "after"))
        return cls(
            optional_whole(params, "limit"),
            after,
            optional_text(params, "service"),
            optional_text(params, "sort") or DUE,
            Days.of(params, "due"),
            Days.of(params, "filed"),
            Whose.of(params),
        )

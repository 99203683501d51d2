"""What is asked of the lists of cases, as values that travel with a call."""

from __future__ import annotations

from dataclasses import dataclass

from mpp.json_values import Json, JsonObject, array, optional_text, optional_truth, optional_whole
from mpp.messaging.calls.common import given, params_of


@dataclass(frozen=True)
class CaseFilters:
    """Which cases, and which page of them: `cursor` is the `next` of the page before.

    `overdue`: past the promised date. `escalated`: open, and a step of the escalation ladder was reached.
    `unapplied_payment`: money was recorded that is not applied. `q`: a tracking code or a number.
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
        return {"params": asked}

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
        )


@dataclass(frozen=True)
class TaskPlace:
    """Where a task stands in the order of the worklist; `due_at` in ISO 8601, None for a task without a date."""

    due_at: str | None
    task_id: str

    def to_json(self) -> list[Json]:
        return [self.due_at, self.task_id]

    @classmethod
    def from_json(cls, pair: Json) -> TaskPlace:
        """Raises ValueError."""
        match pair:
            case [None | str() as due_at, str() as task_id]:
                return cls(due_at, task_id)
        raise ValueError("not the place of a task")


@dataclass(frozen=True)
class TaskPage:
    """How many of the next tasks, after which one, and of which service type; `after` None: from the most urgent on."""

    limit: int | None = None
    after: TaskPlace | None = None
    service: str | None = None

    def to_json(self) -> JsonObject:
        after = None if self.after is None else self.after.to_json()
        return {"params": {"limit": self.limit, "after": after, **given(service=self.service)}}

    @classmethod
    def from_json(cls, request: JsonObject) -> TaskPage:
        params = params_of(request)
        after = None if params.get("after") is None else TaskPlace.from_json(array(params, "after"))
        return cls(optional_whole(params, "limit"), after, optional_text(params, "service"))

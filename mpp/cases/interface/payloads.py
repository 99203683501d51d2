"""What is sent with a call to a case service, where `mpp.messaging.calls.common` has no type for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mpp.json_values import (
    Json,
    JsonObject,
    array,
    mapping,
    moment,
    optional_text,
    optional_truth,
    optional_whole,
    text,
    texts,
    whole,
)
from mpp.messaging.calls.common import given, params_of


@dataclass(frozen=True)
class Filing:
    """An application, report or complaint, in the words of the counter."""

    body: JsonObject

    def to_json(self) -> JsonObject:
        return {"body": self.body}

    @classmethod
    def from_json(cls, request: JsonObject) -> Filing:
        return cls(mapping(request, "body"))


@dataclass(frozen=True)
class DocumentOf:
    """One document of a case."""

    id: str
    document: str

    def to_json(self) -> JsonObject:
        return {"params": {"id": self.id, "document": self.document}}

    @classmethod
    def from_json(cls, request: JsonObject) -> DocumentOf:
        params = params_of(request)
        return cls(text(params, "id"), text(params, "document"))


@dataclass(frozen=True)
class Contents:
    """Contents of documents, by the hashes that they are stored under."""

    hashes: tuple[str, ...]

    def to_json(self) -> JsonObject:
        return {"params": {"hashes": self.hashes}}

    @classmethod
    def from_json(cls, request: JsonObject) -> Contents:
        return cls(texts(params_of(request), "hashes"))


@dataclass(frozen=True)
class PaymentReport:
    """A payment as the bank reports it, in whole rupiah."""

    number: str
    amount: int
    paid_at: datetime
    reference: str

    def to_json(self) -> JsonObject:
        paid: dict[str, Json] = {"number": self.number, "amount": self.amount, "paid_at": self.paid_at.isoformat()}
        return {"body": {**paid, "reference": self.reference}}

    @classmethod
    def from_json(cls, request: JsonObject) -> PaymentReport:
        body = mapping(request, "body")
        return cls(text(body, "number"), whole(body, "amount"), moment(body, "paid_at"), text(body, "reference"))


@dataclass(frozen=True)
class TrackingCode:
    """The code on a receipt."""

    tracking_code: str

    def to_json(self) -> JsonObject:
        return {"params": {"tracking_code": self.tracking_code}}

    @classmethod
    def from_json(cls, request: JsonObject) -> TrackingCode:
        return cls(text(params_of(request), "tracking_code"))


@dataclass(frozen=True)
class CaseFilters:
    """Which cases, and which page of them: `cursor` is the `next` of the page before."""

    limit: int | None = None
    cursor: str | None = None
    state: str | None = None
    service: str | None = None
    office: str | None = None
    overdue: bool | None = None
    escalated: bool | None = None
    unapplied_payment: bool | None = None
    q: str | None = None

    @property
    def params(self) -> JsonObject:
        """Those that are asked for, by name."""
        return given(
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

    def to_json(self) -> JsonObject:
        return {"params": self.params}

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
    """How many of the next tasks, after which one; `after` None: from the most urgent on."""

    limit: int | None = None
    after: TaskPlace | None = None

    @property
    def params(self) -> JsonObject:
        """What is asked for, by name."""
        return {"limit": self.limit, "after": None if self.after is None else self.after.to_json()}

    def to_json(self) -> JsonObject:
        return {"params": self.params}

    @classmethod
    def from_json(cls, request: JsonObject) -> TaskPage:
        params = params_of(request)
        after = None if params.get("after") is None else TaskPlace.from_json(array(params, "after"))
        return cls(optional_whole(params, "limit"), after)

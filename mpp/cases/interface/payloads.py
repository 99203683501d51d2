"""What is sent with a call to a case service, where `mpp.messaging.calls.common` has no type for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mpp.casework.access.actors import Assignment
from mpp.json_values import (
    Json,
    JsonObject,
    mapping,
    moment,
    objects,
    optional_text,
    optional_whole,
    text,
    texts,
    whole,
)
from mpp.messaging.calls.common import body_of, given, params_of


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
class OnlinePage:
    """A page of what waits to be accepted."""

    limit: int | None = None
    cursor: str | None = None

    def to_json(self) -> JsonObject:
        return {"params": given(limit=self.limit, cursor=self.cursor)}

    @classmethod
    def from_json(cls, request: JsonObject) -> OnlinePage:
        params = params_of(request)
        return cls(optional_whole(params, "limit"), optional_text(params, "cursor"))


@dataclass(frozen=True)
class Action:
    """An action on a case, in the words that were sent. `colleague`: what the account to which it gives a task may do
    where, as the keeper of the accounts says it; nothing where there is no such account."""

    id: str
    body: JsonObject
    colleague: tuple[Assignment, ...] = ()

    def to_json(self) -> JsonObject:
        held: list[Json] = [{"office": each.office, "role": each.role} for each in self.colleague]
        params: JsonObject = {"id": self.id, "colleague": held} if held else {"id": self.id}
        return {"params": params, "body": self.body}

    @classmethod
    def from_json(cls, request: JsonObject) -> Action:
        params = params_of(request)
        held = objects(params, "colleague") if "colleague" in params else ()
        colleague = tuple(Assignment(text(each, "office"), text(each, "role")) for each in held)
        return cls(text(params, "id"), mapping(request, "body"), colleague)


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
class TakingOut:
    """One document of a case that is taken out, in the words that were sent."""

    id: str
    document: str
    body: JsonObject

    def to_json(self) -> JsonObject:
        return {"params": {"id": self.id, "document": self.document}, "body": self.body}

    @classmethod
    def from_json(cls, request: JsonObject) -> TakingOut:
        params = params_of(request)
        return cls(text(params, "id"), text(params, "document"), body_of(request))


@dataclass(frozen=True)
class FormOf:
    """A form that is to be filled in from a case: its code, and the service types that it belongs to."""

    id: str
    form: str
    services: tuple[str, ...]

    def to_json(self) -> JsonObject:
        return {"params": {"id": self.id, "form": self.form, "services": list(self.services)}}

    @classmethod
    def from_json(cls, request: JsonObject) -> FormOf:
        params = params_of(request)
        return cls(text(params, "id"), text(params, "form"), texts(params, "services"))


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
class VerificationCode:
    """The code on a paper."""

    code: str

    def to_json(self) -> JsonObject:
        return {"params": {"code": self.code}}

    @classmethod
    def from_json(cls, request: JsonObject) -> VerificationCode:
        return cls(text(params_of(request), "code"))

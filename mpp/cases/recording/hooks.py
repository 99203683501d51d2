"""What a service adds to the common casework: its own rules when a case is opened, and the effects of its actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from mpp.cases.storage.case_rows import Record
from mpp.casework.access.actors import Actor
from mpp.casework.refusals import FieldError
from mpp.casework.rules.service_type import ServiceType
from mpp.clock import new_id
from mpp.contracts import contract_of
from mpp.hosting.runtime import Runtime
from mpp.messaging.events import outbox
from mpp.messaging.events.event import Event

if TYPE_CHECKING:
    from mpp.cases.recording.holders import Holder


@dataclass(frozen=True)
class Work:
    """The transaction that a command runs in, as the rules of a service see it."""

    tx: Connection
    runtime: Runtime
    service: str
    kind: ServiceType
    record: Record
    actor: Actor
    now: datetime
    correlation_id: str
    causation_id: str | None = None

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.runtime.calendar.zone).date()

    def emit(self, type_: str, subject: str, version: int, data: Mapping[str, Any], region: str | None = None) -> None:
        """Put an event into the outbox, checked against its contract. The caller holds the subject's row."""
        emit(
            self.tx,
            type_=type_,
            source=self.service,
            subject=subject,
            version=version,
            region=region or self.record.region,
            data=data,
            now=self.now,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
        )


def emit(
    tx: Connection,
    *,
    type_: str,
    source: str,
    subject: str,
    version: int,
    region: str,
    data: Mapping[str, Any],
    now: datetime,
    correlation_id: str,
    causation_id: str | None = None,
) -> None:
    """Write an event strictly: one without a contract, or against it, is a bug and raises."""
    contract = contract_of(type_)
    contract.check(data)
    event = Event(
        id=new_id(),
        type=type_,
        source=f"mpp/{source}",
        subject=subject,
        subjectversion=version,
        time=now,
        region=region,
        data=dict(data),
        correlationid=correlation_id,
        causationid=causation_id,
        dataclassification="internal" if contract.classification == "internal" else "public",
    )
    outbox.append(tx, event)


@dataclass(frozen=True)
class Effect:
    """What an action does beyond the case. `lock` takes the rows it needs before the legal number is allocated
    (lock order: case, then these, then number); `apply` runs after it, on the record as it will be stored."""

    apply: Callable[[Work], None]
    lock: Callable[[Work], None] | None = None
    needs_number: bool = True


@dataclass(frozen=True)
class PaperSought:
    """A paper that somebody names: by the case that it comes from, its number, or the code printed on it."""

    today: date
    case: str | None = None
    number: str | None = None
    verification: str | None = None


@dataclass(frozen=True)
class IssuedPaper:
    """What a service issued and keeps as a record of its own (`document`); `in_force` on the day asked for."""

    service: str
    case: str
    document: str
    number: str
    holder: Holder
    in_force: bool


def _keeps_no_register(tx: Connection, sought: PaperSought) -> IssuedPaper | None:
    return None


def _no_objection(work: Work) -> list[FieldError]:
    return []


def _nothing_more(tx: Connection, record: Record) -> dict[str, Any]:
    return {}


def _as_given(tx: Connection, runtime: Runtime, kind: ServiceType, body: Mapping[str, Any]) -> Mapping[str, Any]:
    data: Mapping[str, Any] = body["data"]
    return data


def _never(record: Record, actor: Actor) -> bool:
    return False


@dataclass(frozen=True)
class Hooks:
    """A service's own part. `entity` names its cases in events; `extra` adds to the body of a case, `carry_over` gives
    the form data of a request with what an earlier document holds (its `data` is a mapping), `find_paper` is a look
    into the register of what the service issued."""

    entity: str
    effects: Mapping[str, Effect] = field(default_factory=dict)
    check_open: Callable[[Work], list[FieldError]] = _no_objection
    extra: Callable[[Connection, Record], dict[str, Any]] = _nothing_more
    carry_over: Callable[[Connection, Runtime, ServiceType, Mapping[str, Any]], Mapping[str, Any]] = _as_given
    hide_applicant: Callable[[Record, Actor], bool] = _never
    find_paper: Callable[[Connection, PaperSought], IssuedPaper | None] = _keeps_no_register

"""One step of a case: everything that a rule, an effect or a writer needs, as one value.

work = work_on(host, tx, record, cause)      the case's row is locked, its service type known
entry = workflow.act(...)                    the rules decide
after = recorder.record(work, entry, ...)    case, timeline, event and audit entry; `after` holds the new record
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mpp.cases.recording.events import emit
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage.case_rows import Record
from mpp.casework.access.actors import Actor
from mpp.casework.case.case import Case
from mpp.casework.rules.answers import CaseWarning
from mpp.casework.rules.built_in import supervised_by
from mpp.casework.rules.service_type import ServiceType
from mpp.casework.rules.workflow import Context
from mpp.catalogue.forms import FormContext
from mpp.clock import new_id
from mpp.hosting.runtime import Runtime
from mpp.json_values import JsonObject

if TYPE_CHECKING:
    from mpp.cases.papers.beside import Beside


@dataclass(frozen=True)
class Cause:
    """Who does something, when, and what it follows from: a call (`correlation_id`) or an event (`causation_id`)."""

    actor: Actor
    now: datetime
    correlation_id: str
    causation_id: str | None = None


@dataclass(frozen=True)
class Work:
    """A case inside the transaction that changes it. The caller holds the case's row, unless it is being opened."""

    tx: Connection
    host: CaseHost
    service_type: ServiceType
    record: Record
    cause: Cause
    warnings: Sequence[CaseWarning] | None = None  # what the step has found to look at; None: it has not looked
    paper: str | None = None  # whose signature this step is; None: it is none
    beside: Beside | None = None  # what is shown with the case, where it was read before a number was drawn

    @property
    def case(self) -> Case:
        """The case as it is before the step."""
        return self.record.case

    @property
    def actor(self) -> Actor:
        """Who takes the step."""
        return self.cause.actor

    @property
    def now(self) -> datetime:
        """When."""
        return self.cause.now

    @property
    def today(self) -> date:
        """The local day."""
        return self.host.today(self.now)

    @property
    def runtime(self) -> Runtime:
        """What the process stands on."""
        return self.host.runtime

    @property
    def service(self) -> str:
        """The name of the service."""
        return self.host.name

    @property
    def supervised(self) -> frozenset[str]:
        """The offices that the actor supervises."""
        return supervised_by(self.actor, self.host.offices)

    def of(self, record: Record) -> Work:
        """The same step with another record of the case."""
        return replace(self, record=record)

    def by(self, actor: Actor) -> Work:
        """The same moment, another actor: what the mall does by itself after a person's step."""
        return replace(self, cause=replace(self.cause, actor=actor))

    def context(self) -> Context:
        """What the rules need besides the case."""
        calendar = self.host.calendar.current
        return Context(self.now, calendar, new_id, self.supervised, self.host.offices, self.tells_later)

    @property
    def has_addressee(self) -> bool:
        """Whether there is somebody to tell of the case: who reports anonymously is never written to."""
        return self.record.applicant is not None and self.case.data.get("anonymous") is not True

    @property
    def tells_later(self) -> bool:
        """Whether what a step tells is on its way for a while: the mall has a channel, and the case somebody to tell.
        Without a channel everything stands on the call list at once."""
        book = self.runtime.messages
        return self.has_addressee and book is not None and bool(book.channels.configured)

    def form_context(self) -> FormContext:
        """What the checks of a form need."""
        return self.host.form_context(self.now)

    def emit(self, type_: str, subject: str, version: int, data: JsonObject, region: str | None = None) -> None:
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
            correlation_id=self.cause.correlation_id,
            causation_id=self.cause.causation_id,
        )


def work_on(host: CaseHost, tx: Connection, record: Record, cause: Cause) -> Work:
    """A step of this case, with the service type that it runs on."""
    return Work(tx, host, host.service_type_of(tx, record.case), record, cause)

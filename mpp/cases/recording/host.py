"""What everything about the cases of one service stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from mpp.cases.recording.hooks import Hooks
from mpp.cases.recording.secrets import Secrets
from mpp.cases.storage.calendars import CalendarInEffect
from mpp.cases.storage.versions import Versions
from mpp.casework.access.offices import OfficeTree
from mpp.casework.case.case import Case
from mpp.casework.rules.questionnaire import Questionnaire
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue.forms import FormContext
from mpp.clock import Clock
from mpp.hosting.definition import ServiceDefinition
from mpp.hosting.runtime import Runtime
from mpp.papers.qr.keys import PaperSigner
from mpp.persistence.database import Database


@dataclass(frozen=True)
class CaseHost:
    """One for each process of a case service: its definition and rules, and the calendar that counts now."""

    definition: ServiceDefinition
    runtime: Runtime
    hooks: Hooks
    versions: Versions
    calendar: CalendarInEffect

    @property
    def name(self) -> str:
        """The service's name, which begins the types of its events."""
        return self.definition.name

    @property
    def database(self) -> Database:
        """The service's own database."""
        return self.runtime.databases[self.definition.name]

    @property
    def secrets(self) -> Secrets:
        """Those of the applicants."""
        return Secrets(self.runtime.tracking_keys[self.definition.name], self.runtime.person_key)

    @property
    def paper_signer(self) -> PaperSigner:
        """Signs what stands in the QR codes of the service's papers."""
        return self.runtime.paper_signers[self.definition.name]

    @property
    def questionnaire(self) -> Questionnaire:
        """What a citizen may be asked when a case has ended."""
        return self.runtime.questionnaire

    @property
    def offices(self) -> OfficeTree:
        """The offices of the region."""
        return self.runtime.offices

    @property
    def clock(self) -> Clock:
        """What time it is."""
        return self.runtime.clock

    def service_type_of(self, tx: Connection, case: Case) -> ServiceType:
        """The service type that a case runs on, in the version that it was opened with."""
        return self.versions.get(tx, case.service, case.service_version)

    def newest(self, code: str) -> ServiceType | None:
        """The newest version of a service type, also of one that is offered no longer."""
        return self.versions.newest(code)

    def today(self, now: datetime) -> date:
        """The local day."""
        return now.astimezone(self.calendar.current.zone).date()

    def form_context(self, now: datetime) -> FormContext:
        """What the checks of a form need."""
        return FormContext(self.today(now), self.offices)

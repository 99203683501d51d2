"""Bringing an event to a service by hand: through its inbox, to the handler that the service subscribes with."""

from __future__ import annotations

from typing import Any

from mpp.messaging.events.event import Event
from mpp.messaging.events.inbox import Inbox
from mpp.messaging.events.subscription import Subscription
from services.complaints.service import ComplaintsService
from services.permits.service import PermitsService
from tests.integration.messaging.office import letter
from tests.support.desks import Desks, death_data, doctor

_SERVICES: dict[str, type[Any]] = {"permits": PermitsService, "complaints": ComplaintsService}


def hear(desks: Desks, service: str, event: Event, handler: str = "person_changed") -> None:
    """What a copy of the service does with the event; a failure is stored and not raised, as always."""
    worker = _SERVICES[service]()
    worker.interface = desks.desks[service]
    subscription = Subscription(handler, (event.type,), "latest", getattr(worker, handler))
    Inbox(desks.databases[service], service, [subscription], desks.clock).handle(letter(event).delivery)


def death_of(desks: Desks, index: int) -> Event:
    """The event by which the register tells of the death of this resident, whose relative reports it."""
    case = desks.open("petugas.dukcapil", "ADM-MTI-01", applicant=doctor(index + 1), data=death_data(index))
    case = desks.act("verifikator.dukcapil", case, "verify")
    desks.act("pejabat.dukcapil", case, "sign")
    return next(e for e in desks.events("civil_registry") if e.type == "civil_registry.person.deceased.v1")

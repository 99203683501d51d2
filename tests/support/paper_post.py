"""Two services that need each other's papers, and who brings their events from one to the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue import Catalogue
from mpp.hosting.definition import case_services
from mpp.messaging.events.event import Event
from mpp.messaging.events.inbox import Inbox
from mpp.messaging.events.subscription import Subscription
from tests.integration.messaging.office import letter
from tests.support.desks import Desks, birth_data, death_data, doctor
from tests.support.papers import with_papers
from tests.support.permit_walks import Case, filled, kind_of

# A building approval needs a death certificate, and a report of a birth a practice licence: by no law.
NEEDS: Mapping[str, tuple[str, str]] = {
    "PRZ-PBG": ("krk", "ADM-MTI-01"),
    "ADM-LHR-01": ("marriage", "PRZ-SIP-DR"),
}
COLLECTION = {"permits": "permits", "civil_registry": "registrations"}
CLERK, DUKCAPIL, OFFICIAL = "petugas.sukodono", "petugas.dukcapil", "pejabat.dukcapil"


def needing_each_other(desks: Desks) -> Desks:
    """Desks on types that name papers, two of which need one of the other service; a decision is signed at once."""
    desks = with_papers(desks)
    desks.runtime.catalogue = Catalogue([_needing(kind) for kind in desks.runtime.catalogue])
    desks.signs_at_once = True
    return desks


def _needing(kind: ServiceType) -> ServiceType:
    code, issuer = NEEDS.get(kind.code, ("", ""))
    return replace(
        kind, requirements=tuple(replace(r, produced_by=issuer) if r.code == code else r for r in kind.requirements)
    )


class Post:
    """Brings what each of the two services tells of papers to both, as the broker does."""

    def __init__(self, desks: Desks) -> None:
        self.desks = desks
        self._seen = dict.fromkeys(COLLECTION, 0)
        self.inboxes = {name: self._inbox(name) for name in COLLECTION}

    def _inbox(self, name: str) -> Inbox:
        desk, definition = self.desks.desks[COLLECTION[name]], case_services()[COLLECTION[name]]
        heard = [
            Subscription("papers_elsewhere", definition.papers_elsewhere, "any", desk.prerequisites.told_elsewhere),
            Subscription("paper_types", definition.paper_types, "any", desk.paper_needs.heard),
        ]
        return Inbox(self.desks.databases[name], name, heard, self.desks.clock)

    def bring(self) -> list[Event]:
        """Everything that was told since, in its order."""
        found: list[Event] = []
        for name in COLLECTION:
            events = self.desks.events(name)
            found += events[self._seen[name] :]
            self._seen[name] = len(events)
        self.deliver(found)
        return found

    def lose(self) -> list[Event]:
        """What was told since does not come, for now."""
        lost = [event for name in COLLECTION for event in self.desks.events(name)[self._seen[name] :]]
        self._seen = {name: len(self.desks.events(name)) for name in COLLECTION}
        return [event for event in lost if event.type.split(".")[1] == "paper"]

    def deliver(self, events: Sequence[Event]) -> None:
        for event in events:
            for inbox in self.inboxes.values():
                if any(s.wants(event.routing_key) for s in inbox.subscriptions):
                    inbox.handle(letter(event).delivery)

    def loops(self) -> None:
        """What both services do beside: ask, tell, bring, until nobody has anything to say."""
        more = True
        while more:
            asked = [desk.paper_needs.run_once() for desk in self._sharing()]
            over = [desk.prerequisites.run_out() for desk in self._sharing()]
            more = any(asked + over) or any(e.type.split(".")[1] == "paper_type" for e in self.bring())

    def _sharing(self) -> list[Any]:
        return [self.desks.desks[collection] for collection in COLLECTION.values()]


def reported(desks: Desks, reporter: int = 0, deceased: int = 3) -> Case:
    """A death that was reported and verified."""
    case = desks.open(DUKCAPIL, "ADM-MTI-01", applicant=doctor(reporter), data=death_data(deceased))
    return desks.act("verifikator.dukcapil", case, "verify")


def certified(desks: Desks, reporter: int = 0, deceased: int = 3) -> Case:
    """The same with its certificate."""
    return desks.act(OFFICIAL, reported(desks, reporter, deceased), "sign")


def apply(desks: Desks, paper: Any, index: int = 0, applicant: Any = None) -> Case:
    """An application for a building approval that has everything, and names the certificate."""
    kind = kind_of(desks, "PRZ-PBG")
    papers = {r.code: True for r in kind.requirements} | {"krk": paper}
    return desks.open(
        CLERK,
        "PRZ-PBG",
        applicant=applicant or doctor(index),
        data={**filled(kind.form, desks), "requirements": papers},
    )


def birth(desks: Desks, licence: Any, index: int = 1) -> Case:
    """A report of a birth that names a practice licence of its reporter."""
    data = birth_data(index)
    data["requirements"] = {**data["requirements"], "marriage": licence}
    return desks.open(DUKCAPIL, "ADM-LHR-01", applicant=doctor(index), data=data)


def seen(desks: Desks, case: Case) -> Case:
    """The case as it is now."""
    return desks.get(CLERK if case["collection"] == "permits" else DUKCAPIL, case)


def paper_of(desks: Desks, case: Case) -> tuple[bool, str | None, str | None]:
    """Of the paper that a case needs: whether it is there; its status and reason."""
    code, _ = NEEDS[case["service"]["code"]]
    found = next(r for r in seen(desks, case)["requirements"] if r["code"] == code)
    paper = found["paper"]
    return found["fulfilled"], paper and paper["status"], paper and paper["reason"]

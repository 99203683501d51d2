"""A second service that registers persons or issues papers: its definition says so, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mpp.cases.prerequisites.announcements import Announcement, announced
from mpp.contracts import internal_entities
from mpp.contracts.base import INTERNAL, EventContract, EventSchema, person, text
from mpp.hosting.announcing import PaperEvents, PersonEvents
from mpp.hosting.definition import ServiceDefinition, definitions, person_events
from mpp.messaging.brokers.topology import Topology
from mpp.messaging.events.event import Event
from mpp.operations.preparing.broker_accounts import partner_rights
from tests.support.installed import installed
from tests.unit.test_messaging_events import issued


class LetterIssued(EventSchema):
    case = text("The case")
    number = text("The number")


class VillagerCounted(EventSchema):
    person = person()


EVENTS = (
    EventContract(
        "villages.letter.issued.v1", LetterIssued, {"id": "Surat", "en": "Letter"}, {"case": "c", "number": "1"}
    ),
    EventContract("villages.villager.died.v1", VillagerCounted, {"id": "Warga", "en": "Villager"}, {}, INTERNAL),
)
VILLAGES = ServiceDefinition(
    name="villages",
    service_class="",
    publishes=__name__,
    person_events=PersonEvents(told=("villages.villager.*.v1",), deceased=("villages.villager.died.v1",)),
    paper_events=PaperEvents(
        issued=("villages.letter.issued.v1",), lost=(("villages.letter.withdrawn.v1", "withdrawn"),)
    ),
)


def event(type_: str, **data: str) -> Event:
    return replace(issued(), type=type_, source="/villages", subject="letter-1", data=data)


def test_its_papers_fulfil_what_applications_of_others_wait_for() -> None:
    came = event("villages.letter.issued.v1", case="case-1", number="470/1")
    gone = event("villages.letter.withdrawn.v1")
    assert announced(came) is None, "while nobody's definition says what it means"
    with installed(VILLAGES):
        assert announced(came) == Announcement("there", source="case-1", document="letter-1", number="470/1")
        assert announced(gone) == Announcement("lost", document="letter-1", reason="withdrawn")


def test_who_follows_persons_or_papers_hears_it() -> None:
    with installed(VILLAGES):
        assert {"villages.villager.*.v1", "villages.letter.issued.v1"} <= set(definitions()["permits"].hears)
        (queue,) = (q for q in Topology.of([definitions()["complaints"]]).queues if q.name == "complaints.events.v1")
        assert set(queue.keys) == {"civil_registry.person.*.v1.#", "villages.villager.*.v1.#"}
        assert "villages.villager.died.v1" in person_events().deceased
    assert "villages.letter.issued.v1" not in definitions()["permits"].hears


@pytest.mark.parametrize("key", ["villages.villager.died.v1", "civil_registry.person.moved.v1"])
def test_no_partner_may_bind_to_its_persons(key: str) -> None:
    import re

    with installed(VILLAGES):
        hidden = internal_entities()
    assert not re.search(partner_rights("bpjs", hidden).bind, key)
    assert re.search(partner_rights("bpjs", hidden).bind, "villages.letter.issued.v1")

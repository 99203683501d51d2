"""What a report of a death does to the register, by the mall's registrar or by the word of an outside register."""

from __future__ import annotations

from mpp.cases.papers import rows
from mpp.cases.recording.hooks import Drawn, Write
from mpp.cases.recording.work import Work
from mpp.casework.refusals import being_signed
from mpp.identity.person import person_key
from mpp.json_values import JsonObject, day, text
from services.civil_registry import domain, printed, queries
from services.civil_registry.certifying import card_changed, certify, recorded, registered, told
from services.civil_registry.register import deaths, families, people
from services.civil_registry.register.deaths import Death


def lock(work: Work) -> None:
    """The resident's row, and the family card's; of two reports of one death only the first is recorded."""
    found = deaths.lock(work.tx, text(work.record.case.data, "deceased_nik"))
    if rows.claimed(work.tx, _death_of(found.person), but=work.paper):
        raise being_signed()


def claim(work: Work) -> tuple[str, ...]:
    """One death stands on one paper."""
    return (_death_of(person_key(text(work.record.case.data, "deceased_nik"), work.runtime.person_key)),)


def _death_of(person: str) -> str:
    return f"death:{person}"


def prepare(work: Work) -> JsonObject:
    """Whose death it is, and whether it was reported late."""
    data = work.record.case.data
    return {"nik": text(data, "deceased_nik"), **printed.of_death(work), **registered(work, day(data, "died_on"))}


def register(work: Work, facts: JsonObject) -> Write:
    """The register and the family card know of the death; the other services learn it by event."""
    data = work.record.case.data
    nik, died_on = text(data, "deceased_nik"), day(data, "died_on")
    found = deaths.register(work.tx, Death(nik, died_on), recorded(work, domain.DEATH, died_on))
    version = people.announced(work.tx, nik)
    card = families.find(work.tx, id_=found.family_card, lock=True)
    members = card_changed(work, card, domain.DEATH)

    def write(work: Work, drawn: Drawn) -> JsonObject:
        certificate = certify(work, domain.DEATH, found.nik, card, died_on, facts, drawn)
        said = {"died_on": died_on.isoformat(), **told(work, card, facts, drawn)}
        work.emit("civil_registry.death.registered.v1", certificate.id, 1, said, card.region)
        deceased = {"person": found.person, "died_on": died_on.isoformat()}
        work.emit("civil_registry.person.deceased.v1", found.person, version, deceased, card.region)
        return {"certificate": queries.certificate_body(certificate, card.number, members)}

    return write

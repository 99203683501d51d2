"""What a report of a birth does to the register, by the mall's registrar or by the word of an outside register."""

from __future__ import annotations

from datetime import date
from typing import Any

from mpp.cases.recording.hooks import Drawn, Write
from mpp.cases.recording.work import Work
from mpp.identity.person import person_key
from mpp.json_values import JsonObject, day, mapping, optional_text, text
from services.civil_registry import domain, printed, queries
from services.civil_registry.certifying import card_changed, certify, recorded, registered, told
from services.civil_registry.register import births, numbers, people
from services.civil_registry.register.births import Birth


def lock(work: Work) -> None:
    """The family card's row: two children of one family are registered one after the other."""
    births.lock(work.tx, text(work.record.case.data, "family_card"))


def prepare(work: Work) -> JsonObject:
    """The child's NIK, which no other child will have, whatever becomes of the paper on which it stands."""
    data = work.record.case.data
    child = mapping(data, "child")
    card, born = births.lock(work.tx, text(data, "family_card")), day(child, "birth_date")
    nik = _new_nik(work, card, born, text(child, "sex"))
    return {"nik": nik, **printed.of_birth(work), **registered(work, born)}


def register(work: Work, facts: JsonObject) -> Write:
    """The child enters the register with a NIK of its own; the family card gains a member."""
    data = work.record.case.data
    child = mapping(data, "child")
    born = day(child, "birth_date")
    nik = text(facts, "nik")
    person = person_key(nik, work.runtime.person_key)
    mother, father = _parent(work, data, "mother_nik"), _parent(work, data, "father_nik")
    entered = Birth(
        nik,
        person,
        text(child, "name"),
        text(child, "sex"),
        born,
        text(child, "birth_place"),
        text(data, "family_card"),
        mother_nik=mother[0],
        mother_name=mother[1],
        father_nik=father[0],
        father_name=father[1],
    )
    card = births.register(work.tx, entered, recorded(work, domain.BIRTH, born))
    members = card_changed(work, card, domain.BIRTH)

    def write(work: Work, drawn: Drawn) -> JsonObject:
        certificate = certify(work, domain.BIRTH, nik, card, born, facts, drawn)
        said = {"birth_date": born.isoformat(), **told(work, card, facts, drawn)}
        work.emit("civil_registry.birth.registered.v1", certificate.id, 1, said, card.region)
        new = {"person": person, "region": card.region}
        work.emit("civil_registry.person.registered.v1", person, 1, new, card.region)
        return {"certificate": queries.certificate_body(certificate, card.number, members)}

    return write


def _parent(work: Work, data: JsonObject, field: str) -> tuple[str | None, str | None]:
    """NIK and name of a parent, as far as the register knows; of one outside of it the name as reported."""
    outside = field.replace("_nik", "_outside")
    if outside in data:
        return None, text(mapping(data, outside), "name")
    nik = optional_text(data, field)
    known = None if nik is None else people.find(work.tx, nik)
    return nik, None if known is None else str(known.name)


def _new_nik(work: Work, card: Any, birth_date: date, sex: str) -> str:
    district = domain.DEMO_DISTRICT if card.demo else domain.district_of(card.region)
    return numbers.next_nik(work.tx, district, birth_date, sex)

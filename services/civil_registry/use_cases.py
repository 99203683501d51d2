"""What civil registration adds to the common casework: the register changes when an official signs."""

from __future__ import annotations

from mpp.cases.papers import rows
from mpp.cases.recording.hooks import Drawn, Effect, Hooks, Recalled, Write
from mpp.cases.recording.work import Work
from mpp.casework.refusals import FieldError, being_signed
from mpp.identity.person import person_key
from mpp.json_values import JsonObject, day, mapping, optional_text, text
from services.civil_registry import domain, own_cards, printed, queries, spouses
from services.civil_registry.certifying import card_changed, certify, recorded, registered, told
from services.civil_registry.register import births, deaths, families, numbers, people, reported
from services.civil_registry.register.births import Birth
from services.civil_registry.register.deaths import Death
from services.civil_registry.warnings import warnings


def check_open(work: Work) -> list[FieldError]:
    """What the register itself says about a report, before it is taken in."""
    errors = []
    applicant = work.record.applicant
    if applicant is not None and applicant.get("kind") == "person":
        found = people.find(work.tx, str(applicant["nik"]))
        if found is not None and found.status == people.DECEASED:
            errors.append(FieldError("applicant.nik", "person_deceased"))
    data = work.record.case.data
    if "family_card" in data:
        errors += _birth_errors(work, data)
    if "deceased_nik" in data:
        errors += _death_errors(work, data)
    if "married_on" in data or "final_on" in data:
        errors += spouses.errors(work)
    if "head_nik" in data:
        errors += own_cards.errors(work)
    return errors


def _birth_errors(work: Work, data: JsonObject) -> list[FieldError]:
    errors = []
    if families.find(work.tx, number=text(data, "family_card")) is None:
        errors.append(FieldError("data.family_card", "not_in_register"))
    for field in ("mother_nik", "father_nik"):
        nik = optional_text(data, field)
        if nik is not None and people.find(work.tx, nik) is None:
            errors.append(FieldError(f"data.{field}", "not_in_register"))
    return errors


def _death_errors(work: Work, data: JsonObject) -> list[FieldError]:
    found = people.find(work.tx, text(data, "deceased_nik"))
    if found is None:
        return [FieldError("data.deceased_nik", "not_in_register")]
    if found.status == people.DECEASED:
        return [FieldError("data.deceased_nik", "already_deceased")]
    if day(data, "died_on") < found.birth_date:
        return [FieldError("data.died_on", "before_birth")]
    return []


# ------------------------------------------------------------------------- birth


def lock_birth(work: Work) -> None:
    """The family card's row: two children of one family are registered one after the other."""
    births.lock(work.tx, text(work.record.case.data, "family_card"))


def prepare_birth(work: Work) -> JsonObject:
    """The child's NIK, which no other child will have, whatever becomes of the paper on which it stands."""
    data = work.record.case.data
    child = mapping(data, "child")
    card, born = births.lock(work.tx, text(data, "family_card")), day(child, "birth_date")
    district = domain.district_of_card(card.region, demo=card.demo)
    nik = numbers.next_nik(work.tx, district, born, text(child, "sex"))
    return {"nik": nik, **printed.of_birth(work), **registered(work, born)}


def register_birth(work: Work, facts: JsonObject) -> Write:
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
        said = {"birth_date": born.isoformat(), **told(work, card.region, facts, drawn)}
        work.emit("civil_registry.birth.registered.v1", certificate.id, 1, said, card.region)
        registered = {"person": person, "region": card.region}
        work.emit("civil_registry.person.registered.v1", person, 1, registered, card.region)
        return {"certificate": queries.certificate_body(certificate, card.number, members)}

    return write


def _parent(work: Work, data: JsonObject, field: str) -> tuple[str | None, str | None]:
    """NIK and name of a parent, as far as the register knows."""
    nik = optional_text(data, field)
    known = None if nik is None else people.find(work.tx, nik)
    return nik, None if known is None else str(known.name)


# ------------------------------------------------------------------------- death


def lock_death(work: Work) -> None:
    """The resident's row, and the family card's; of two reports of one death only the first is recorded."""
    found = deaths.lock(work.tx, text(work.record.case.data, "deceased_nik"))
    if rows.claimed(work.tx, _death_of(found.person), but=work.paper):
        raise being_signed()


def claim_death(work: Work) -> tuple[str, ...]:
    """One death stands on one paper."""
    return (_death_of(person_key(text(work.record.case.data, "deceased_nik"), work.runtime.person_key)),)


def _death_of(person: str) -> str:
    return f"death:{person}"


def prepare_death(work: Work) -> JsonObject:
    """Whose death it is, and whether it was reported late."""
    data = work.record.case.data
    return {"nik": text(data, "deceased_nik"), **printed.of_death(work), **registered(work, day(data, "died_on"))}


def register_death(work: Work, facts: JsonObject) -> Write:
    """The register and the family card know of the death; the other services learn it by event."""
    data = work.record.case.data
    nik, died_on = text(data, "deceased_nik"), day(data, "died_on")
    found = deaths.register(work.tx, Death(nik, died_on), recorded(work, domain.DEATH, died_on))
    version = people.announced(work.tx, nik)
    card = families.find(work.tx, id_=found.family_card, lock=True)
    members = card_changed(work, card, domain.DEATH)

    def write(work: Work, drawn: Drawn) -> JsonObject:
        certificate = certify(work, domain.DEATH, found.nik, card, died_on, facts, drawn)
        said = {"died_on": died_on.isoformat(), **told(work, card.region, facts, drawn)}
        work.emit("civil_registry.death.registered.v1", certificate.id, 1, said, card.region)
        deceased = {"person": found.person, "died_on": died_on.isoformat()}
        work.emit("civil_registry.person.deceased.v1", found.person, version, deceased, card.region)
        return {"certificate": queries.certificate_body(certificate, card.number, members)}

    return write


def _recall(work: Work) -> Recalled | None:
    """The certificate of the case, for a paper that is printed later."""
    found = queries.certificate(work.tx, work.record.case.id)
    if found is None:
        return None
    said = printed.of_birth(work) if found.kind == domain.BIRTH else printed.of_death(work)
    facts: JsonObject = {"nik": found.nik, "registered_on": found.registered_on.isoformat(), "late": found.late}
    return Recalled(found.number, None, {**said, **facts})


HOOKS = Hooks(
    entity="registration",
    effects={
        "register_birth": Effect(register_birth, lock_birth, prepare_birth, recall=_recall),
        "register_death": Effect(register_death, lock_death, prepare_death, claim_death, recall=_recall),
        **spouses.EFFECTS,
        **own_cards.EFFECTS,
    },
    check_open=check_open,
    extra=queries.certificate_of_case,
    in_force=queries.in_force,
    warnings=warnings,
    keep=reported.keep,
    known=queries.known,
)

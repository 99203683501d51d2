"""What civil registration adds to the common casework: the register changes when an official signs."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from mpp.cases.recording import roles
from mpp.cases.recording.hooks import Effect, Hooks
from mpp.cases.recording.work import Work
from mpp.casework.refusals import FieldError, Refused
from mpp.clock import new_id
from mpp.identity.person import person_key
from mpp.json_values import JsonObject, day, mapping, optional_text, text
from services.civil_registry import domain, queries
from services.civil_registry.tables import certificates, family_cards, nik_sequences, residents


def check_open(work: Work) -> list[FieldError]:
    """What the register itself says about a report, before it is taken in."""
    errors = []
    applicant = work.record.applicant
    if applicant is not None and applicant.get("kind") == "person":
        found = queries.resident(work.tx, str(applicant["nik"]))
        if found is not None and found.status == domain.DECEASED:
            errors.append(FieldError("applicant.nik", "person_deceased"))
    data = work.record.case.data
    if "family_card" in data:
        errors += _birth_errors(work, data)
    if "deceased_nik" in data:
        errors += _death_errors(work, data)
    return errors


def _birth_errors(work: Work, data: JsonObject) -> list[FieldError]:
    errors = []
    if queries.family_card(work.tx, number=text(data, "family_card")) is None:
        errors.append(FieldError("data.family_card", "not_in_register"))
    for field in ("mother_nik", "father_nik"):
        nik = optional_text(data, field)
        if nik is not None and queries.resident(work.tx, nik) is None:
            errors.append(FieldError(f"data.{field}", "not_in_register"))
    mother = queries.resident(work.tx, text(data, "mother_nik"))
    if mother is not None and day(mapping(data, "child"), "birth_date") <= mother.birth_date:
        errors.append(FieldError("data.child.birth_date", "before_parent"))
    return errors


def _death_errors(work: Work, data: JsonObject) -> list[FieldError]:
    found = queries.resident(work.tx, text(data, "deceased_nik"))
    if found is None:
        return [FieldError("data.deceased_nik", "not_in_register")]
    if found.status == domain.DECEASED:
        return [FieldError("data.deceased_nik", "already_deceased")]
    if day(data, "died_on") < found.birth_date:
        return [FieldError("data.died_on", "before_birth")]
    return []


# ------------------------------------------------------------------------- birth


def lock_birth(work: Work) -> None:
    """The family card's row: two children of one family are registered one after the other."""
    _card(work, text(work.record.case.data, "family_card"))


def register_birth(work: Work) -> None:
    """The child enters the register with a NIK of its own; the family card gains a member."""
    data = work.record.case.data
    child = mapping(data, "child")
    birth_date = day(child, "birth_date")
    card = _card(work, text(data, "family_card"))
    nik = _new_nik(work, card, birth_date, text(child, "sex"))
    person = person_key(nik, work.runtime.person_key)
    work.tx.execute(
        insert(residents).values(
            nik=nik,
            person=person,
            name=text(child, "name"),
            sex=text(child, "sex"),
            birth_date=birth_date,
            birth_place=text(child, "birth_place"),
            family_card=card.id,
            status=domain.ALIVE,
            version=1,
            demo=card.demo,
        )
    )
    certificate, late = _certificate(work, domain.BIRTH, nik, birth_date)
    _card_changed(work, card, domain.BIRTH)
    work.emit(
        "civil_registry.birth.registered.v1",
        certificate,
        1,
        {
            "certificate": work.record.case.number,
            "birth_date": birth_date.isoformat(),
            "region": card.region,
            "late": late,
            "case": work.record.case.id,
        },
        card.region,
    )
    registered = {"person": person, "region": card.region}
    work.emit("civil_registry.person.registered.v1", person, 1, registered, card.region)


def _new_nik(work: Work, card: Any, birth_date: date, sex: str) -> str:
    district = domain.DEMO_DISTRICT if card.demo else domain.district_of(card.region)
    prefix = domain.nik_prefix(district, birth_date, sex)
    statement = (
        upsert(nik_sequences)
        .values(prefix=prefix, last=1)
        .on_conflict_do_update(index_elements=["prefix"], set_={"last": nik_sequences.c.last + 1})
        .returning(nik_sequences.c.last)
    )
    try:
        return domain.nik(prefix, work.tx.execute(statement).scalar_one())
    except domain.SequenceFull as error:
        raise Refused(409, "nik_sequence_full") from error


# ------------------------------------------------------------------------- death


def lock_death(work: Work) -> None:
    """The resident's row, and the family card's; of two reports of one death only the first is recorded."""
    found = queries.resident(work.tx, text(work.record.case.data, "deceased_nik"), lock=True)
    if found is None or found.status == domain.DECEASED:
        raise Refused(409, "already_deceased")
    queries.family_card(work.tx, id_=found.family_card, lock=True)


def register_death(work: Work) -> None:
    """The register and the family card know of the death; the other services learn it by event."""
    data = work.record.case.data
    found = queries.resident(work.tx, text(data, "deceased_nik"), lock=True)
    if found is None or found.status == domain.DECEASED:
        raise Refused(409, "already_deceased")
    died_on = day(data, "died_on")
    version = found.version + 1
    values = {"status": domain.DECEASED, "died_on": died_on, "version": version}
    work.tx.execute(update(residents).where(residents.c.nik == found.nik).values(**values))
    card = queries.family_card(work.tx, id_=found.family_card, lock=True)
    certificate, late = _certificate(work, domain.DEATH, found.nik, died_on)
    _card_changed(work, card, domain.DEATH)
    work.emit(
        "civil_registry.death.registered.v1",
        certificate,
        1,
        {
            "certificate": work.record.case.number,
            "died_on": died_on.isoformat(),
            "region": card.region,
            "late": late,
            "case": work.record.case.id,
        },
        card.region,
    )
    deceased = {"person": found.person, "died_on": died_on.isoformat()}
    work.emit("civil_registry.person.deceased.v1", found.person, version, deceased, card.region)


# ------------------------------------------------------------------------ shared


def _card(work: Work, number: str) -> Any:
    card = queries.family_card(work.tx, number=number, lock=True)
    if card is None:
        raise Refused(409, "family_card_gone")
    return card


def _card_changed(work: Work, card: Any, reason: str) -> None:
    version = card.version + 1
    work.tx.execute(update(family_cards).where(family_cards.c.id == card.id).values(version=version))
    data = {"region": card.region, "members": queries.living_members(work.tx, card.id), "reason": reason}
    work.emit("civil_registry.family_card.updated.v1", card.id, version, data, card.region)


def _certificate(work: Work, kind: str, nik: str, happened: date) -> tuple[str, bool]:
    reported = work.record.submitted_at.astimezone(work.runtime.calendar.zone).date()
    late = domain.reported_late(happened, reported, work.service_type.report_within)
    id_ = new_id()
    work.tx.execute(
        insert(certificates).values(
            id=id_,
            kind=kind,
            number=work.record.case.number,
            case_id=work.record.case.id,
            nik=nik,
            late=late,
            registered_on=work.today,
            version=1,
        )
    )
    return id_, late


HOOKS = Hooks(
    entity="registration",
    effects={
        "register_birth": Effect(register_birth, lock_birth),
        "register_death": Effect(register_death, lock_death),
    },
    check_open=check_open,
    extra=queries.certificate_of_case,
    in_force=queries.in_force,
    warnings=roles.warnings,
)

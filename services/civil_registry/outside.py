"""What an outside register (SIAK) has registered is brought in: checked for form and doubles, and entered in our copy.

Nothing is allocated here. Whose word it is, and who brought it when, stands in the case. Where our copy does not know
the family, the case alone keeps what was told: the copy learns the rest when it is filled the next time.
"""

from __future__ import annotations

from datetime import date

from mpp.cases.recording.hooks import Drawn, Effect, Write, nothing_left
from mpp.cases.recording.work import Work
from mpp.casework.refusals import FieldError, invalid
from mpp.identity.nik import parse_nik
from mpp.json_values import JsonObject, day, mapping, text
from services.civil_registry import queries, reported_births, reported_deaths
from services.civil_registry.register import families, people

_ACTION = "bring_in"


def _told(work: Work) -> JsonObject:
    """What was typed from the outside register's paper."""
    return mapping(work.record.case.data, _ACTION)


def _number_errors(work: Work, happened: date) -> list[FieldError]:
    """A number has the form that the series of the case has, and is nobody else's."""
    told, series = _told(work), work.service_type.number_of(work.record.case.data)
    number, errors = text(told, "number"), []
    if series is not None and not series.template.fits(number):
        example = series.template.render(
            seq=1, date=work.today, code=work.service_type.code, region=work.host.offices.region
        )
        errors.append(FieldError("data.number", "malformed", {"example": example}))
    if queries.number_taken(work.tx, number):
        errors.append(FieldError("data.number", "already_registered"))
    if day(told, "registered_on") < happened:
        errors.append(FieldError("data.registered_on", "before_event"))
    return errors


# ------------------------------------------------------------------------- birth


def prepare_birth(work: Work) -> JsonObject:
    """The child's NIK and the number as the outside register gave them. Raises Refused 422 naming what cannot be."""
    data, told = work.record.case.data, _told(work)
    child = mapping(data, "child")
    born, nik = day(child, "birth_date"), text(told, "nik")
    errors = _number_errors(work, born)
    read = parse_nik(nik, work.today)
    if (read.birth_date, read.sex) != (born, text(child, "sex")):
        errors.append(FieldError("data.nik", "nik_of_another"))
    elif people.find(work.tx, nik) is not None:
        errors.append(FieldError("data.nik", "already_registered"))
    if errors:
        raise invalid(*errors)
    return {"nik": nik, "number": text(told, "number"), **_registered(work)}


def bring_in_birth(work: Work, facts: JsonObject) -> Write:
    """The child enters our copy with the NIK that it was given."""
    card = families.find(work.tx, number=text(work.record.case.data, "family_card"))
    return _write(work, facts, None if card is None else reported_births.register(work, facts))


# ------------------------------------------------------------------------- death


def prepare_death(work: Work) -> JsonObject:
    """The number as the outside register gave it. Raises Refused 422 naming what cannot be."""
    data = work.record.case.data
    errors = _number_errors(work, day(data, "died_on"))
    if errors:
        raise invalid(*errors)
    return {"nik": text(data, "deceased_nik"), "number": text(_told(work), "number"), **_registered(work)}


def lock_death(work: Work) -> None:
    """The resident's row where our copy has one; of two reports of one death only the first is brought in."""
    if people.find(work.tx, text(work.record.case.data, "deceased_nik")) is not None:
        reported_deaths.lock(work)


def bring_in_death(work: Work, facts: JsonObject) -> Write:
    """Our copy and the other services learn of the death."""
    known = people.find(work.tx, text(facts, "nik"))
    return _write(work, facts, None if known is None else reported_deaths.register(work, facts))


# ------------------------------------------------------------------------ shared


def _registered(work: Work) -> JsonObject:
    late = work.record.case.data.get("late") is True
    return {"registered_on": text(_told(work), "registered_on"), "late": late}


def _write(work: Work, facts: JsonObject, entered: Write | None) -> Write:
    if entered is None:
        return nothing_left

    def write(after: Work, drawn: Drawn) -> JsonObject:
        return entered(after, Drawn(text(facts, "number"), drawn.code))

    return write


EFFECTS: dict[str, Effect] = {
    "bring_in_birth": Effect(bring_in_birth, prepare=prepare_birth, needs_number=False),
    "bring_in_death": Effect(bring_in_death, lock_death, prepare_death, needs_number=False),
}

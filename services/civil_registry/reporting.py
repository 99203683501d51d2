"""What the register itself says about a report, before it is taken in.

Where the mall registers, whoever is named by NIK must be in the register. Where an outside register does, ours is a
copy that may be older: then it only warns, and whoever verifies says why it is right all the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from mpp.cases.recording.hooks import Effect, Write, nothing_left
from mpp.cases.recording.work import Work
from mpp.casework.refusals import FieldError, invalid
from mpp.casework.rules.answers import CaseWarning
from mpp.casework.rules.registers import OUTSIDE, side_of
from mpp.json_values import JsonObject, day, mapping, text
from services.civil_registry import domain, own_cards, queries, spouses
from services.civil_registry.register import people

WITNESSES = ("witness_1", "witness_2")
_PARENTS = ("mother", "father")
_NOT_IN_COPY = {
    "id": "{what} tidak ada dalam salinan daftar penduduk di mal. Periksa di SIAK.",
    "en": "The mall's copy of the register does not know this: {what}. Look in SIAK.",
}
_CALLED = {
    "family_card": ("Nomor KK", "family card number"),
    "mother_nik": ("NIK ibu", "NIK of the mother"),
    "father_nik": ("NIK ayah", "NIK of the father"),
    "deceased_nik": ("NIK almarhum", "NIK of the deceased"),
}


def check_open(work: Work) -> list[FieldError]:
    """Every field that cannot stand as it was reported."""
    errors = []
    applicant = work.record.applicant
    if applicant is not None and applicant.get("kind") == "person":
        found = people.find(work.tx, str(applicant["nik"]))
        if found is not None and found.status == domain.DECEASED:
            errors.append(FieldError("applicant.nik", "person_deceased"))
    data = work.record.case.data
    if side_of(data) != OUTSIDE:
        errors += [FieldError(f"data.{name}", "not_in_register") for name in queries.unknown(work.tx, data)]
    if "child" in data:
        errors += _birth_errors(data)
    if "deceased_nik" in data:
        errors += _death_errors(work, data)
    if "married_on" in data or "final_on" in data:
        errors += spouses.errors(work)
    if "head_nik" in data:
        errors += own_cards.errors(work)
    return errors + witness_errors(work.record.case.ticks, data)


def witness_errors(ticks: JsonObject, data: JsonObject) -> list[FieldError]:
    """A witness of a statement who has signed has a name."""
    return [FieldError(f"data.{who}.name", "required") for who in WITNESSES if ticks.get(who) and who not in data]


def _name_witnesses(work: Work) -> JsonObject:
    """Raises Refused 422 for a witness who has signed and whom nobody has named: the data are amended first."""
    errors = witness_errors(work.case.ticks, work.case.data)
    if errors:
        raise invalid(*errors)
    return {}


def _nothing_more(work: Work, facts: JsonObject) -> Write:
    return nothing_left


WITNESSES_NAMED = Effect(_nothing_more, prepare=_name_witnesses, needs_number=False)


def _birth_errors(data: JsonObject) -> list[FieldError]:
    errors = []
    if data.get("parentage", "married") != "unknown" and not {"mother_nik", "mother_outside"} & set(data):
        errors.append(FieldError("data.mother_nik", "required"))
    errors += [
        FieldError(f"data.{parent}_outside", "nik_or_outside")
        for parent in _PARENTS
        if f"{parent}_nik" in data and f"{parent}_outside" in data
    ]
    outside = mapping(data, "mother_outside") if "mother_outside" in data else {}
    if "birth_date" in outside and day(mapping(data, "child"), "birth_date") <= day(outside, "birth_date"):
        errors.append(FieldError("data.mother_outside.birth_date", "impossible_age"))
    return errors


def _death_errors(work: Work, data: JsonObject) -> list[FieldError]:
    found = people.find(work.tx, text(data, "deceased_nik"))
    if found is None:
        return []
    if found.status == domain.DECEASED:
        return [FieldError("data.deceased_nik", "already_deceased")]
    if day(data, "died_on") < found.birth_date:
        return [FieldError("data.died_on", "before_birth")]
    return []


def not_in_copy(unknown: Iterable[str]) -> list[CaseWarning]:
    """What our copy of an outside register does not know, by the fields of the form: whoever decides looks there."""
    return [CaseWarning("not_in_copy", name.replace("_", "-"), f"data.{name}", _said(name)) for name in unknown]


def _said(name: str) -> dict[str, str]:
    indonesian, english = _CALLED[name]
    return {"id": _NOT_IN_COPY["id"].format(what=indonesian), "en": _NOT_IN_COPY["en"].format(what=english)}

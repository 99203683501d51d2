"""What a certificate says of people, from the report and from the register, as it is when it is numbered."""

from __future__ import annotations

from mpp.cases.recording.work import Work
from mpp.json_values import Json, JsonObject, mapping, optional_text, text
from services.civil_registry.register import people


def of_birth(work: Work) -> JsonObject:
    """The child, and its parents as far as the register knows them."""
    data = work.record.case.data
    child = mapping(data, "child")
    found: dict[str, Json] = {name: text(child, name) for name in ("name", "sex", "birth_place", "birth_date")}
    for parent in ("mother", "father"):
        nik = optional_text(data, f"{parent}_nik")
        known = None if nik is None else people.find(work.tx, nik)
        if known is not None:
            found[f"{parent}_name"] = str(known.name)
    return found


def of_death(work: Work) -> JsonObject:
    """Who has died, as the register has it; when and where, as reported."""
    data = work.record.case.data
    told: JsonObject = {"died_on": text(data, "died_on"), "died_in": text(data, "place")}
    known = people.find(work.tx, text(data, "deceased_nik"))
    if known is None:
        return told
    born: JsonObject = {"birth_place": str(known.birth_place), "birth_date": known.birth_date.isoformat()}
    return {"name": str(known.name), "sex": str(known.sex), **born, **told}

"""What is known of a form's fields: each from the first of its sources that has something, else nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mpp.casework.access.offices import Office, OfficeTree
from mpp.casework.rules.service_type import FormField
from mpp.json_values import Json, JsonObject
from mpp.papers.forms.declared import DATA, REGISTER, SERVICE, TODAY, FormLine, PrintedForm, Source
from mpp.regions import places

Register = Callable[[str], JsonObject | None]  # the resident of a NIK, as far as whoever prints may see one
Values = Mapping[str, str | None]
_LEVELS = {"village": 13, "district": 8, "regency": 5, "province": 2}  # length of the code of such a place


@dataclass(frozen=True)
class Known:
    """What a form is filled in from: a case, or what was typed so far. `form` is that of the service type, by which
    values are said in words; `office` is where it is printed for."""

    service: str
    form: Sequence[FormField]
    data: JsonObject = field(repr=False)
    applicant: JsonObject | None = field(repr=False)
    proxy: JsonObject | None = field(repr=False)
    office: Office | None
    offices: OfficeTree | None
    today: date
    tracking_code: str | None = None


def filled(form: PrintedForm, known: Known, register: Register) -> Values:
    """Every field of the form by its name; None is left for the pen. Days are YYYY-MM-DD."""
    return {line.name: _value(line, known, register) for line in form.lines}


def field_at(form: Iterable[FormField], path: Sequence[str]) -> FormField | None:
    """The field of a service's form at `name` or `group.name`; None where there is none, or a group."""
    found = None
    for part in path:
        found = next((each for each in form if each.name == part), None)
        form = () if found is None else found.fields
    return None if found is None or found.type == "group" else found


def asked_of_register(form: PrintedForm, known: Known) -> list[str]:
    """The NIK of everybody whom the form is filled in about from the register, each once."""
    found = [_written(line.of, known) for line in form.lines if line.of is not None and _needs(line, known)]
    return list(dict.fromkeys(nik for nik in found if nik is not None))


def _needs(line: FormLine, known: Known) -> bool:
    """Whether no source before the register has something."""
    for source in line.sources:
        if source.kind == REGISTER:
            return True
        if _raw(source, known) is not None:
            return False
    return False


def _value(line: FormLine, known: Known, register: Register) -> str | None:
    for source in line.sources:
        raw = _of_resident(line, source, known, register) if source.kind == REGISTER else _raw(source, known)
        if raw is None:
            continue
        if line.codes is not None:
            return line.codes.get(raw) if isinstance(raw, str | int) else None
        return _said(source, raw, known)
    return None


def _of_resident(line: FormLine, source: Source, known: Known, register: Register) -> Json:
    nik = None if line.of is None else _written(line.of, known)
    resident = None if nik is None else register(nik)
    return None if resident is None else _some(resident.get(source.path[0]))


def _written(source: Source, known: Known) -> str | None:
    found = _raw(source, known)
    return found if isinstance(found, str) else None


def _raw(source: Source, known: Known) -> Json:
    """The value as it is stored; None for none."""
    if source.kind == SERVICE:
        return known.service
    if source.kind == TODAY:
        return known.today.isoformat()
    if source.kind == DATA:
        found: Json = known.data
        for part in source.path:
            found = found.get(part) if isinstance(found, Mapping) else None
        return _some(found)
    (name,) = source.path
    if source.kind == "office":
        return _of_office(name, known.office)
    if source.kind == "case":
        return known.tracking_code
    person = known.applicant if source.kind == "applicant" else known.proxy
    return None if person is None else _some(person.get(name))


def _some(found: Json) -> Json:
    return None if found == "" or isinstance(found, Mapping | list | tuple) else found


def _of_office(name: str, office: Office | None) -> str | None:
    if office is None:
        return None
    if name in _LEVELS:
        length = _LEVELS[name]
        return places.region_name(office.region[:length]) if len(office.region) >= length else None
    return {"name": office.name, "phone": office.phone, "code": office.region}[name]


def _said(source: Source, raw: Json, known: Known) -> str:
    """As people read it in Indonesian; a day stays as it is, for the boxes of a form."""
    if isinstance(raw, bool):
        return "Ya" if raw else "Tidak"
    said = str(raw)
    typed = field_at(known.form, source.path) if source.kind == DATA else None
    if typed is None:
        return said
    if typed.type == "choice":
        return dict(typed.choices)[said]["id"] if said in dict(typed.choices) else said
    if typed.type == "region":
        return places.path_name(said) or said
    if typed.type == "office":
        return (None if known.offices is None else known.offices.name_of(said)) or said
    return said

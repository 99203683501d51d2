"""What whoever decides must answer: somebody unlikely in a role, and what may have been registered before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpp.cases.recording import roles
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage.case_rows import Record
from mpp.casework.rules.answers import CaseWarning
from mpp.casework.rules.roles import day_at, value_at
from mpp.casework.rules.service_type import Text
from mpp.identity.person import person_key
from mpp.json_values import JsonObject
from services.civil_registry import queries
from services.civil_registry.register import reported
from services.civil_registry.rules import doubles
from services.civil_registry.rules.doubles import Child

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SHOWN = 5  # of those who may be the child


def warnings(tx: Connection, host: CaseHost, record: Record) -> list[CaseWarning]:
    """Everything to answer before a decision for the applicant."""
    found = roles.warnings(tx, host, record)
    if record.finished_at is None:
        found += _of_birth(tx, host, record)
    return found


def _of_birth(tx: Connection, host: CaseHost, record: Record) -> list[CaseWarning]:
    data, case = record.case.data, record.case.id
    born_on, name = day_at(data, "child.birth_date"), value_at(data, "child.name")
    if born_on is None or not isinstance(name, str):
        return []
    found = []
    mother = value_at(data, "mother_nik")
    if isinstance(mother, str):
        others = reported.of_mother(tx, person_key(mother, host.runtime.person_key), case)
        for code, other in doubles.births_alike(born_on, others):
            found.append(CaseWarning(code, other.case, "data.child.birth_date", _text(code, other.tracking_code)))
    child = Child(name, born_on, _text_at(data, "family_card"), _text_at(data, "mother_nik"))
    for known in doubles.persons_alike(child, queries.who_may_be(tx, child))[:_SHOWN]:
        about = person_key(known.nik, host.runtime.person_key)[:16]
        text = _text(doubles.KNOWN_PERSON, known.nik)
        found.append(CaseWarning(doubles.KNOWN_PERSON, about, "data.child.name", text))
    return found


def _text_at(data: JsonObject, path: str) -> str | None:
    found = value_at(data, path)
    return found if isinstance(found, str) else None


_TEXTS = {
    doubles.SAME_BIRTH: (
        "Laporan {what} tentang kelahiran dari ibu yang sama pada hari yang sama. Anak kembar, atau laporan ganda?",
        "Report {what} is of a birth of the same mother on the same day. A twin, or the same birth twice?",
    ),
    doubles.NEAR_BIRTH: (
        "Laporan {what} tentang kelahiran dari ibu yang sama kurang dari delapan bulan sebelum atau sesudahnya.",
        "Report {what} is of a birth of the same mother less than eight months before or after.",
    ),
    doubles.KNOWN_PERSON: (
        "Penduduk dengan NIK {what} mungkin anak ini: nama, hari lahir, KK atau ibunya mirip. Orang lain?",
        "The resident of NIK {what} may be this child, by name and day, card or mother. Somebody else?",
    ),
}


def _text(code: str, what: str) -> Text:
    indonesian, english = _TEXTS[code]
    return {"id": indonesian.format(what=what), "en": english.format(what=what)}

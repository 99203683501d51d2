"""The shipped forms, and ways to declare one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mpp.casework.access.offices import Office
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue import Catalogue, load
from mpp.json_values import JsonObject
from mpp.papers.forms.declared import FormBook, PrintedForm
from mpp.papers.forms.filling import Known, Values, filled
from mpp.papers.forms.reading import read_forms
from mpp.yaml_files import Faults

CATALOGUE = Path(__file__).parents[3] / "services" / "civil_registry" / "catalogue"
FATHER, MOTHER = "3515990101809990", "3515994505829991"
LONG = "WARGA CONTOH 01 DENGAN NAMA YANG PANJANG SEKALI HINGGA TURUN KE BARIS KEDUA DAN MASIH ADA LAGI"
CARD = "3515992711260001"
BIRTH: JsonObject = {
    "family_card": CARD,
    "mother_nik": MOTHER,
    "father_nik": FATHER,
    "child": {"name": "WARGA CONTOH 03", "sex": "female", "birth_date": "2026-11-12", "birth_place": "Sidoarjo"},
}
DEATH: JsonObject = {"deceased_nik": FATHER, "died_on": "2026-11-20", "place": "Rumah sakit"}
RESIDENTS: dict[str, JsonObject] = {
    FATHER: {"name": LONG, "birth_date": "1980-01-01", "family_card": CARD},
    MOTHER: {"name": "WARGA CONTOH 02", "birth_date": "1982-05-05", "family_card": CARD},
}
VILLAGE = Office("35.15.14.2013", "Desa Sukodono", "desa", "35.15.14.2013")
APPLICANT: JsonObject = {"kind": "person", "name": LONG, "nik": FATHER, "address": "Jalan Contoh Raya Nomor 7"}


def shipped_forms() -> FormBook:
    """The forms that come with civil registration, which must be without a mistake."""
    faults: Faults = []
    book = read_forms([CATALOGUE], None, faults)
    assert faults == []
    return book


def services() -> Catalogue:
    """Its service types."""
    return load([CATALOGUE])


def declared(folder: Path, text: str) -> tuple[FormBook, list[str]]:
    """The form that this text declares, beside a catalogue, and what is wrong with it."""
    (folder / "forms").mkdir(exist_ok=True)
    (folder / "forms" / "f-9.01.yaml").write_text(text, "utf-8")
    faults: Faults = []
    book = read_forms([folder], None, faults)
    return book, [str(fault) for fault in faults]


def known(service: ServiceType | None, data: JsonObject, applicant: JsonObject | None = APPLICANT) -> Known:
    """What a counter knows of somebody who has come for this service."""
    assert service is not None
    today, code = date(2026, 11, 27), "P0123456789V"
    return Known(service.code, service.form, data, applicant, None, VILLAGE, None, today, code)


def values(form: PrintedForm | None, known_: Known) -> Values:
    """The form filled in with what the register tells of its two residents."""
    assert form is not None
    return filled(form, known_, RESIDENTS.get)

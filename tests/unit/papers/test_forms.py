"""A form says itself where each of its fields comes from: nobody types what the mall knows, the pen does the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpp.papers.forms.checking import faults_of, unknown_forms
from mpp.papers.forms.filling import asked_of_register, filled
from mpp.papers.templates.finding import Templates
from tests.unit.papers.forms import (
    BIRTH,
    CARD,
    DEATH,
    FATHER,
    LONG,
    MOTHER,
    declared,
    known,
    services,
    shipped_forms,
    values,
)

HEAD = """\
code: F-9.01
name: {id: Formulir contoh, en: Example form}
template: f-2.01
services: [ADM-LHR-01]
fields:
"""


def test_the_forms_of_civil_registration_are_there_and_good() -> None:
    book = shipped_forms()
    assert [form.code for form in book] == ["F-1.02", "F-2.01", "F-2.03", "F-2.04"]
    assert list(faults_of(book, services(), Templates())) == []
    death = services().get("ADM-MTI-01")
    assert death is not None
    assert [form.code for form in book.of_service(death)] == ["F-1.02", "F-2.01"]


def test_what_no_source_has_confirmed_says_so() -> None:
    assert all(form.unverified is not None for form in shipped_forms())


def test_a_birth_is_reported_with_what_was_filed_and_what_the_register_knows() -> None:
    found = values(shipped_forms().get("F-2.01"), known(services().get("ADM-LHR-01"), BIRTH))
    assert (found["event"], found["child_sex"]) == ("1", "2")
    assert (found["reporter_name"], found["reporter_family_card"]) == (LONG, CARD)
    assert (found["subject_name"], found["child_birth_date"]) == ("WARGA CONTOH 03", "2026-11-12")
    assert (found["mother_nik"], found["mother_name"], found["mother_birth_date"]) == (
        MOTHER, "WARGA CONTOH 02", "1982-05-05",
    )  # fmt: skip
    assert (found["village"], found["district"], found["regency"]) == ("Sukodono", "Sukodono", "Kabupaten Sidoarjo")


def test_the_same_form_reports_a_death() -> None:
    found = values(shipped_forms().get("F-2.01"), known(services().get("ADM-MTI-01"), DEATH))
    assert (found["event"], found["deceased_name"], found["subject_name"]) == ("7", LONG, LONG)
    assert (found["child_name"], found["mother_nik"]) == (None, None)


def test_what_nobody_has_typed_is_left_for_the_pen() -> None:
    form = shipped_forms().get("F-2.01")
    found = values(form, known(services().get("ADM-LHR-01"), {}, None))
    left = {name for name, value in found.items() if value is None}
    assert {"reporter_name", "child_name", "child_sex", "mother_name", "witness_1_name", "death_cause"} <= left
    assert found.keys() - left == {
        "event", "regency", "district", "village", "place_code", "today", "tracking_code",
    }  # fmt: skip


def test_the_register_is_asked_for_each_person_once_and_for_nobody_whose_line_is_filled() -> None:
    book, birth = shipped_forms(), services().get("ADM-LHR-01")
    one, two = book.get("F-2.01"), book.get("F-1.02")
    assert one is not None
    assert two is not None
    assert asked_of_register(one, known(birth, BIRTH)) == [FATHER, MOTHER]
    assert asked_of_register(two, known(birth, BIRTH)) == [], "the form filed says which family card"
    assert asked_of_register(two, known(services().get("ADM-MTI-01"), DEATH)) == [FATHER]


def test_who_may_not_see_the_register_prints_no_word_of_it() -> None:
    form, said = shipped_forms().get("F-2.01"), known(services().get("ADM-LHR-01"), BIRTH)
    assert form is not None
    found = filled(form, said, lambda nik: None)
    assert (found["mother_nik"], found["mother_name"], found["mother_birth_date"]) == (MOTHER, None, None)


def test_a_form_has_codes_of_its_own_for_the_words_that_the_mall_stores(tmp_path: Path) -> None:
    """What F-2.01 calls 1 in a marriage is 2 in the register: a code that is stored would be read as the other one."""
    line = "  - {name: sex, from: data.child.sex, codes: {male: 7, female: 8}}\n"
    book, faults = declared(tmp_path, HEAD + line)
    assert faults == []
    assert values(book.get("F-9.01"), known(services().get("ADM-LHR-01"), BIRTH)) == {"sex": "8"}
    status = next(line for form in shipped_forms() for line in form.lines if line.name == "husband_status")
    assert status.codes == {"married": "1", "single": "2", "divorced": "3", "widowed": "4"}


@pytest.mark.parametrize(("lines", "told"), [
    ("  - {name: a, from: data.kind}", "data.kind"),
    ("  - {name: a, from: data.child}", "data.child"),
    ("  - {name: a, from: data.child.weight}", "data.child.weight"),
    ("  - {name: a, from: register.name, of: data.aunt_nik}", "data.aunt_nik"),
    ("  - {name: a, from: data.child.sex, codes: {male: 1, female: 2, other: 3}}", "kata 'other' tidak ada"),
    ("  - {name: a, from: data.child.sex, codes: {male: 1}}", "'female' belum punya kode"),
    ("  - {name: a, from: service, codes: {ADM-MTI-01: 1}}", "kata 'ADM-MTI-01' tidak ada"),
])  # fmt: skip
def test_a_field_that_the_service_does_not_have_is_refused_with_its_line(tmp_path: Path, lines: str, told: str) -> None:
    book, faults = declared(tmp_path, HEAD + lines + "\n")
    assert faults == []
    found = [str(fault) for fault in faults_of(book, services(), Templates())]
    assert found[0].startswith("forms/f-9.01.yaml:6: a: ")
    assert told in found[0]


@pytest.mark.parametrize(("lines", "told"), [
    ("  - {name: a, from: citizen.name}", "tidak ada; yang ada data.<field>"),
    ("  - {name: a, from: applicant.shoe_size}", "tidak ada; yang ada data.<field>"),
    ("  - {name: a, from: register.name}", "perlu `of`"),
    ("  - {name: a, from: today, of: data.mother_nik}", "perlu `of`"),
    ("  - {name: a, from: register.name, of: register.name}", "bukan sumber NIK"),
    ("  - {name: A B}", "tidak berbentuk benar"),
    ("  - {name: a, form: today}", "unknown key 'form' (maksudnya | meant: 'from')"),
    ("  - {name: a, from: today, codes: {x: true}}", "harus kata"),
    ("  - {name: a}\n  - {name: a}", "sudah dipakai"),
])  # fmt: skip
def test_a_declaration_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path, lines: str, told: str) -> None:
    book, faults = declared(tmp_path, HEAD + lines + "\n")
    assert len(book) == 0
    (fault,) = faults
    assert fault.startswith(f"forms/f-9.01.yaml:{5 + lines.count('name:')}: ")
    assert told in fault


def test_services_and_templates_that_are_not_there_are_told(tmp_path: Path) -> None:
    text = HEAD.replace("ADM-LHR-01", "ADM-NIX").replace("f-2.01", "f-nix") + "  - {name: a}\n"
    book, _ = declared(tmp_path, text)
    found = [str(fault) for fault in faults_of(book, services(), Templates())]
    assert [fault.partition(": ")[0] for fault in found] == ["forms/f-9.01.yaml:4", "forms/f-9.01.yaml:3"]
    assert "papers/forms/f-nix.typ" in found[1]


def test_a_requirement_that_names_no_form_is_told() -> None:
    birth = services().get("ADM-LHR-01")
    assert birth is not None
    assert list(unknown_forms(birth, shipped_forms())) == []

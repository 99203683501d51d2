"""What a row of a file of residents may say, and for which reason each broken one is kept out."""

from __future__ import annotations

from typing import Any

import pytest

from mpp import regions
from services.civil_registry.importing.columns import BadHeader, places
from services.civil_registry.importing.reasons import REASONS
from services.civil_registry.importing.rows import Checked, Checker
from tests.unit.residents.files import AS_OF, CHILD, FATHER, MOTHER, NAMES, TODAY, cells

CHECKER = Checker(places(NAMES, {}), TODAY, AS_OF, "35.15", regions.exists)


def check(row: dict[str, str] = CHILD, /, **changed: str) -> Checked:
    return CHECKER.check(cells({**row, **changed}))


def faults(found: Checked) -> list[tuple[str, str]]:
    return [(fault.reason, fault.field) for fault in found.faults if not fault.warning]


@pytest.mark.parametrize("row", [FATHER, MOTHER, CHILD])
def test_a_good_row_is_taken_without_a_word(row: dict[str, str]) -> None:
    assert check(row).faults == []


def test_a_row_is_told_in_the_words_of_the_register() -> None:
    found = check().told
    assert found["sex"] == "female"
    assert found["birth_date"] == "2010-03-03"
    assert (found["relation"], found["religion"], found["marital_status"]) == ("child", "islam", "single")
    assert (found["rt"], found["rw"], found["region"]) == ("001", "002", "35.15.14.2013")
    assert found["as_of"] == AS_OF.isoformat()
    assert found["status"] == "alive"
    assert not [name for name in found if name.startswith("_")]


DIED: dict[str, str] = {"STATUS_DASAR": "MATI", "TGL_MATI": "2020-05-05"}

# One thing is wrong with each; the reason that the report gives, and the field that it names.
BROKEN: list[tuple[dict[str, str], str, str]] = [
    ({"NIK": ""}, "missing", "nik"),
    ({"NIK": "35159943031000O1"}, "not_digits", "nik"),
    ({"NIK": "351599430310001"}, "invalid_length", "nik"),
    ({"NIK": "35159943031000011"}, "invalid_length", "nik"),
    ({"NIK": "3515997303100001"}, "invalid_date", "nik"),
    ({"NIK": "3515994313100001"}, "invalid_date", "nik"),
    ({"NIK": "3515993503100001"}, "invalid_date", "nik"),
    ({"NIK": "3515994303100000"}, "invalid_sequence", "nik"),
    ({"NIK": "3.51599E+15"}, "not_digits", "nik"),
    ({"NO_KK": ""}, "missing", "card"),
    ({"NO_KK": "KK-1"}, "not_digits", "card"),
    ({"NO_KK": "35159901011000"}, "invalid_length", "card"),
    ({"NO_KK": "3515994101100001"}, "invalid_date", "card"),
    ({"NO_KK": "3515990101100000"}, "invalid_sequence", "card"),
    ({"NAMA_LGKP": ""}, "missing", "name"),
    ({"NAMA_LGKP": "  "}, "missing", "name"),
    ({"NAMA_LGKP": "123 -"}, "name_without_letters", "name"),
    ({"NAMA_LGKP": "Warga\u200bContoh"}, "invisible_character", "name"),
    ({"NAMA_LGKP": "Warga\x07Contoh"}, "control_character", "name"),
    ({"NAMA_LGKP": "W" * 151}, "too_long", "name"),
    ({"JENIS_KLMIN": ""}, "missing", "sex"),
    ({"JENIS_KLMIN": "3"}, "unknown_value", "sex"),
    ({"TMPT_LHR": ""}, "missing", "birth_place"),
    ({"TMPT_LHR": "S" * 101}, "too_long", "birth_place"),
    ({"TMPT_LHR": "\u0301"}, "nothing_visible", "birth_place"),
    ({"TGL_LHR": ""}, "missing", "birth_date"),
    ({"TGL_LHR": "31-02-2010"}, "invalid_date", "birth_date"),
    ({"TGL_LHR": "03/13/2010"}, "invalid_date", "birth_date"),
    ({"TGL_LHR": "03-03-10"}, "invalid_date", "birth_date"),
    ({"TGL_LHR": "40240"}, "invalid_date", "birth_date"),
    ({"TGL_LHR": "2026-11-29"}, "in_future", "birth_date"),
    ({"TGL_LHR": "1895-01-01"}, "too_long_ago", "birth_date"),
    ({"STAT_HBKEL": ""}, "missing", "relation"),
    ({"STAT_HBKEL": "12"}, "unknown_value", "relation"),
    ({"STAT_HBKEL": "SUAMI"}, "relation_sex_differs", "relation"),
    ({"KODE_WILAYAH": ""}, "missing", "region"),
    ({"KODE_WILAYAH": "35.15.14"}, "region_unknown", "region"),
    ({"KODE_WILAYAH": "3515149999"}, "region_unknown", "region"),
    ({"KODE_WILAYAH": "33.75.01.1002"}, "other_regency", "region"),
    ({"ALAMAT": "J" * 256}, "too_long", "address"),
    ({"NO_RT": "1A"}, "not_a_number", "rt"),
    ({"NO_RW": "1000"}, "not_a_number", "rw"),
    ({"STATUS_DASAR": "HILANG"}, "unknown_value", "status"),
    ({"STATUS_DASAR": "MATI"}, "missing", "died_on"),
    ({"TGL_MATI": "2020-05-05"}, "alive_and_died", "died_on"),
    ({**DIED, "TGL_MATI": "2009-05-05"}, "before_birth", "died_on"),
    ({**DIED, "TGL_MATI": "2027-01-01"}, "in_future", "died_on"),
    ({**DIED, "TGL_MATI": "kemarin"}, "invalid_date", "died_on"),
    ({"AGAMA": "8"}, "unknown_value", "religion"),
    ({"STAT_KWN": "JANDA"}, "unknown_value", "marital_status"),
    ({"GOL_DRH": "C"}, "unknown_value", "blood_type"),
    ({"PDDK_AKH": "11"}, "unknown_value", "education"),
    ({"JENIS_PKRJN": "K" * 101}, "too_long", "occupation"),
    ({"KEWARGANEGARAAN": "X"}, "unknown_value", "citizenship"),
    ({"NIK_IBU": "12"}, "invalid_length", "mother_nik"),
    ({"NIK_AYAH": "abc"}, "not_digits", "father_nik"),
    ({"NIK_IBU": CHILD["NIK"]}, "own_parent", "mother_nik"),
    ({"NAMA_LGKP_IBU": "-"}, "name_without_letters", "mother_name"),
    ({"NAMA_LGKP_AYAH": "B" * 151}, "too_long", "father_name"),
    ({"PER_TANGGAL": "2026-12-31"}, "in_future", "as_of"),
    ({"PER_TANGGAL": "x"}, "invalid_date", "as_of"),
]


@pytest.mark.parametrize(("changed", "reason", "field"), BROKEN)
def test_each_broken_row_is_kept_out_for_its_one_reason(changed: dict[str, str], reason: str, field: str) -> None:
    found = check(CHILD, **changed)
    assert faults(found) == [(reason, field)]
    assert not found.taken
    assert reason in REASONS


def test_a_row_says_all_that_is_wrong_with_it_at_once() -> None:
    assert faults(check(NIK="1", TGL_LHR="x", AGAMA="9")) == [
        ("invalid_length", "nik"),
        ("unknown_value", "religion"),
        ("invalid_date", "birth_date"),
    ]


def test_a_row_with_too_few_cells_is_kept_out() -> None:
    assert faults(CHECKER.check(cells(CHILD)[:5])) == [("row_too_short", "")]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"TGL_LHR": "2010-03-04"}, "birth_date_differs"),
        ({"JENIS_KLMIN": "L"}, "sex_differs"),
        ({"NIK_IBU": FATHER["NIK"]}, "parent_sex_differs"),
    ],
)
def test_what_may_be_right_all_the_same_is_taken_with_a_warning(changed: dict[str, str], reason: str) -> None:
    found = check(CHILD, **changed)
    assert found.taken
    assert [fault.reason for fault in found.faults] == [reason]


def test_who_has_died_or_moved_out_stands_on_no_card() -> None:
    for status in (DIED, {"STATUS_DASAR": "PINDAH"}):
        assert check(CHILD, **status, NO_KK="", STAT_HBKEL="").taken


@pytest.mark.parametrize(
    ("header", "renamed", "code"),
    [
        (NAMES[1:], {}, "column_missing"),
        ((*NAMES, "NIK"), {}, "column_twice"),
        (NAMES, {"nomor": "NIK"}, "mapped_column_missing"),
    ],
)
def test_a_header_that_cannot_be_read(header: tuple[str, ...], renamed: dict[str, str], code: str) -> None:
    with pytest.raises(BadHeader) as refused:
        places(header, renamed)
    assert refused.value.code == code


def test_columns_are_found_by_their_names_whatever_their_order_and_whatever_else_is_there() -> None:
    header = ("lain", "nama", *(name.lower() for name in reversed(NAMES) if name != "NAMA_LGKP"))
    found: dict[str, Any] = places(header, {"nama": "NAMA_LGKP"})
    assert (found["name"], found["as_of"]) == (1, 2)

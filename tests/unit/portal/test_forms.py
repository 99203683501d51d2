"""From the controls of a page to the body of a request."""

from __future__ import annotations

from typing import Any

from services.portal.api.client import Wrong
from services.portal.errors import mistakes_of
from services.portal.forms.reading import code_of, controls, data_of


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "label": {"id": name.title(), "en": name}, "required": True, **more}


FORM = [
    field("place", "region"),
    field("amount", "money"),
    field("rooms", "integer"),
    field("sure", "boolean"),
    field("nik", "nik"),
    field("child", "group", fields=[field("name", "person_name"), field("born", "date")]),
    field("father", "group", required=False, fields=[field("name", "person_name")]),
]


def test_each_type_becomes_what_the_interface_takes() -> None:
    typed = {
        "data.place": "Suko, Sukodono (35.15.14.2013)",
        "data.amount": "Rp 1.500.000",
        "data.rooms": " 3 ",
        "data.sure": "1",
        "data.nik": "3515 9927 1060 9990",
        "data.child.name": " Andi ",
        "data.child.born": "2026-11-01",
        "data.other": "of no field",
    }
    assert data_of(FORM, typed, "data") == {
        "place": "35.15.14.2013",
        "amount": 1_500_000,
        "rooms": 3,
        "sure": True,
        "nik": "3515992710609990",
        "child": {"name": "Andi", "born": "2026-11-01"},
    }


def test_what_is_empty_is_left_out_so_that_the_mall_says_whether_it_is_needed() -> None:
    assert data_of(FORM, {"data.amount": "  "}, "data") == {"sure": False, "child": {}}


def test_what_is_no_number_is_sent_as_it_is_so_that_the_mall_says_so() -> None:
    assert data_of(FORM, {"data.amount": "banyak", "data.rooms": "1e9"}, "data")["amount"] == "banyak"


def test_a_code_may_be_typed_or_stand_in_brackets() -> None:
    assert code_of(" 35.15 ") == "35.15"
    assert code_of("Dinas (Kesehatan) (dinkes)") == "dinkes"
    assert code_of("Suko (bagian barat) lama") == "Suko (bagian barat) lama"


def test_every_mistake_leads_to_a_control_or_says_what_it_is_about() -> None:
    labels = controls(FORM, "data", "id")
    assert labels["data.child.name"] == "Child, Name"
    wrong = [Wrong(name, "required", "Wajib diisi.") for name in ("data.child.name", "data.child.no.such", "who")]
    found = mistakes_of(wrong, labels)
    told = [(each.anchor, each.label) for each in found]
    assert told == [("data-child-name", "Child, Name"), ("data-child", "Child"), ("", "who")]

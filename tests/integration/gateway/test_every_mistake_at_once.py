"""A clerk who mistypes in the envelope and in the form hears of all of it in one answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import Client

from services.gateway.api.app import build
from tests.integration.gateway.conftest import PERSON, Mall
from tests.support.desks import files_of

FORM = {"kind": "new", "str_number": "1", "practice_name": "x", "practice_address": "y",
        "practice_region": "35.15.14.2013"}  # fmt: skip


@pytest.fixture
def mall_of_sidoarjo(mall: Mall) -> Mall:
    """The same mall, with the services and the offices of a region."""
    region, catalogue, _ = files_of("35.15", ())
    mall.client = Client(build(replace(mall.parts, catalogue=catalogue, offices=region.offices)))
    return mall


def mistakes(mall: Mall, **body: Any) -> dict[str, str]:
    asked = {"service": "PRZ-SIP-DR", "applicant": PERSON, "data": FORM, **body}
    answer = mall.post("/api/v1/permits", asked)
    assert answer.status_code == 422, answer.get_json()
    assert mall.stubs["permits"].calls == []  # nothing reached the service
    return {error["field"]: error["code"] for error in answer.get_json()["errors"]}


def test_a_missing_name_a_wrong_nik_and_a_wrong_form_are_one_answer(mall_of_sidoarjo: Mall) -> None:
    wrong = mistakes(
        mall_of_sidoarjo,
        applicant={"kind": "person", "nik": "3515143213909990", "name": ""},
        data={**FORM, "kind": "baru", "practice_region": "99.99", "requirements": {"str": "ya"}},
    )
    assert set(wrong) == {
        "applicant.name",
        "applicant.nik",
        "data.kind",
        "data.practice_region",
        "data.requirements.str",
    }


def test_a_wrong_nik_alone_brings_the_form_with_it(mall_of_sidoarjo: Mall) -> None:
    wrong = mistakes(mall_of_sidoarjo, applicant={**PERSON, "nik": "3515143213909990"}, data={})
    assert wrong["applicant.nik"] != "required"
    assert {field for field in wrong if field.startswith("data.")} == {f"data.{name}" for name in FORM}


def test_a_service_of_another_counter_is_told_with_the_rest(mall_of_sidoarjo: Mall) -> None:
    wrong = mistakes(mall_of_sidoarjo, service="PGD-LPR", applicant={**PERSON, "name": ""})
    assert wrong == {"service": "service_of_other_collection", "applicant.name": "too_short"}
    assert mistakes(mall_of_sidoarjo, service="PRZ-TIDAK-ADA", surprise=1)["service"] == "unknown_service"


def test_what_another_application_serves_is_refused_in_words(mall_of_sidoarjo: Mall) -> None:
    assert mistakes(mall_of_sidoarjo, service="POL-SKCK", surprise=1)["service"] == "linked_service"


def test_what_an_earlier_permit_fills_in_is_not_called_missing(mall_of_sidoarjo: Mall) -> None:
    renewal = {"kind": "renewal", "previous_number": "503/0001/SIP-DR/DPMPTSP/2026"}
    assert set(mistakes(mall_of_sidoarjo, applicant={**PERSON, "name": ""}, data=renewal)) == {"applicant.name"}


@pytest.mark.parametrize("garbage", [{"data": []}, {"data": {"kind": []}}, {"applicant": [1]}, {"proxy": {"nik": {}}}])
def test_garbage_is_named_and_no_failure(mall_of_sidoarjo: Mall, garbage: dict[str, Any]) -> None:
    assert mistakes(mall_of_sidoarjo, surprise=1, **garbage)["surprise"] == "unknown_field"

"""What a counter, or a console on top of it, reads of a service before it asks the applicant for anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import Client

from services.gateway.api.app import build
from tests.integration.gateway.conftest import Mall
from tests.support.desks import files_of


@pytest.fixture
def published(mall: Mall) -> Any:
    """`published(code)` is what everybody reads of a service, `published("")` the list."""
    _, catalogue, _ = files_of("35.15", ())
    client = Client(build(replace(mall.parts, catalogue=catalogue)))

    def read(code: str, kind: str = "services", wanted: int = 200) -> Any:
        answer = client.get(f"/api/v1/{kind}{'' if code.startswith('?') or not code else '/'}{code}")
        assert answer.status_code == wanted
        return answer.get_json()

    return read


def test_what_other_applications_serve_is_listed_beside_it_and_has_no_case(published: Any) -> None:
    listed = published("")
    (police,) = [each for each in listed["linked"] if each["code"] == "POL-SKCK"]
    assert (police["owner"], police["address"], police["duration"]["id"]) == ("polresta", None, "1 hari kerja")
    assert "POL-SKCK" not in {each["code"] for each in listed["items"]}
    words = {each["code"]: each["name"]["id"] for each in listed["life_events"]}
    assert {words[code] for code in police["life_events"]} == {"Mencari kerja dan bekerja", "Bepergian ke luar negeri"}
    assert published("?collection=permits")["linked"] == []


def test_one_of_them_says_what_nobody_has_confirmed(published: Any) -> None:
    told = published("POL-SKCK", "linked-services")
    assert set(told["standard"]) == {"requirements", "procedure", "duration", "fee", "product", "complaints"}
    assert "standard.fee" in told["region_sets"]
    assert published("POL-SKCK", wanted=404)["code"] == "not_found"
    assert published("PRZ-SIP-DR", "linked-services", wanted=404)["code"] == "not_found"


def test_a_paper_that_only_some_bring_says_who_does(published: Any) -> None:
    papers = {paper["code"]: paper["when"] for paper in published("PRZ-SIP-DR")["requirements"]}
    assert papers["str"] is None
    assert papers["skp"] == {"field": "kind", "is": ["renewal"]}


def test_when_a_renewal_opens_and_what_it_builds_on_is_told(published: Any) -> None:
    told = published("PRZ-SIP-DR")
    assert told["previous"]["number"] == "previous_number"
    assert told["previous"]["renewal"] == "renewal"
    assert told["previous"]["opens"] == "90d"
    assert told["validity_years"] == 5


def test_the_short_way_of_a_simple_house_is_told_with_its_bounds(published: Any) -> None:
    told = published("PRZ-PBG")
    (track,) = [track for track in told["tracks"] if track["sla"] == "10h"]
    assert track["when"]["field"] == "track"
    assert track["bounds"]
    assert told["levy"]["due"]


def test_what_the_region_decides_is_not_passed_off_as_law(published: Any) -> None:
    assert "sla" in published("PRZ-PNL")["region_sets"]

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
    """`published(code)` is what everybody reads of a service."""
    _, catalogue, _ = files_of("35.15", ())
    client = Client(build(replace(mall.parts, catalogue=catalogue)))

    def read(code: str) -> Any:
        answer = client.get(f"/api/v1/services/{code}")
        assert answer.status_code == 200
        return answer.get_json()

    return read


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

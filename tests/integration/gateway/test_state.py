"""An operator asks how the mall is: each service is asked, and one that is silent is told of as well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.gateway.conftest import NOW, Mall
from tests.integration.gateway.stub import silent

STATE = "/api/v1/operations/state"


def codes(mall: Mall, service: str) -> set[str]:
    answer = mall.get(STATE, "operator")
    assert answer.status_code == 200, answer.get_json()
    return {part["code"] for part in answer.get_json()["parts"] if part["service"] == service}


def test_every_service_is_asked(mall: Mall) -> None:
    assert codes(mall, "permits") == {"service_well", "clock_well"}


def test_a_silent_service_is_bad_and_the_others_are_told_of(mall: Mall) -> None:
    mall.stubs["permits"].hook = silent
    assert codes(mall, "permits") == {"service_silent"}
    assert "service_well" in codes(mall, "complaints")


def test_a_clock_that_is_apart_is_told(mall: Mall) -> None:
    mall.stubs["permits"].at = NOW - timedelta(minutes=3)
    answer = mall.get(STATE, "operator").get_json()
    (clock,) = [each for each in answer["parts"] if each["code"] == "clock_apart"]
    assert (clock["service"], clock["detail"], clock["state"]) == ("permits", "180 s", "warning")


@pytest.mark.parametrize("role", ["clerk", "signer", "supervisor", "inspectorate", "partner"])
def test_nobody_else_is_told(mall: Mall, role: str) -> None:
    assert mall.get(STATE, role).status_code == 403


def test_the_series_of_the_mall_are_listed_for_who_reads_books(mall: Mall) -> None:
    answer = mall.get("/api/v1/operations/numbers/series", "signer")
    assert answer.status_code == 200
    assert mall.get("/api/v1/operations/numbers/series", "clerk").status_code == 403
    listed = answer.get_json()["items"]
    assert [each["series"] for each in listed] == sorted(each["series"] for each in listed)

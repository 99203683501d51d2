"""Times are told as the clocks of the region show them; events, and what people typed, stay as they were sent."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from marshmallow import fields
from werkzeug.test import Client

from mpp.clock import new_id
from mpp.web.schemas.local_times import localised
from mpp.web.wsgi import Door, Headers
from services.gateway.api.app import build
from services.gateway.api.responses.common import Out, many, moment, moment_or_none, text
from services.gateway.api.responses.events import EventPage
from tests.integration.gateway.conftest import Mall

SIDOARJO = ZoneInfo("Asia/Jakarta")
UTC_TIME = "2026-11-26T17:30:00+00:00"
HERE, FURTHER_EAST = "2026-11-27T00:30:00+07:00", "2026-11-27T02:30:00+09:00"


class Step(Out):
    at = moment("When")
    note = text(description="What somebody typed")


class Way(Out):
    due_at = moment_or_none()
    first = fields.Nested(Step)
    steps = many(fields.Nested(Step))
    data = fields.Dict()


def with_a_case_due(mall: Mall, zone: str) -> dict[str, Any]:
    mall.parts.zone = zone
    mall.client = Client(Headers(Door(build(mall.parts))))
    case = mall.open()
    stub = mall.stubs["permits"]
    stub.cases[case["id"]] |= {
        "due_at": UTC_TIME,
        "data": {"when": UTC_TIME},
        "timeline": [{"at": UTC_TIME, "note": UTC_TIME}],
    }
    found: dict[str, Any] = mall.get(f"/api/v1/permits/{case['id']}").get_json()
    return found


@pytest.mark.parametrize(("zone", "told"), [("Asia/Jakarta", HERE), ("Asia/Jayapura", FURTHER_EAST)])
def test_a_case_is_told_in_the_time_of_the_region_and_its_words_as_they_were_typed(
    mall: Mall, zone: str, told: str
) -> None:
    case = with_a_case_due(mall, zone)
    assert (case["due_at"], case["timeline"][0]["at"]) == (told, told)
    assert (case["timeline"][0]["note"], case["data"]) == (UTC_TIME, {"when": UTC_TIME})


def test_the_same_holds_for_what_the_gateway_answers_itself_also_when_it_is_repeated(mall: Mall) -> None:
    mall.account("baru", "kata-sandi-yang-panjang")
    body = {"account": "baru", "assignments": [{"office": "dpmptsp", "role": "signer"}]}
    headers = mall.headers("operator", Idempotency_Key=new_id())
    path = "/api/v1/operations/accounts/change"
    first, again = (mall.client.post(path, json=body, headers=headers).get_json() for _ in range(2))
    assert first["pending"][0]["requested_at"] == "2026-11-20T10:00:00+07:00"
    assert again == first


def test_every_part_of_an_answer_is_reached_and_nothing_else() -> None:
    step = {"at": UTC_TIME, "note": UTC_TIME, "more": UTC_TIME}
    told = {**step, "at": HERE}
    body = {"due_at": None, "first": step, "steps": [step, step], "data": {"at": UTC_TIME}}
    expected = {"due_at": None, "first": told, "steps": [told, told], "data": {"at": UTC_TIME}}
    assert localised(Way, body, SIDOARJO) == expected


STRANGE = ["", "soon", "2026-11-26", "2026-11-26T17:30:00", "9999-12-31T23:00:00+00:00", 7, ["x"], {"at": 1}]


@pytest.mark.parametrize("strange", STRANGE)
def test_what_is_no_instant_stays(strange: Any) -> None:
    assert localised(Way, {"due_at": strange}, SIDOARJO) == {"due_at": strange}


def test_an_event_stays_as_its_producer_wrote_it() -> None:
    page = {"items": [{"time": "2026-11-26T17:30:00Z", "data": {}}], "next": "x", "more": False}
    assert localised(EventPage, page, SIDOARJO) == page

"""The load knows which answers nobody may hear, whatever is broken."""

from __future__ import annotations

import json

import pytest
import requests

from tests.chaos.load import not_of_the_contract


def answer(status: int, body: bytes, **headers: str) -> requests.Response:
    made = requests.Response()
    made.status_code, made._content = status, body
    made.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return made


def problem(code: str) -> bytes:
    return json.dumps({"code": code}).encode()


@pytest.mark.parametrize(
    ("heard", "mistake"),
    [
        (answer(500, b""), "500 that says nothing"),
        (answer(502, b"<html>"), "502 that says nothing"),
        (answer(200, b""), "200 that says nothing"),
        (answer(500, problem("internal")), "500 internal"),
        (answer(503, problem("service_unavailable")), "503 service_unavailable without Retry-After"),
        (answer(503, problem("service_unavailable"), Retry_After="3"), None),
        (answer(409, problem("request_in_progress")), None),
        (answer(201, b"{}"), None),
    ],
)
def test_an_answer_that_no_contract_knows_is_a_mistake(heard: requests.Response, mistake: str | None) -> None:
    assert not_of_the_contract(heard) == mistake

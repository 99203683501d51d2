"""The portal when something is away, over, or broken: what was typed stays, and nothing personal is written down."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient

from mpp.hosting.pages import PagesSettings
from services.portal import session
from services.portal.app import create
from tests.unit.portal.stand_in import NIK, OPENED, SERVICE, Mall, away, fill, key_of, sign_in, token_of


def test_a_service_that_is_away_is_told_and_the_same_form_sent_again_is_one_case(
    browser: FlaskClient, mall: Mall
) -> None:
    sign_in(browser)
    typed = fill(browser.get("/daftar/PRZ-UJI").text)
    mall.answers["POST /api/v1/permits"] = away
    told = browser.post("/daftar/PRZ-UJI", data=typed)
    assert told.status_code == 503
    assert "Layanan sedang tidak menjawab" in told.text
    assert f'value="{NIK}"' in told.text
    assert "Satu &lt;b&gt;dua&lt;/b&gt;" in told.text
    mall.answers["POST /api/v1/permits"] = lambda: (201, OPENED)
    again = typed | {"kunci": key_of(told.text), "csrf_token": token_of(told.text)}
    assert browser.post("/daftar/PRZ-UJI", data=again).status_code == 303
    first, second = mall.sent("POST /api/v1/permits")
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.body == second.body


def test_a_503_of_the_mall_is_told_as_away(browser: FlaskClient, mall: Mall) -> None:
    mall.answers["GET /api/v1/services"] = lambda: (503, {"code": "service_unavailable"})
    told = browser.get("/")
    assert (told.status_code, told.headers["Retry-After"]) == (503, "5")
    assert "Layanan sedang tidak menjawab" in told.text


def test_the_receipt_names_the_address_that_papers_name(mall: Mall) -> None:
    told = PagesSettings(bytes(range(32)), public_url="https://mpp.contoh.go.id")
    browser = create(mall, told).test_client()
    sign_in(browser)
    case = {
        **OPENED, "requirements": [], "submitted_at": "2026-11-23T09:00:00+07:00", "promise": {"due_at": None},
        "service": {"code": "PRZ-UJI", "name": SERVICE["name"]}, "office_of_origin": "x", "office_of_origin_name": "X",
    }  # fmt: skip
    mall.answers["GET /api/v1/permits/1"] = lambda: (200, case)
    browser.post("/daftar/PRZ-UJI", data=fill(browser.get("/daftar/PRZ-UJI").text))
    receipt = browser.get("/tanda-terima").text
    assert "https://mpp.contoh.go.id/lacak/P0123456789V" in receipt
    assert "7K2M9QX4TB" in receipt


def test_the_next_form_has_another_key(browser: FlaskClient) -> None:
    sign_in(browser)
    assert len({key_of(browser.get("/daftar/PRZ-UJI").text) for _ in range(3)}) == 3


def test_a_session_is_over_after_half_an_hour_without_a_request(mall: Mall) -> None:
    app, now = create(mall, PagesSettings(bytes(range(32)))), [1_800_000_000.0]
    app.session_interface = session.SealedSessions(bytes(range(32)), lambda: now[0])
    browser = app.test_client()
    sign_in(browser)
    idle = session.IDLE.total_seconds()
    for _ in range(3):
        now[0] += idle - 5
        assert browser.get("/daftar/PRZ-UJI").status_code == 200  # each request lets it go on
    now[0] += idle + 5
    assert browser.get("/daftar/PRZ-UJI").headers["Location"].startswith("/masuk")


def test_a_cookie_of_another_key_is_nobody(browser: FlaskClient, mall: Mall) -> None:
    sign_in(browser)
    cookie = browser.get_cookie(session.NAME)
    assert cookie is not None
    other = create(mall, PagesSettings(bytes(range(1, 33)))).test_client()
    other.set_cookie(session.NAME, cookie.value)
    assert other.get("/daftar/PRZ-UJI").status_code == 303


def test_a_token_that_has_ended_leads_to_signing_in_with_what_was_typed(browser: FlaskClient, mall: Mall) -> None:
    sign_in(browser)
    typed = fill(browser.get("/daftar/PRZ-UJI").text)
    mall.answers["POST /api/v1/permits"] = lambda: (401, {"code": "token_expired"})
    told = browser.post("/daftar/PRZ-UJI", data=typed)
    assert told.status_code == 403
    assert f'name="applicant.nik" value="{NIK}"' in told.text
    assert 'name="sandi"' in told.text


def test_a_failure_is_a_page_and_a_line_without_anything_of_the_request(
    browser: FlaskClient, mall: Mall, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(browser)
    typed = fill(browser.get("/daftar/PRZ-UJI").text)

    def broken() -> tuple[int, Any]:
        raise ValueError(f"a NIK: {NIK}")

    mall.answers["POST /api/v1/permits"] = broken
    with structlog.testing.capture_logs() as lines, caplog.at_level(logging.DEBUG):
        told = browser.post("/daftar/PRZ-UJI", data=typed)
    assert told.status_code == 500
    assert "sudah dicatat" in told.text
    (line,) = [each for each in lines if each["event"] == "page_failed"]
    assert line["route"] == "/daftar/<code>"
    assert NIK not in json.dumps(lines) + caplog.text + told.text


def test_what_is_too_large_for_a_form_is_refused_in_words(browser: FlaskClient) -> None:
    page = browser.get("/berkas").text
    told = browser.post("/berkas", data={"csrf_token": token_of(page), "kode": "x" * 70_000, "rahasia": "y"})
    assert told.status_code == 413
    assert "<h1>" in told.text


def test_what_stands_in_an_address_stays_inside_of_its_part(browser: FlaskClient, mall: Mall) -> None:
    for address in ("/layanan/..%2Fme", "/lacak/a%2F..%2F..%2Fme", "/layanan/%3Fx=1", "/lacak/%0d%0aX: y"):
        assert browser.get(address).status_code == 404
    assert all(re.fullmatch(r"/api/v1/[A-Za-z0-9._/-]+", call.path) for call in mall.calls)
    assert all("/me" not in call.path for call in mall.calls)


def test_the_mall_is_told_for_whom_the_portal_asks(browser: FlaskClient, mall: Mall) -> None:
    browser.get(
        "/lacak/P0123456789V", headers={"X-Forwarded-For": "192.0.2.7"}, environ_base={"REMOTE_ADDR": "10.0.0.1"}
    )
    visitor = mall.calls[-1].visitor
    assert (visitor.address, visitor.forwarded) == ("10.0.0.1", "192.0.2.7")


def test_the_token_of_a_clerk_is_not_used_for_the_case_of_a_citizen(browser: FlaskClient, mall: Mall) -> None:
    sign_in(browser)
    mall.answers["GET /api/v1/track/P0123456789V"] = lambda: (200, {"service": {"code": "PRZ-UJI"}})
    page = browser.get("/berkas").text
    typed = {"csrf_token": token_of(page), "kode": "P0123456789V", "rahasia": "7K2M9QX4TB"}
    browser.post("/berkas", data=typed)
    asked = mall.sent("GET /api/v1/permits/P0123456789V")[0]
    assert "Authorization" not in asked.headers
    assert asked.headers["X-Tracking-Secret"] == "7K2M9QX4TB"

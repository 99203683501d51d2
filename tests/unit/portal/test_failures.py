"""The portal when something is away, over, or broken: what was typed stays, and nothing personal is written down."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient

from mpp.hosting.pages import PagesSettings
from services.portal import catalogue, session
from services.portal.api.calls import Answer, Away, Call
from services.portal.app import create

NIK = "3515992710609990"
SERVICE = {
    "code": "PRZ-UJI", "collection": "permits", "name": {"id": "Izin uji", "en": "Test licence"}, "owner": "dinas",
    "standard": {"duration": {"id": "5 hari", "en": "5 days"}, "fee": {"id": "Gratis", "en": "Free"}},
    "applicant": "required", "anonymous_allowed": False, "requirements": [], "tracks": [], "sla": "5wd",
    "form": [{"name": "about", "type": "text", "label": {"id": "Perihal", "en": "About"}, "required": True}],
}  # fmt: skip
OPENED = {"id": "1", "secret": "7K2M9QX4TB", "tracking_code": "P0123456789V"}
TOKEN = {"access_token": "eyJ.a.b", "must_change_password": False}


class Mall:
    """An interface that answers what a test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: dict[str, Callable[[], tuple[int, Any]]] = {
            "POST /api/v1/auth/token": lambda: (200, TOKEN),
            "GET /api/v1/services/PRZ-UJI": lambda: (200, SERVICE),
            "POST /api/v1/permits": lambda: (201, OPENED),
        }

    def send(self, call: Call) -> Answer:
        self.calls.append(call)
        status, body = self.answers.get(f"{call.method} {call.path}", lambda: (404, {"code": "not_found"}))()
        return Answer(status, {"content-type": "application/json"}, json.dumps(body).encode())

    def sent(self, address: str) -> list[Call]:
        return [call for call in self.calls if f"{call.method} {call.path}" == address]


def away() -> tuple[int, Any]:
    raise Away


@pytest.fixture
def mall() -> Iterator[Mall]:
    catalogue._kept.clear()
    yield Mall()
    catalogue._kept.clear()


@pytest.fixture
def browser(mall: Mall) -> FlaskClient:
    return create(mall, PagesSettings(bytes(range(32)))).test_client()


def token_of(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


def key_of(text: str) -> str:
    found = re.search(r'name="kunci" value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


def sign_in(browser: FlaskClient) -> None:
    page = browser.get("/masuk").text
    typed = {"csrf_token": token_of(page), "nama": "petugas", "sandi": "rahasia"}
    assert browser.post("/masuk", data=typed).status_code == 303


def fill(page: str) -> dict[str, str]:
    return {
        "csrf_token": token_of(page), "kunci": key_of(page), "aksi": "daftar", "applicant.nik": NIK,
        "applicant.name": "Warga Contoh", "data.about": "Satu <b>dua</b>",
    }  # fmt: skip


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
    mall.answers["POST /api/v1/permits"] = lambda: (201, {"not": "what was expected", "nik": NIK})
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

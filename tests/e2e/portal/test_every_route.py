"""What holds of every address of the portal, also of those that will be added: none is forgotten, as none is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.portal.api.calls import Away
from tests.e2e.portal.routes import (
    CITIZEN,
    SECRET,
    STAFF,
    TOKEN,
    Route,
    Silent,
    application,
    routes,
    token_for,
    visitor,
)
from tests.e2e.portal.seen import SEEN
from tests.support.page_rules import HEADERS, SECRETS, check

ALL = routes()
CHANGING = [route for route in ALL if "POST" in route.methods]
READING = [route for route in ALL if "GET" in route.methods]
WITHOUT_SIGN_IN = {"clerk.sign_in", "clerk.sign_out"}
REFUSALS = (400, 403, 404, 409, 410, 412, 422, 429, 500, 502)


def named(route: Route) -> str:
    return route.endpoint


def told(route: Route) -> dict[str, Any]:
    """The session in which the page shows most."""
    return STAFF if route.staff else CITIZEN


def judged(route: Route, answer: TestResponse) -> str:
    """What holds of every answer, of a page above all."""
    assert answer.headers["Cache-Control"] == "no-store", route
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, (route, name)
    for text in (answer.text, answer.headers.get("Location", "")):
        assert TOKEN not in text, f"{route}: the token of the interface is shown"
        assert SECRET not in text, f"{route}: the secret of a case is shown"
    if answer.mimetype == "text/html" and not 300 <= answer.status_code < 400:
        SEEN.note(route.address, answer.text, check(route.address, answer.text, answer.headers))
    return answer.text


@pytest.mark.parametrize("session", [None, STAFF, CITIZEN], ids=["nobody", "staff", "citizen"])
@pytest.mark.parametrize("route", CHANGING, ids=named)
def test_nothing_is_changed_without_the_token_of_ones_own_form(route: Route, session: dict[str, Any] | None) -> None:
    mall = Silent()
    app = application(mall)
    planted = token_for(visitor(app))  # whoever was at this PC before knows one of an own session
    for sent in ({}, {"csrf_token": ""}, {"csrf_token": "x" * 40}, {"csrf_token": planted}):
        mall.calls.clear()
        answer = visitor(app, session).post(route.address, data={**sent, "kode": "P0123456789V"})
        assert answer.status_code in (400, 403), (route, sent, answer.status_code)
        assert mall.calls == [], f"{route}: the mall was asked {[call.path for call in mall.calls]}"
        judged(route, answer)


@pytest.mark.parametrize("route", [route for route in CHANGING if route.staff], ids=named)
def test_what_waits_for_signing_in_again_is_what_was_typed_but_no_password(route: Route) -> None:
    browser = visitor(application(Silent()))
    typed = {"csrf_token": token_for(browser), "data.about": "Yang diketik", **dict.fromkeys(SECRETS, "rahasia-42")}
    text = judged(route, browser.post(route.address, data=typed))
    assert "Yang diketik" in text
    assert "rahasia-42" not in text


@pytest.mark.parametrize("route", CHANGING, ids=named)
def test_a_token_in_the_address_opens_nothing(route: Route) -> None:
    mall = Silent()
    browser = visitor(application(mall), told(route))
    token = token_for(browser)
    mall.calls.clear()
    assert browser.post(f"{route.address}?csrf_token={token}").status_code in (400, 403)
    assert mall.calls == []


@pytest.mark.parametrize("route", CHANGING, ids=named)
def test_what_changes_something_is_not_done_by_a_link(route: Route) -> None:
    mall = Silent()
    if "GET" in route.methods:
        visitor(application(mall), told(route)).get(route.address)
    else:
        assert visitor(application(mall), told(route)).get(route.address).status_code in (404, 405), route
    written = [call for call in mall.calls if call.method != "GET" and not call.path.endswith("/lookup")]
    assert written == [], route


@pytest.mark.parametrize("route", [route for route in ALL if route.staff], ids=named)
def test_a_page_of_the_staff_asks_the_mall_nothing_for_who_is_not_signed_in(route: Route) -> None:
    for session in (None, CITIZEN):
        mall = Silent()
        browser = visitor(application(mall), session)
        if "GET" in route.methods:
            assert browser.get(route.address).headers["Location"].startswith("/masuk")
        if "POST" in route.methods:
            assert browser.post(route.address, data={"csrf_token": token_for(browser)}).status_code == 403
        assert mall.calls == [], route


def test_every_page_of_the_blueprint_of_staff_wants_somebody_signed_in() -> None:
    open_ones = {route.endpoint for route in ALL if not route.staff and not route.endpoint.startswith("citizen.")}
    assert open_ones == WITHOUT_SIGN_IN


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("route", ALL, ids=named)
def test_a_mall_that_is_away_is_told_in_words_by_every_page(route: Route, language: str) -> None:
    mall = Silent(error=Away())
    browser = visitor(application(mall), told(route), language)
    for method in sorted(route.methods):
        mall.calls.clear()
        token = token_for(browser) if method == "POST" else ""
        answer = browser.open(route.address, method=method, data={"csrf_token": token} if token else None)
        text = judged(route, answer)
        assert answer.status_code < 500 or answer.status_code == 503, (route, answer.status_code)
        if answer.status_code == 503 and answer.mimetype == "text/html":
            assert ("tidak menjawab" if language == "id" else "not answer") in text, route


@pytest.mark.parametrize("status", REFUSALS)
def test_whatever_the_mall_refuses_is_a_page(status: int) -> None:
    problem = {"code": "refused", "title": "Ditolak", "detail": "Begitu kata mal.", "errors": []}
    wrong = [{"field": "x.y", "code": "wrong", "message": "Ini salah."}]
    bodies = {422: json.dumps({**problem, "errors": wrong}), 502: "<h1>502 Bad Gateway</h1>"}
    for body in {json.dumps(problem), bodies.get(status, json.dumps(problem))}:
        app = application(Silent(status, body.encode()))
        for route in ALL:
            browser = visitor(app, told(route))
            for method in sorted(route.methods):
                token = token_for(browser) if method == "POST" else ""
                answer = browser.open(route.address, method=method, data={"csrf_token": token} if token else None)
                judged(route, answer)
                for_a_script = answer.mimetype == "application/json"
                assert answer.status_code < 500 or status >= 500 or for_a_script, (route, method, answer.status_code)


@pytest.mark.parametrize("route", READING, ids=named)
def test_a_session_that_is_over_leads_to_a_page_and_leaves_no_cookie_of_use(route: Route) -> None:
    problem = json.dumps({"code": "token_expired", "title": "Habis", "detail": ""}).encode()
    browser = visitor(application(Silent(401, problem)), told(route))
    answer = browser.get(route.address)
    judged(route, answer)
    if route.staff and answer.status_code == 303:
        assert browser.get("/kerja").headers["Location"].startswith("/masuk")

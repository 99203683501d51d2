"""Signing in: nothing of the session before is left, nobody else's form is taken, nobody is sent elsewhere."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from services.portal.clerk.signing_in import local
from services.portal.session import NAME
from tests.unit.portal.stand_in import Mall, fill, sign_in, token_of


def test_what_somebody_planted_before_signing_in_is_worth_nothing_after_it(browser: FlaskClient, mall: Mall) -> None:
    planted = token_of(browser.get("/masuk").text)
    sign_in(browser)
    typed = fill(browser.get("/daftar/PRZ-UJI").text) | {"csrf_token": planted}
    assert browser.post("/daftar/PRZ-UJI", data=typed).status_code == 400
    assert mall.sent("POST /api/v1/permits") == []


@pytest.mark.parametrize("sent", [None, "", "made-up"])
def test_a_form_without_its_token_does_nothing(browser: FlaskClient, mall: Mall, sent: str | None) -> None:
    sign_in(browser)
    typed = fill(browser.get("/daftar/PRZ-UJI").text)
    del typed["csrf_token"]
    told = browser.post("/daftar/PRZ-UJI", data=typed | ({} if sent is None else {"csrf_token": sent}))
    assert told.status_code == 400
    assert mall.sent("POST /api/v1/permits") == []


def test_every_address_that_takes_something_wants_the_token(browser: FlaskClient, mall: Mall) -> None:
    sign_in(browser)
    app, before = browser.application, len(mall.calls)
    taking = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(taking) > 8
    for rule in taking:
        path = app.url_map.bind("x").build(rule.endpoint, dict.fromkeys(rule.arguments, "a"), method="POST")
        assert browser.post(path, data={"nama": "petugas"}).status_code == 400, path
    assert len(mall.calls) == before


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.com/",
        "//example.com/",
        "/\\example.com",
        "\\\\example.com",
        "javascript:x",
        "",
        "/" + "x" * 600,
    ],
)
def test_nobody_is_sent_to_another_site(elsewhere: str) -> None:
    assert local(elsewhere) == ""


def test_an_address_of_the_portal_is_gone_on_to() -> None:
    assert local("/daftar/PRZ-UJI?draf=1") == "/daftar/PRZ-UJI?draf=1"


def test_the_cookie_is_closed_to_scripts_and_holds_nothing_to_read(browser: FlaskClient) -> None:
    sign_in(browser)
    cookie = browser.get_cookie(NAME)
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.secure, cookie.expires) == (True, "Lax", False, None)
    assert "eyJ" not in cookie.value
    assert "petugas" not in cookie.value


def test_signing_out_ends_the_token_at_the_mall(browser: FlaskClient, mall: Mall) -> None:
    sign_in(browser)
    page = browser.get("/daftar/PRZ-UJI").text
    told = browser.post("/keluar", data={"csrf_token": token_of(page)})
    assert told.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert mall.sent("POST /api/v1/auth/logout")[0].headers["Authorization"] == "Bearer eyJ.a.b"
    assert browser.get_cookie(NAME) is None


def test_who_must_change_the_password_does_that_first(browser: FlaskClient, mall: Mall) -> None:
    mall.answers["POST /api/v1/auth/token"] = lambda: (200, {"access_token": "a", "must_change_password": True})
    page = browser.get("/masuk").text
    typed = {"csrf_token": token_of(page), "nama": "petugas", "sandi": "rahasia"}
    assert browser.post("/masuk", data=typed).headers["Location"] == "/sandi"
    assert "Orang lain tahu kata sandi ini" in browser.get("/sandi").text

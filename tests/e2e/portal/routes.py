"""Every address of the portal, as its application knows them: what is added there is proved by the same tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from mpp.hosting.pages import PagesSettings
from services.portal import catalogue
from services.portal.api.calls import Answer, Call, Interface
from services.portal.app import create
from services.portal.asking import _FOR_STAFF
from tests.support.page_rules import check

FILES = ("asset", "robots")  # the same for everybody
TOKEN, SECRET = "eyJ.canary.of-a-token", "7K2M9QX4TB"
KNOWN = {"kind": "region"}
STAFF = {"token": TOKEN, "account": "petugas.uji"}
CITIZEN = {"case": {"collection": "permits", "code": "P0123456789V", "secret": SECRET}}


@dataclass(frozen=True)
class Route:
    """One address with its methods; `staff`: only who is signed in sees it."""

    endpoint: str
    rule: str
    methods: frozenset[str]
    address: str
    staff: bool


class Silent:
    """A mall that remembers what it was asked, and answers all of it alike."""

    def __init__(self, status: int = 404, body: bytes = b"{}", error: Exception | None = None) -> None:
        self.calls: list[Call] = []
        self.status, self.body, self.error = status, body, error

    def send(self, call: Call) -> Answer:
        self.calls.append(call)
        if self.error is not None:
            raise self.error
        return Answer(self.status, {"content-type": "application/problem+json"}, self.body)


def application(interface: Interface) -> Flask:
    """The portal before this mall, and before no other that a test had put it before.

    It is one and the same: to make its addresses and to read its templates anew was most of a test. What it keeps is
    the interface, and what is public of a mall.
    """
    app = _portal()
    app.extensions["mpp.interface"] = interface
    catalogue._kept.clear()
    return app


@cache
def _portal() -> Flask:
    return create(Silent(), PagesSettings(bytes(range(32))))


def routes() -> list[Route]:
    """All of them but static files, in the order of their addresses."""
    app = _portal()
    adapter = app.url_map.bind("localhost")
    return sorted(_routes(app, adapter), key=lambda route: (route.rule, route.endpoint))


def _routes(app: Flask, adapter: Any) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in FILES:
            continue
        methods = frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"}
        told = {name: KNOWN.get(name, "1") for name in rule.arguments}
        address = adapter.build(rule.endpoint, told, method=min(methods))
        staff = getattr(app.view_functions[rule.endpoint], _FOR_STAFF, False)
        yield Route(rule.endpoint, rule.rule, methods, address, staff)


def visitor(app: Flask, session: dict[str, Any] | None = None, language: str = "id") -> FlaskClient:
    """A browser with this in its sealed session."""
    browser = app.test_client()
    browser.set_cookie("mpp_bahasa", language)
    if session is not None:
        with browser.session_transaction() as kept:
            kept.update(session)
    return browser


def token_for(browser: FlaskClient) -> str:
    """The token of this visitor's forms: signing out, closing a case, or signing in."""
    for address in ("/tidak-ada", "/masuk"):
        page = browser.get(address)
        for form in check(address, page.text, page.headers).forms:
            if "csrf_token" in form.values:
                return form.values["csrf_token"]
    raise AssertionError("no form")

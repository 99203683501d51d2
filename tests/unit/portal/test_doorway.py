"""Whose an address is: the interface's, or the pages' that the gateway serves beside it."""

from __future__ import annotations

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from mpp.casework.access.actors import Actor
from mpp.hosting.pages import pages
from mpp.hosting.settings import ServiceSettings
from mpp.persistence.deadline import Deadline
from mpp.web.application import Application
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.server.doorway import Doorway, doorway


def nobody(token: str, deadline: Deadline, /, *, first: bool) -> Actor:
    raise AssertionError("nobody came with a token")


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(200, content="the interface", media="text/plain")


def interface() -> Application:
    addresses = ("/", "/api/v1/things", "/v/{code}", "/lacak/{code}", "/.well-known/jwks.json")
    return Application(
        [Route("GET", path, plain, f"r{n}", "A thing", "things", {200: Produces("It")}, access="public")
         for n, path in enumerate(addresses)],
        verify=nobody,
    )  # fmt: skip


def answered(door: Doorway, path: str, method: str = "GET") -> str:
    return door.respond(Request(EnvironBuilder(path, method=method).get_environ())).get_data(as_text=True)


BESIDE = Doorway(interface(), Response("the pages"), ("/", "/lacak"))


@pytest.mark.parametrize("path", ["/", "/lacak", "/lacak/P0123456789V", "/kerja", "/layanan/X", "/lacakan", "/apian"])
def test_whatever_the_interface_does_not_know_is_the_pages_and_what_they_show_better(path: str) -> None:
    assert answered(BESIDE, path) == "the pages"


@pytest.mark.parametrize("path", ["/api/v1/things", "/v/abc", "/.well-known/jwks.json"])
def test_what_the_interface_knows_is_its_own(path: str) -> None:
    assert answered(BESIDE, path) == "the interface"


def test_a_program_that_mistypes_an_address_reads_a_problem_and_no_page() -> None:
    assert '"not_found"' in answered(BESIDE, "/api/v1/thinks")
    assert '"method_not_allowed"' in answered(BESIDE, "/v/abc", "POST")


def test_without_a_key_for_their_sessions_there_are_no_pages() -> None:
    bare = doorway(interface(), ServiceSettings())
    assert answered(bare, "/") == "the interface"
    assert '"not_found"' in answered(bare, "/kerja")


def test_the_portal_is_installed_and_stands_where_the_interface_has_plain_pages() -> None:
    found = pages()
    assert found is not None
    assert (found.name, found.instead) == ("portal", ("/", "/lacak"))

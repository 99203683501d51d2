"""The contract itself: OpenAPI, and a page to read it without a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from mpp.json_values import JsonObject
from mpp.web.pages import static
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.web.schemas.openapi import openapi
from services.gateway.api.responses.common import Problem
from services.gateway.api.vocabulary import WORDS


class Docs:
    """`/api/v1/openapi.json` and `/api/v1/docs`, made from the routes that serve."""

    def __init__(self, described: Sequence[Route]) -> None:
        self._described = described

    @cached_property
    def document(self) -> JsonObject:
        """The OpenAPI document of the routes."""
        return openapi(self._described, Problem, WORDS)

    def routes(self) -> list[Route]:
        """Document, page, and the files of the page."""
        files = {"": "docs.html", "/docs.js": "docs.js", "/docs.css": "docs.css", "/page.css": "page.css"}
        return [
            Route(
                "GET", "/api/v1/openapi.json", self.openapi, "openapi", "This document", "documentation",
                {200: Produces("OpenAPI 3.1")}, access="public", quiet=True,
            ),
            Route(
                "GET", "/", self.home, "home", "Start", "documentation",
                {303: Produces("To the documentation")}, access="public", quiet=True,
            ),
            *(
                Route(
                    "GET", f"/api/v1/docs{path}", _file(name), f"docs_{index}", "Documentation", "documentation",
                    {200: Produces("A file")}, access="public", quiet=True,
                )
                for index, (path, name) in enumerate(files.items())
            ),
        ]  # fmt: skip

    def home(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(303, headers={"Location": "/api/v1/docs"}, media="text/plain", content="")

    def openapi(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, self.document, {"Cache-Control": "public, max-age=300"})


def _file(name: str) -> Callable[[HttpRequest], HttpResponse]:
    def answer(_: HttpRequest) -> HttpResponse:
        return static(name)

    return answer

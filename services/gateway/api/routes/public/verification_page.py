"""The page behind the QR code of a paper: what a telephone shows to whoever was handed one. No script, no picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from mpp.casework.refusals import Refused
from mpp.json_values import JsonObject, mapping, optional_mapping, optional_text, text, truth
from mpp.web.pages import page
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.web.texts.languages import Language
from mpp.web.texts.lookup import problem_text
from services.gateway.api.requests.public import PageQuery
from services.gateway.api.routes.cases import words
from services.gateway.api.routes.public import verification_words as told
from services.gateway.api.routes.public.verification import Verification

ADDRESS = "/v/{code}"
_PROGRAMS, _PEOPLE = "application/json", "text/html"
_MAX_HEADER = 512
_VARY = {"Vary": "Accept"}
_PAGE = Markup(
    '<main><p class="mall">{mall}</p><h1>{title}</h1><p class="standing {tone}"><strong>{standing}</strong> '
    '{meaning}</p>{rows}<p>{advice}</p></main><nav class="foot">'
    '<a href="?lang={other}" lang="{other}" hreflang="{other}">{other_name}</a></nav>'
)


class VerificationPage:
    """The address that papers print: a page, or the same as JSON for whoever asks for that; counted as one."""

    def __init__(self, verification: Verification) -> None:
        self._verification = verification

    def routes(self) -> list[Route]:
        """One page."""
        return [
            Route(
                "GET", ADDRESS, self.show, "verification_page", "Is this paper real?", "public",
                {200: Produces("A page", media="text/html")}, query=PageQuery, access="public",
                patterns={"code": r"[^/]{1,64}"}, quiet=True, shared=True,
            )
        ]  # fmt: skip

    def show(self, request: HttpRequest) -> HttpResponse:
        """The page in the language that was clicked: Indonesian first."""
        if _wants(request) == _PROGRAMS:
            found = self._verification.verify(request)
            return replace(found, headers={**found.headers, **_VARY})
        language: Language = "en" if request.query.get("lang") == "en" else "id"
        try:
            return _page(language, _Paper(self._verification.found(request).body, language))
        except Refused as refused:
            return _refusal(refused, language)


def _wants(request: HttpRequest) -> str:
    """Which of both: the page, unless the header (RFC 9110, 12.5.1) ranks JSON higher or makes no sense."""
    header = request.headers.get("Accept", "")
    try:
        return parse_accept_header(header[:_MAX_HEADER], MIMEAccept).best_match([_PEOPLE, _PROGRAMS], default=_PEOPLE)
    except ValueError:
        return _PEOPLE


@dataclass(frozen=True)
class _Paper:
    """What a service told, in one language."""

    body: JsonObject
    language: Language

    def rows(self) -> Iterator[tuple[str, str]]:
        """What to compare with the paper in hand, line by line; what was not told is no line."""
        body = self.body
        successor = optional_mapping(body, "superseded_by")
        for name, value in (
            ("number", optional_text(body, "number")),
            ("superseded_by", None if successor is None else optional_text(successor, "number")),
            ("kind", self._both("kind_label")),
            ("service", text(mapping(mapping(body, "service"), "name"), self.language)),
            ("issued_by", text(body, "issued_by")),
            ("holder", optional_text(body, "holder")),
            ("issued_on", self._day("issued_on")),
            ("valid_from", self._day("valid_from")),
            ("valid_until", self._day("valid_until")),
            ("region", optional_text(body, "region_name")),
            ("code", text(body, "code")),
        ):
            if value:
                yield told.ROWS[name][self.language], value

    def _both(self, name: str) -> str | None:
        found = optional_mapping(self.body, name)
        return None if found is None else text(found, self.language)

    def _day(self, name: str) -> str | None:
        found = optional_text(self.body, name)
        return None if found is None else words.day(found)


def _page(language: Language, paper: _Paper) -> HttpResponse:
    status = text(paper.body, "status")
    valid = truth(paper.body, "valid")
    lines = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*row) for row in paper.rows())
    label = text(mapping(paper.body, "status_label"), language)
    return _made(
        language,
        tone="holds" if valid else "waits" if status in told.WAITING else "ends",
        standing=label,
        meaning=told.MEANINGS.get(status, told.NOT_VALID)[language],
        rows=Markup("<dl>{}</dl>").format(lines),
        advice=told.COMPARE[language],
    )


def _refusal(refused: Refused, language: Language) -> HttpResponse:
    """The same answer as a program gets, in words."""
    unknown = refused.status == 404
    title, detail = problem_text(refused.code, refused.status, refused.params, language)
    found = _made(
        language,
        tone="ends" if unknown else "waits",
        standing=told.UNKNOWN[language] if unknown else title,
        meaning=told.UNKNOWN_MEANING[language] if unknown else detail,
        rows=Markup(""),
        advice=told.ASK[language],
    )
    wait = {"Retry-After": str(refused.params["retry_after"])} if "retry_after" in refused.params else {}
    return replace(found, status=refused.status, headers={**found.headers, **wait})


def _made(language: Language, *, tone: str, standing: str, meaning: str, rows: Markup, advice: str) -> HttpResponse:
    other: Language = "en" if language == "id" else "id"
    body = _PAGE.format(
        mall=told.MALL,
        title=told.TITLE[language],
        tone=tone,
        standing=standing,
        meaning=meaning,
        rows=rows,
        advice=advice,
        other=other,
        other_name=told.LANGUAGES[other],
    )
    made = page(told.TITLE[language], body, language=language)
    return replace(made, headers={**made.headers, **_VARY})

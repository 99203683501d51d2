"""Whom the counter calls: the lists of all services as one, as JSON or as a page to print, and ticking off."""

from __future__ import annotations

from datetime import datetime, tzinfo

from markupsafe import Markup

from mpp.cases.interface.message_payloads import CallListPage
from mpp.cases.interface.methods import CALL_LIST, TICK_CALL
from mpp.casework.refusals import not_found
from mpp.json_values import JsonObject, mapping, moment, objects, optional_text, text, whole
from mpp.messaging.calls.common import CommandOn
from mpp.web.pages import page
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.web.schemas.pagination import decode_texts, encode_cursor, malformed_cursor
from services.gateway.api.requests import messages as bodies
from services.gateway.api.responses.messages import CallList as Listed
from services.gateway.api.responses.messages import Ticked
from services.gateway.api.routes.cases import words
from services.gateway.api.routes.cases.words import both, said
from services.gateway.api.routes.results import UNKEPT, shown
from services.gateway.backend import Backend

_SHARE = 0.5
_LINE = {"line": bodies.REFERENCE}
_TITLE = "Daftar Panggil"
_EMPTY = said("Tidak ada yang perlu dihubungi.", "Nobody is to be called.")
_PRINTED = 100  # lines of a page to print


class CallList:
    """The endpoints, which ask every service."""

    def __init__(self, backend: Backend, zone: tzinfo) -> None:
        self._backend = backend
        self._zone = zone
        self._letters = {service.tracking_letter: name for name, service in backend.services.items()}

    def routes(self) -> list[Route]:
        """Read, print, tick off."""
        base = "/api/v1/call-list"
        return [
            Route(
                "GET", base, self.read, "call_list", "Whom the counter calls", "messages",
                {200: Produces("Longest on the list first", Listed)}, query=bodies.CallListQuery,
                refuses=(400, 403, 404, 422),
                description="Citizens who could not be written to, or did not get it. For clerks, of their own "
                "offices, and for supervisors, also of those below. Each reading is on record. A service that does not "
                "answer is named under `unavailable`.",
            ),
            Route(
                "GET", f"{base}/sheet", self.sheet, "print_call_list", "Print the call list", "messages",
                {200: Produces("A page to print, with places to tick", media="text/html")}, query=bodies.CallListQuery,
                refuses=(400, 403, 404, 422),
            ),
            Route(
                "POST", f"{base}/{{line}}", self.tick, "tick_call", "Tick a line off", "messages",
                {200: Produces("The line as it was ticked off", Ticked)}, body=bodies.Called, keyed=True,
                patterns=_LINE, refuses=(403, 404, 409, 422, 503), example={"result": "reached"},
            ),
        ]  # fmt: skip

    def read(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, self._page(request, whole(request.query, "limit")), UNKEPT)

    def sheet(self, request: HttpRequest) -> HttpResponse:
        """As it is printed: nothing of it is kept, and what is written on it is typed in afterwards."""
        found = self._page(request, _PRINTED)
        lines = [self._row(line) for line in objects(found, "items")]
        head = Markup("<tr>{}</tr>").format(Markup("").join(Markup("<th>{}</th>").format(each) for each in _HEAD))
        listed = Markup("<table>{}{}</table>").format(head, Markup("").join(lines)) if lines else _EMPTY
        left = [said("Belum semua layanan menjawab.", "Some services did not answer.")] if found["unavailable"] else []
        left += [said("Masih ada lagi.", "There are more.")] if found["next"] else []
        body = Markup("<h1>{} <small>Call list</small></h1>{}<p class='foot'>{}</p>")
        return page(_TITLE, body.format(_TITLE, listed, Markup(" ").join(left)), cache="private, no-store")

    def tick(self, request: HttpRequest) -> HttpResponse:
        collection = self._letters.get(request.params["line"][0])
        if collection is None:
            raise not_found()
        command = CommandOn(request.params["line"], request.body)
        return shown(self._backend.ask(collection, TICK_CALL, command, request))

    def _page(self, request: HttpRequest, limit: int) -> JsonObject:
        names = list(self._backend.services)
        since, after = _place(optional_text(request.query, "cursor"))
        asked = CallListPage(limit + 1, optional_text(request.query, "office"), since, after)
        answers = self._backend.ask_each(names, CALL_LIST, lambda name: asked, request, _SHARE)
        heard = {n: a.result for n, a in zip(names, answers, strict=True) if a.result is not None}
        lines = [line for result in heard.values() for line in objects(result.body, "items")]
        lines.sort(key=lambda line: (moment(line, "since"), text(line, "id")[1:]))
        shown_ = lines[:limit]
        following = None
        if len(lines) > limit:
            following = encode_cursor([text(shown_[-1], "since"), text(shown_[-1], "id")[1:]])
        unavailable = [name for name in names if name not in heard]
        return {"items": [*shown_], "next": following, "unavailable": [*unavailable]}

    def _row(self, line: JsonObject) -> Markup:
        who = [text_ for name in ("name", "phone", "email", "proxy_name", "proxy_phone") if (text_ := line.get(name))]
        cells = (
            words.moment(text(line, "since"), self._zone),
            text(line, "tracking_code"),
            Markup("<br>").join(str(each) for each in who) or "-",
            both({"id": text(mapping(line, "say"), "id"), "en": ""}),
            Markup("☐ {}<br>☐ {}").format("tersambung", "tidak"),
        )
        return Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(each) for each in cells))


_HEAD = (
    said("Sejak", "Since"),
    said("Kode", "Code"),
    said("Hubungi", "Whom"),
    said("Katakan", "Say"),
    said("Hasil", "Result"),
)


def _place(cursor: str | None) -> tuple[datetime | None, str | None]:
    """After which line the page begins. Raises Refused 400."""
    if cursor is None:
        return None, None
    since, after = decode_texts(cursor, 2)
    try:
        found = datetime.fromisoformat(since)
    except ValueError as error:
        raise malformed_cursor() from error
    if found.tzinfo is None or not bodies.is_id(after):
        raise malformed_cursor()
    return found, after

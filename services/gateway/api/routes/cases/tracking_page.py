"""Where is my case? As a page: what the address on a receipt shows to whoever types it."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from markupsafe import Markup

from mpp.cases.interface.receipts import Promised, Window, bilingual
from mpp.casework.refusals import Refused
from mpp.json_values import JsonObject, mapping, optional_mapping, optional_text, optional_truth, text
from mpp.web.pages import page
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.web.texts.lookup import problem_text
from services.gateway.api.addresses import TRACKING
from services.gateway.api.routes.cases import words
from services.gateway.api.routes.cases.tracking import CODE, Tracking
from services.gateway.api.routes.cases.words import Row, both, said

_TITLE = "Lacak Berkas"
_HEAD = Markup("<h1>Lacak Berkas <small>Follow a case</small></h1>{}")


class TrackingPage:
    """The page at the address that receipts print; it asks as the public endpoint does, and is counted with it."""

    def __init__(self, tracking: Tracking, zone: tzinfo) -> None:
        self._tracking = tracking
        self._zone = zone

    def routes(self) -> list[Route]:
        """One page; it is no part of the interface for programs."""
        return [
            Route(
                "GET", f"{TRACKING}/{{tracking_code}}", self.show, "tracking_page", "Follow a case", "public",
                {200: Produces("A page", media="text/html")}, access="public", patterns=CODE, quiet=True, shared=True,
            )
        ]  # fmt: skip

    def show(self, request: HttpRequest) -> HttpResponse:
        try:
            body = self._tracking.found(request).body
        except Refused as refused:
            return _refusal(refused)
        return page(_TITLE, _HEAD.format(words.rows(self._rows(body))))

    def _rows(self, body: JsonObject) -> list[Row]:
        promise = optional_mapping(body, "promise")
        due_at, complete = optional_text(body, "due_at"), optional_truth(body, "calendar_complete")
        told = Promised(due_at) if promise is None else Promised.of(promise)
        window = optional_mapping(body, "window")
        label = {name: both(bilingual(mapping(body, name))) for name in ("state_label", "next_step", "waiting_on")}
        return [
            ("Kode pelacakan", "Tracking code", text(body, "tracking_code")),
            ("Layanan", "Service", both(bilingual(mapping(mapping(body, "service"), "name")))),
            ("Tahap", "Stage", label["state_label"]),
            ("Berikutnya", "Next", label["next_step"]),
            ("Menunggu", "Waiting for", label["waiting_on"]),
            ("Diterima pada", "Received on", words.moment(optional_text(body, "submitted_at"), self._zone)),
            ("Dijanjikan selesai", "Promised by", words.promised(told, complete, self._zone)),
            *([("Waktu Anda", "Your time", words.window(Window.of(window), self._zone))] if window else []),
        ]


def _refusal(refused: Refused) -> HttpResponse:
    """The same answer as a program gets, in words."""
    lines = [problem_text(refused.code, refused.status, refused.params, language) for language in ("id", "en")]
    (title, detail), (english, more) = lines
    found = page(_TITLE, _HEAD.format(Markup("<p>{}</p>").format(said(f"{title}. {detail}", f"{english}. {more}"))))
    wait = {"Retry-After": str(refused.params["retry_after"])} if "retry_after" in refused.params else {}
    return replace(found, status=refused.status, headers={**found.headers, **wait})

"""For the operator: events of a service are sent again, to who has lost them."""

from __future__ import annotations

from mpp.cases.interface.event_payloads import Resending
from mpp.cases.interface.methods import RESEND_EVENTS
from mpp.json_values import optional_text, optional_whole
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.moments import sent_moment, sent_moment_or_none
from services.gateway.api.requests.operations import Resend
from services.gateway.api.responses.operations import Resent
from services.gateway.backend import Backend


class Resends:
    """The endpoint of the role operator."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def routes(self) -> list[Route]:
        """Send again."""
        return [
            Route(
                "POST", "/api/v1/operations/events/{service}/resends", self.resend, "resend_events",
                "Send events again", "operations",
                {200: Produces("How many are sent again; with `next`, ask again", Resent)}, roles=("operator",),
                body=Resend, keyed=True, patterns={"service": r"[a-z_]{1,32}"}, refuses=(403, 404, 422, 503),
                example={"since": "2026-11-26T00:00:00+07:00"},
                description=(
                    "Those that were made from `since` on and before `until` (left out: now), some hundreds at once: "
                    "while the answer has a `next`, send it as `after`. Who has an event already passes over it. "
                    "Nothing older is sent than what every receiver still knows: the `since` of the answer says so."
                ),
            )
        ]  # fmt: skip

    def resend(self, request: HttpRequest) -> HttpResponse:
        service, body = self._backend.named(request.params["service"]), request.body
        since, until = sent_moment(body, "since"), sent_moment_or_none(body, "until")
        asked = Resending(since, until, optional_text(body, "type"), optional_whole(body, "after"))
        found = self._backend.ask_once(service, RESEND_EVENTS, asked, request)
        return HttpResponse(200, found.body)

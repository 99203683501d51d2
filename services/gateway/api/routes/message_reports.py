"""A provider says what became of a message: signed with the key of its channel, told once or often."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from mpp.cases.interface.message_payloads import MessageReport
from mpp.cases.interface.methods import REPORT_MESSAGE
from mpp.casework.refusals import Refused, not_found
from mpp.clock import Clock
from mpp.json_values import optional_text, text
from mpp.messages.book import SMS, WHATSAPP
from mpp.web.bank import SIGNATURE, TIMESTAMP
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api import signed_reports
from services.gateway.api.requests import messages as bodies
from services.gateway.api.responses.messages import Reported
from services.gateway.api.routes.results import NO_STORE, shown
from services.gateway.backend import THE_GATEWAY, Backend

log = structlog.get_logger(__name__)

_INVALID, _OLD = Refused(401, "report_signature_invalid"), Refused(401, "report_signature_old")
_CHANNEL = {"channel": f"{SMS}|{WHATSAPP}"}


class MessageReports:
    """The one endpoint of providers, which takes no report of a channel without a key."""

    def __init__(self, backend: Backend, clock: Clock, keys: Mapping[str, tuple[bytes, ...]]) -> None:
        self._backend = backend
        self._clock = clock
        self._keys = keys
        self._letters = {service.tracking_letter: name for name, service in backend.services.items()}

    def routes(self) -> list[Route]:
        """Report a message."""
        return [
            Route(
                "POST", "/api/v1/messages/reports/{channel}", self.take, "report_message",
                "Report what became of a message (for providers)", "messages",
                {200: Produces("The report is on record", Reported)}, access="public", patterns=_CHANNEL,
                body=bodies.MessageReport, refuses=(401, 403, 404, 422, 503),
                example={"id": bodies.REFERENCE_EXAMPLE, "status": "delivered"},
                description=f"`{TIMESTAMP}` holds the seconds since 1970, at most five minutes away from now; "
                f"`{SIGNATURE}` is `sha256=` and the HMAC-SHA256, in hex, of the timestamp, a dot and the body as it "
                "is sent. The same again changes nothing.",
            )
        ]  # fmt: skip

    def take(self, request: HttpRequest) -> HttpResponse:
        """A refused report is logged: the provider is told, an operator may want to ask why."""
        channel = request.params["channel"]
        try:
            return self._taken(request, channel)
        except Refused as refused:
            log.warning("message.report_refused", channel=channel, code=refused.code)
            raise

    def _taken(self, request: HttpRequest, channel: str) -> HttpResponse:
        keys = self._keys.get(channel, ())
        if not keys:
            raise Refused(403, "message_reports_off")
        if not signed_reports.check(request, keys, self._clock.now(), _INVALID, _OLD):
            log.info("message.report_key_before", channel=channel)  # the provider still signs with the former key
        reference = text(request.body, "id")
        collection = self._letters.get(reference[0])
        if collection is None:
            raise not_found()
        told = MessageReport(
            reference, channel, text(request.body, "status"), optional_text(request.body, "provider_id")
        )
        return shown(self._backend.ask(collection, REPORT_MESSAGE, told, request, THE_GATEWAY), NO_STORE)

"""The bank reports that a levy was paid: signed with the key that the bank and the mall share, told once or often.

How it is signed is said at `services.gateway.api.signed_reports`. One that is repeated is the same payment by the
bank's reference.
"""

from __future__ import annotations

import structlog

from mpp.cases.interface import methods
from mpp.cases.interface.payloads import PaymentReport
from mpp.casework.access.actors import BANK
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.catalogue import Catalogue
from mpp.clock import Clock
from mpp.json_values import JsonObject, text, whole
from mpp.messaging.calls.common import CommandOn, Shown
from mpp.messaging.calls.methods import Method, Payload
from mpp.web.bank import CALLBACK, SIGNATURE, TIMESTAMP
from mpp.web.routing import UUID, HttpRequest, HttpResponse, Produces, Route
from services.gateway.api import signed_reports
from services.gateway.api.requests import payments as bodies
from services.gateway.api.requests.moments import sent_moment
from services.gateway.api.responses.payments import CasePayment, Payment
from services.gateway.api.routes.results import NO_STORE, shown
from services.gateway.backend import Backend, Sender, sender_of

log = structlog.get_logger(__name__)

_INVALID, _OLD = Refused(401, "payment_signature_invalid"), Refused(401, "payment_signature_old")
_EXAMPLE: JsonObject = {
    "number": "SKRD/00001/DPMPTSP/2026",
    "amount": 1_250_000,
    "paid_at": "2026-11-24T03:00:00+00:00",
    "reference": "BJTM-20261124-000017",
}


class PaymentReports:
    """The one endpoint of the bank, which without a key takes no report; and what officials do about money."""

    def __init__(self, backend: Backend, catalogue: Catalogue, clock: Clock, keys: tuple[bytes, ...]) -> None:
        self._backend = backend
        self._clock = clock
        self._keys = keys
        self._collections = sorted({each.collection for each in catalogue.with_left_out() if each.levy is not None})

    def routes(self) -> list[Route]:
        """Report a payment."""
        return [
            Route(
                "POST", CALLBACK, self.take, "report_payment", "Report a payment (for the bank)",
                "payments", {200: Produces("The payment as it was recorded", Payment)}, access="public",
                body=bodies.PaymentReport, refuses=(401, 403, 404, 409, 422, 503), example=_EXAMPLE,
                description=f"`{TIMESTAMP}` holds the seconds since 1970, at most five minutes away from now; "
                f"`{SIGNATURE}` is `sha256=` and the HMAC-SHA256, in hex, of the timestamp, a dot and the body as "
                "it is sent. The same reference with the same words is the same payment and has the same answer. "
                "`status` `not_applied`: the money is on record, and the mall sees to it.",
            ),
            Route(
                "POST", "/api/v1/payments/{id}/settle", self.settle, "settle_payment",
                "Say what became of money that was not applied", "payments",
                {200: Produces("The payment", CasePayment)}, body=bodies.SettlePayment, keyed=True,
                patterns={"id": UUID}, refuses=(403, 404, 409, 422, 503),
                example={"outcome": "returned", "note": "Dikembalikan, SP2D 0123."},
                description="For a verifier or supervisor of the agency that decides; the case lists its payments.",
            ),
        ]  # fmt: skip

    def take(self, request: HttpRequest) -> HttpResponse:
        """A report of the bank. A refused one is logged: the bank is told, an operator may want to ask why."""
        try:
            return self._taken(request)
        except Refused as refused:
            log.warning("payment.refused", code=refused.code, fields=[field.code for field in refused.fields])
            raise

    def _taken(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        report = _report(request.body)
        if self._clock.now() + signed_reports.WINDOW < report.paid_at:
            raise invalid(FieldError("paid_at", "in_future"))
        bank = Sender(BANK, sender_of(request).caller)
        return shown(self._ask_all(methods.PAY, report, request, "levy_unknown", bank), NO_STORE)

    def settle(self, request: HttpRequest) -> HttpResponse:
        """Only for who answers for the service: the owning service looks."""
        command = CommandOn(request.params["id"], request.body)
        return shown(self._ask_all(methods.SETTLE_PAYMENT, command, request, "not_found", sender_of(request)), NO_STORE)

    def _ask_all(
        self, method: Method[Payload, Shown], payload: Payload, request: HttpRequest, unknown: str, sender: Sender
    ) -> Shown:
        """The answer of the one service that knows it."""
        for collection in self._collections:
            try:
                return self._backend.ask(collection, method, payload, request, sender)
            except Refused as refused:
                if refused.code != unknown:
                    raise
        raise Refused(404, unknown)

    def _check(self, request: HttpRequest) -> None:
        if not self._keys:
            raise Refused(403, "payments_off")
        if not signed_reports.check(request, self._keys, self._clock.now(), _INVALID, _OLD):
            log.info("payment.key_before")  # the bank still signs with the former key


def _report(body: JsonObject) -> PaymentReport:
    number, amount = text(body, "number"), whole(body, "amount")
    return PaymentReport(number, amount, sent_moment(body, "paid_at"), text(body, "reference"))

"""The bank reports that a levy was paid: signed with the key that the bank and the mall share, told once or often.

The signature is HMAC-SHA256 over the timestamp, a dot and the body as it was sent. A report that is older than five
minutes, or from the future, is refused, so that a recorded one cannot be sent again later; one that is repeated within
that time is the same payment by the bank's reference.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from typing import Any

import structlog

from mpp.casework.access.actors import BANK
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.catalogue import Catalogue
from mpp.clock import Clock
from mpp.tokens.signed import TokenSigner
from mpp.web.bank import CALLBACK, SIGNATURE, TIMESTAMP, sign
from mpp.web.routing import UUID, Answer, Exchange, Produces, Route
from services.gateway.api.backend import Backend
from services.gateway.api.requests.schemas import PaymentReport, SettlePayment
from services.gateway.api.responses import cases as case_responses
from services.gateway.api.responses import common

log = structlog.get_logger(__name__)

WINDOW = timedelta(minutes=5)
_EXAMPLE = {
    "number": "SKRD/00001/DPMPTSP/2026",
    "amount": 1_250_000,
    "paid_at": "2026-11-24T03:00:00+00:00",
    "reference": "BJTM-20261124-000017",
}


class PaymentReports:
    """The one endpoint of the bank, which without a key takes no report; and what officials do about money."""

    def __init__(
        self, backend: Backend, catalogue: Catalogue, signer: TokenSigner, clock: Clock, keys: tuple[bytes, ...]
    ) -> None:
        self._backend = backend
        self._signer = signer
        self._clock = clock
        self._keys = keys
        self._collections = sorted({kind.collection for kind in catalogue if kind.levy is not None})

    def routes(self) -> list[Route]:
        """Report a payment."""
        return [
            Route(
                "POST", CALLBACK, self.take, "report_payment", "Report a payment (for the bank)",
                "payments", {200: Produces("The payment as it was recorded", common.Payment)}, access="public",
                body=PaymentReport, refuses=(401, 403, 404, 409, 422, 503), example=_EXAMPLE,
                description=f"`{TIMESTAMP}` holds the seconds since 1970, at most five minutes away from now; "
                f"`{SIGNATURE}` is `sha256=` and the HMAC-SHA256, in hex, of the timestamp, a dot and the body as "
                "it is sent. The same reference with the same words is the same payment and has the same answer. "
                "`status` `not_applied`: the money is on record, and the mall sees to it.",
            ),
            Route(
                "POST", "/api/v1/payments/{id}/settle", self.settle, "settle_payment",
                "Say what became of money that was not applied", "payments",
                {200: Produces("The payment", case_responses.CasePayment)}, body=SettlePayment, keyed=True,
                patterns={"id": UUID}, refuses=(403, 404, 409, 422, 503),
                example={"outcome": "returned", "note": "Dikembalikan, SP2D 0123."},
                description="For a verifier or supervisor of the agency that decides; the case lists its payments.",
            ),
        ]  # fmt: skip

    def take(self, exchange: Exchange) -> Answer:
        """A report of the bank. A refused one is logged: the bank is told, an operator may want to ask why."""
        try:
            return self._taken(exchange)
        except Refused as refused:
            log.warning("payment.refused", code=refused.code, fields=[field.code for field in refused.fields])
            raise

    def _taken(self, exchange: Exchange) -> Answer:
        self._check(exchange)
        try:
            paid_at = datetime.fromisoformat(exchange.body["paid_at"])
        except ValueError as error:
            raise invalid(FieldError("paid_at", "malformed")) from error
        if self._clock.now() + WINDOW < paid_at:
            raise invalid(FieldError("paid_at", "in_future"))
        exchange.token = self._signer.sign(BANK, self._clock.now(), timedelta(minutes=1))
        body = self._ask_all("pay", exchange, "levy_unknown")["body"]
        return Answer(200, body, {"Cache-Control": "no-store"})

    def settle(self, exchange: Exchange) -> Answer:
        """Only for who answers for the service: the owning service looks."""
        answer = self._ask_all("settle_payment", exchange, "not_found", id=exchange.params["id"])
        headers = {"Cache-Control": "no-store"}
        if answer.get("replayed"):
            headers["Idempotency-Replayed"] = "true"
        return Answer(200, answer["body"], headers)

    def _ask_all(self, method: str, exchange: Exchange, unknown: str, **params: str) -> dict[str, Any]:
        """The answer of the one service that knows it."""
        for collection in self._collections:
            try:
                return self._backend.ask(collection, method, exchange, **params)
            except Refused as refused:
                if refused.code != unknown:
                    raise
        raise Refused(404, unknown)

    def _check(self, exchange: Exchange) -> None:
        if not self._keys:
            raise Refused(403, "payments_off")
        timestamp = exchange.headers.get(TIMESTAMP, "")
        given = exchange.headers.get(SIGNATURE, "")
        if not re.fullmatch(r"[0-9]{1,12}", timestamp):
            raise Refused(401, "payment_signature_invalid")
        wanted = [sign(key, timestamp, exchange.raw).encode() for key in self._keys]
        fitting = [index for index, each in enumerate(wanted) if hmac.compare_digest(each, given.encode())]
        if not fitting:
            raise Refused(401, "payment_signature_invalid")
        if abs(self._clock.now().timestamp() - int(timestamp)) > WINDOW.total_seconds():
            raise Refused(401, "payment_signature_old")
        if fitting[0] > 0:
            log.info("payment.key_before")  # the bank still signs with the former key

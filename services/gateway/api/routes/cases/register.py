"""The register of permits: lists, one permit, what officials do to it, and whether a paper is real.

It stands beside the applications (`/api/v1/permits`), since a permit is a record of its own: /api/v1/register/permits.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

from mpp.casework.codes.verification import normalise
from mpp.casework.refusals import FieldError, Refused, not_found
from mpp.web.conditional import etag
from mpp.web.routing import UUID, Answer, Exchange, Produces, Route
from mpp.web.schemas.fields import Choice, OpenObject, Strict, Text
from services.gateway.api.backend import Backend
from services.gateway.api.requests.schemas import SERVICE_CODE, PageQuery
from services.gateway.api.responses.register import Permit, PermitPage, Verified
from services.gateway.api.routes.cases.search import EXAMPLE, PRIVATE, Search, found
from services.gateway.limits.gate import Gate
from services.gateway.limits.queries import Limit

COLLECTION = "permits"  # the only one yet whose documents can be verified
LOOK_UPS = Limit("verify", 60, timedelta(minutes=1))
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_STATUSES = ("valid", "suspended", "revoked", "superseded", "expired", "lapsed")


class RegisterQuery(PageQuery):
    """Which permits. Ordered by area or by end of validity where one of these is asked for, else the newest first."""

    number = Text(max=64, pattern=r"[A-Za-z0-9][A-Za-z0-9 ./-]*")
    service = Text(max=32, pattern=SERVICE_CODE)
    area = Text(max=13, pattern=r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
    status = Choice(*_STATUSES)
    until_from = Text(max=10, pattern=_DAY)
    until_to = Text(max=10, pattern=_DAY)


class ActOnPermit(Strict):
    """What an official does to a permit, and why. `data` are the corrected fields of the form (action `correct`)."""

    action = Text(max=64, pattern=r"[a-z][a-z0-9_]*", required=True)
    reason = Text(max=64, pattern=r"[a-z][a-z0-9_]*")
    note = Text(max=2000)
    data = OpenObject()


class PermitRegister:
    """The register's endpoints; none where licensing is not installed."""

    def __init__(self, backend: Backend, gate: Gate) -> None:
        self._backend = backend
        self._gate = gate

    def routes(self) -> list[Route]:
        """List, search, read, act, verify."""
        if COLLECTION not in self._backend.services:
            return []
        base = "/api/v1/register/permits"
        one, patterns = f"{base}/{{id}}", {"id": UUID}
        search = partial(found, COLLECTION, "search_permits", self._backend, self._gate)
        return [
            Route(
                "GET", base, self.list, "list_register", "List permits", "register",
                {200: Produces("A page of the register", PermitPage)},
                query=RegisterQuery, refuses=(403, 422, 503),
                description="The own area with the holder masked, the own agency's permits. By holder: search.",
            ),
            Route(
                "POST", f"{base}/search", search, "search_register", "Find the permits of a holder", "register",
                {200: Produces("A page of the own agency's permits", PermitPage)},
                body=Search, refuses=(400, 403, 422, 429, 503), example=EXAMPLE,
                description="By NIK, or by the beginning of the name, for those who decide on permits. Audited.",
            ),
            Route(
                "GET", one, self.get, "get_permit", "Read a permit", "register",
                {200: Produces("The permit with its history", Permit, headers=("ETag",))},
                patterns=patterns, refuses=(403, 404, 503),
            ),
            Route(
                "POST", f"{one}/actions", self.act, "act_on_permit", "Suspend, reinstate, revoke or correct a permit",
                "register", {200: Produces("The permit after the action", Permit, headers=("ETag",))},
                body=ActOnPermit, keyed=True, conditional=True, patterns=patterns, refuses=(403, 404, 409, 422, 503),
                example={"action": "suspend", "reason": "violation", "note": "Praktik di luar tempat yang diizinkan."},
                description="A correction issues a new permit with a number of its own; this one names it.",
            ),
            Route(
                "GET", "/api/v1/verify/{code}", self.verify, "verify", "Is this document real, and does it hold?",
                "public", {200: Produces("A real document, and its status", Verified)}, access="public",
                patterns={"code": r"[0-9A-Za-z -]{1,32}"}, refuses=(404, 429, 503),
                description="A mistyped code and one that no document carries are both simply not found.",
            ),
        ]  # fmt: skip

    def list(self, exchange: Exchange) -> Answer:
        """A page of permits."""
        if re.search(r"[0-9]{16}", re.sub(r"[ ./-]", "", exchange.query.get("number", ""))):
            raise Refused(400, "query_invalid", fields=[FieldError("number", "personal_data_in_query")])
        return Answer(200, self._backend.ask(COLLECTION, "list_permits", exchange, **exchange.query)["body"], PRIVATE)

    def get(self, exchange: Exchange) -> Answer:
        """One permit."""
        answer = self._backend.ask(COLLECTION, "get_permit", exchange, id=exchange.params["id"])
        return Answer(200, answer["body"], {**PRIVATE, "ETag": etag(answer["version"])})

    def act(self, exchange: Exchange) -> Answer:
        """Do something to a permit."""
        answer = self._backend.ask(COLLECTION, "act_on_permit", exchange, id=exchange.params["id"])
        headers = {**PRIVATE, "ETag": etag(answer["version"])}
        if answer.get("replayed"):
            headers["Idempotency-Replayed"] = "true"
        return Answer(answer["status"], answer["body"], headers)

    def verify(self, exchange: Exchange) -> Answer:
        """Whether a code is that of a real document."""
        self._gate.pass_one(LOOK_UPS, exchange.client, exchange.deadline)
        code = normalise(exchange.params["code"])
        if code is None or code[0] != self._backend.services[COLLECTION].tracking_letter:
            raise not_found()
        body = self._backend.ask(COLLECTION, "verify", exchange, code=code)["body"]
        return Answer(200, body, {"Cache-Control": "no-store"})

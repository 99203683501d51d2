"""One router for all collections of cases: open, list, read, act, receipt."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta, tzinfo
from functools import partial
from typing import Any

from mpp.casework.access.offices import OfficeTree
from mpp.casework.codes.tracking import normalise
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.catalogue import Catalogue
from mpp.web.conditional import etag, none_matches
from mpp.web.routing import UUID, Answer, Exchange, Produces, Route
from services.gateway.api.backend import Backend
from services.gateway.api.requests import examples, filing
from services.gateway.api.requests.schemas import Act, ListQuery, OpenCase
from services.gateway.api.responses import cases as case_responses
from services.gateway.api.routes.cases.receipt import receipt_page
from services.gateway.limits.gate import Gate
from services.gateway.limits.queries import Limit

PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, X-Tracking-Secret, Accept-Language"}
BY_SECRET = Limit("secret", 30, timedelta(minutes=1))
CASE_ID = {"id": rf"(?:{UUID}|[0-9A-Za-z]{{12}})"}  # or the tracking code: all that the applicant's receipt shows


def case_routes(
    backend: Backend,
    gate: Gate,
    catalogue: Catalogue,
    offices: OfficeTree | None,
    today: Callable[[], date],
    zone: tzinfo,
) -> list[Route]:
    """The routes of every collection that the installed services keep."""
    found: list[Route] = []
    for name in backend.services:
        cases = _Cases(name, backend, gate, today, zone, filing.wrong_fields(name, catalogue, offices, today))
        found += cases.routes()
    return found


class _Cases:
    def __init__(
        self,
        collection: str,
        backend: Backend,
        gate: Gate,
        today: Callable[[], date],
        zone: tzinfo,
        wrong_fields: Callable[[Mapping[str, Any]], list[FieldError]],
    ) -> None:
        self._collection = collection
        self._ask = partial(backend.ask, collection)
        self._gate = gate
        self._today = today
        self._zone = zone
        self._wrong_fields = wrong_fields

    def routes(self) -> list[Route]:
        name, base = self._collection, f"/api/v1/{self._collection}"
        one = f"{base}/{{id}}"
        seen: dict[str, Any] = {"tag": name, "access": "token_or_secret", "patterns": CASE_ID}
        return [
            Route(
                "POST", base, self.open, f"open_{name}", "Open a case", name,
                {201: Produces("The case, with its tracking code and secret", case_responses.Opened,
                               headers=("Location", "ETag"), example=examples.OPENED,
                               links=(f"get_{name}", f"act_{name}", f"receipt_{name}"))},
                body=OpenCase, also=self._wrong_fields, keyed=True, refuses=(403, 404, 409, 422, 503),
                example=examples.open_case(name),
                description="The fields of `data` are those of the service's form: see `/api/v1/services/{code}`.",
            ),
            Route(
                "GET", base, self.list, f"list_{name}", "List the cases of one's offices", name,
                {200: Produces("A page of cases", case_responses.CaseList)},
                query=ListQuery, refuses=(403, 503),
                description="`q` takes a tracking code or a document number, never a name or a NIK.",
            ),
            Route(
                "GET", one, self.get, f"get_{name}", "Read a case", produces={
                    200: Produces("The case, with its timeline, tasks and allowed actions", case_responses.Case,
                                  headers=("ETag",)),
                    304: Produces("Not changed since the version in If-None-Match"),
                }, refuses=(403, 404, 429, 503), **seen,
            ),
            Route(
                "POST", f"{one}/actions", self.act, f"act_{name}", "Take an action on a case", produces={
                    200: Produces("The case after the action", case_responses.Case, headers=("ETag",)),
                }, body=Act, keyed=True, conditional=True, refuses=(403, 404, 409, 422, 429, 503),
                example=examples.ACT, description="A refused action changes nothing.", **seen,
            ),
            Route(
                "GET", f"{one}/receipt", self.receipt, f"receipt_{name}", "Print the receipt (tanda terima)",
                produces={200: Produces("A page to print", media="text/html")},
                refuses=(403, 404, 429, 503), **seen,
            ),
        ]  # fmt: skip

    def open(self, exchange: Exchange) -> Answer:
        if filing.wrong_people(exchange.body, self._today()):
            raise invalid(*self._wrong_fields(exchange.body))
        answer = self._ask("open_case", exchange)
        location = answer.get("location") or f"/api/v1/{self._collection}/{answer['body']['id']}"
        return _case(answer, {"Location": location})

    def list(self, exchange: Exchange) -> Answer:
        q = exchange.query.get("q", "")
        if re.search(r"[0-9]{16}", re.sub(r"[ ./-]", "", q)):
            raise Refused(400, "query_invalid", fields=[FieldError("q", "personal_data_in_query")])
        if q and not re.search(r"[0-9]", q) and normalise(q) is None:  # one tracking code in sixty has no digit
            raise Refused(400, "query_invalid", fields=[FieldError("q", "malformed")])
        return Answer(200, self._ask("list_cases", exchange, **exchange.query)["body"], PRIVATE)

    def get(self, exchange: Exchange) -> Answer:
        self._limit(exchange)
        answer = self._ask("get_case", exchange, id=exchange.params["id"])
        if not none_matches(exchange.headers.get("If-None-Match"), answer["version"]):
            return Answer(304, None, {**PRIVATE, "ETag": etag(answer["version"])})
        return _case(answer)

    def act(self, exchange: Exchange) -> Answer:
        self._limit(exchange)
        return _case(self._ask("act", exchange, id=exchange.params["id"]))

    def receipt(self, exchange: Exchange) -> Answer:
        self._limit(exchange)
        return receipt_page(self._ask("receipt", exchange, id=exchange.params["id"])["body"], self._zone)

    def _limit(self, exchange: Exchange) -> None:
        """Nobody tries out secrets."""
        if exchange.secret is not None:
            self._gate.pass_one(BY_SECRET, exchange.client, exchange.deadline)


def _case(answer: dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
    found = {**PRIVATE, **(headers or {})}
    if answer.get("version") is not None:
        found["ETag"] = etag(answer["version"])
    if answer.get("replayed"):
        found["Idempotency-Replayed"] = "true"
    return Answer(answer["status"], answer["body"], found)

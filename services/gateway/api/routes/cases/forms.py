"""Forms that people sign by hand: of a case, or of what was typed so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from mpp.cases.commands.filing import read_form
from mpp.cases.interface import methods
from mpp.cases.interface.payloads import FormOf
from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import FieldError, invalid, not_found, wrong_role
from mpp.catalogue.forms import FormContext
from mpp.files.names import disposition
from mpp.identity import demo
from mpp.json_values import JsonObject, text
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.filing import wrong_people
from services.gateway.api.requests.forms import FORM_CODE, FormSoFar
from services.gateway.api.routes.cases.collection import CASE_ID
from services.gateway.api.routes.cases.secret import knocking
from services.gateway.api.routes.results import DOWNLOAD
from services.gateway.backend import Backend
from services.gateway.forms.desk import FormDesk
from services.gateway.limits.addresses import one_client
from services.gateway.limits.gate import Gate
from services.gateway.limits.queries import Limit

MINUTE = Limit("form_minute", 30, timedelta(minutes=1))
DAY = Limit("form_day", 600, timedelta(days=1))
PDF = "application/pdf"
EXAMPLE: JsonObject = {
    "service": "ADM-LHR-01",
    "applicant": {"kind": "person", "name": demo.resident(0).name, "nik": demo.resident(0).nik},
    "data": {"child": {"name": "Bayi Contoh", "birth_date": "2026-11-12"}},
}


class FormRoutes:
    """The endpoints; `today` is that of the region."""

    def __init__(
        self, desk: FormDesk, backend: Backend, gate: Gate, offices: OfficeTree | None, today: Callable[[], date]
    ) -> None:
        self._desk = desk
        self._backend = backend
        self._gate = gate
        self._offices = offices
        self._today = today

    def routes(self) -> list[Route]:
        """One of each collection, and the one before there is a case."""
        made = {200: Produces("The form to print, F4 portrait", binary=(PDF,), headers=("Content-Disposition",))}
        found = [
            Route(
                "GET", f"/api/v1/{name}/{{id}}/forms/{{code}}", self._of(name), f"form_{name}",
                "Print a form to sign by hand", name, made, access="token_or_secret",
                patterns={**CASE_ID, "code": FORM_CODE}, refuses=(403, 404, 429, 500, 503),
                description="Filled in as far as the mall knows, signed by nobody and kept nowhere; what it does not "
                            "know has room for the pen. Which forms a service has is said in the catalogue. Who "
                            "printed which is on record, and one account may print so many a minute and a day.",
            )
            for name in self._backend.services
        ]  # fmt: skip
        return [
            *found,
            Route(
                "POST", "/api/v1/forms/{code}", self.typed, "print_form", "Print a form before there is a case",
                "catalogue", made, patterns={"code": FORM_CODE}, body=FormSoFar,
                refuses=(403, 404, 422, 429, 500, 503), example=EXAMPLE,
                description="For who may file the service, with what was typed so far: what is there is checked as at "
                            "filing, nothing must be there, and nothing is kept.",
            ),
        ]  # fmt: skip

    def _of(self, collection: str) -> Callable[[HttpRequest], HttpResponse]:
        def of_case(request: HttpRequest) -> HttpResponse:
            case = request.params["id"]
            self._count(request.actor.id if request.actor else f"{one_client(request.client)} {case.lower()}", request)
            with knocking(self._gate, request):
                form = self._desk.named(request.params["code"])
                asked = FormOf(case, form.code, form.services)
                told = self._backend.ask(collection, methods.READ_FOR_FORM, asked, request).body
            return _pdf(form.code, self._desk.of_case(form, told, request))

        return of_case

    def typed(self, request: HttpRequest) -> HttpResponse:
        """A form of what is in the body."""
        actor, body = request.actor, request.body
        assert actor is not None, "the route asks for a token"
        form, service = self._desk.named(request.params["code"]), text(body, "service")
        kind = self._desk.half_filled(service)
        if kind is None or self._offices is None:
            raise invalid(FieldError("service", "unknown_service"))
        if not form.belongs_to(kind):
            raise not_found()
        office = actor.office_for(*kind.filed_by)
        if office is None:
            raise wrong_role(kind.filed_by, action="open")
        self._count(actor.id, request)
        data, _ticks, errors = read_form(kind, body, FormContext(self._today(), self._offices))
        errors += wrong_people(body, self._today())
        if errors:
            raise invalid(*errors)
        return _pdf(form.code, self._desk.typed(form, service, {**body, "data": data}, office, request))

    def _count(self, who: str, request: HttpRequest) -> None:
        for limit in (MINUTE, DAY):
            self._gate.pass_one(limit, who, request.deadline)


def _pdf(code: str, pdf: bytes) -> HttpResponse:
    headers = {**DOWNLOAD, "Content-Disposition": disposition(f"{code}.pdf"), "Content-Length": str(len(pdf))}
    return HttpResponse(200, headers=headers, media=PDF, content=[pdf])

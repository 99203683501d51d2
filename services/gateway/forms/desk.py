"""Filling a form in: from a case, or from what was typed so far, and from the register where the reader may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import Refused, not_found
from mpp.casework.rules.service_type import FormField, ServiceType
from mpp.catalogue import Catalogue
from mpp.contracts.residents import LOOK_UP_RESIDENT, LOOKUP_ROLES, ResidentAsked
from mpp.json_values import JsonObject, mapping, optional_mapping, optional_text, text
from mpp.papers.forms.declared import FormBook, PrintedForm
from mpp.papers.forms.filling import Known, asked_of_register, filled
from mpp.papers.forms.page import page_of
from mpp.regions import places
from mpp.web.routing import HttpRequest
from services.gateway.api.routes.people.persons import COLLECTION, count_look_up
from services.gateway.backend import Backend
from services.gateway.forms.printing import Printer
from services.gateway.limits.gate import Gate
from services.gateway.threads import Party


@dataclass(frozen=True)
class Forms:
    """The forms of the mall, and what prints them."""

    book: FormBook
    printer: Printer


class FormDesk:
    """Fills forms in. Without forms (the contract, some tests) there are none: Refused 404."""

    def __init__(
        self,
        forms: Forms | None,
        backend: Backend,
        gate: Gate,
        catalogue: Catalogue,
        offices: OfficeTree | None,
        today: Callable[[], date],
    ) -> None:
        self._forms = forms
        self._backend = backend
        self._gate = gate
        self._kinds = {kind.code: kind for kind in catalogue.with_left_out()}
        self._optional = {code: replace(kind, form=_optional(kind.form)) for code, kind in self._kinds.items()}
        self._offices = offices
        self._today = today

    def named(self, code: str) -> PrintedForm:
        """The form of this code. Raises Refused 404."""
        form = None if self._forms is None else self._forms.book.get(code)
        if form is None:
            raise not_found()
        return form

    def half_filled(self, code: str) -> ServiceType | None:
        """The service type of this code, whose form may be filled in only in part; None where there is none."""
        return self._optional.get(code)

    def of_case(self, form: PrintedForm, told: JsonObject, request: HttpRequest) -> bytes:
        """The form, filled in from what the keeper of the case tells of it."""
        return self._printed(form, told, request, optional_text(told, "office"))

    def typed(self, form: PrintedForm, service: str, body: JsonObject, office: str, request: HttpRequest) -> bytes:
        """The form, filled in from checked data that are in no case."""
        return self._printed(form, {**body, "service": service}, request, office)

    def _printed(self, form: PrintedForm, told: JsonObject, request: HttpRequest, office: str | None) -> bytes:
        service = text(told, "service")
        kind = self._kinds.get(service)
        offices = self._offices
        known = Known(
            service=service,
            form=() if kind is None else kind.form,
            data=mapping(told, "data"),
            applicant=optional_mapping(told, "applicant"),
            proxy=optional_mapping(told, "proxy"),
            office=None if offices is None or office is None else offices.get(office),
            offices=offices,
            today=self._today(),
            tracking_code=optional_text(told, "tracking_code"),
        )
        residents = self._residents(asked_of_register(form, known), service, request)
        page = page_of(
            form,
            filled(form, known, residents.get),
            (service, form.name if kind is None else kind.name),
            known.today,
            "" if known.office is None else known.office.name,
            () if offices is None else (f"Pemerintah {places.region_name(offices.region)}",),
        )
        assert self._forms is not None, "who named a form has them"
        account = "" if request.actor is None else request.actor.id
        return self._forms.printer.print(page, Party(request.client, account), request.deadline)

    def _residents(self, niks: list[str], service: str, request: HttpRequest) -> Mapping[str, JsonObject]:
        """What the register tells whoever prints, each look-up on record and counted as at a counter.

        What it does not tell is left for the pen: nobody waits for a form since the register is away.
        """
        actor = request.actor
        if actor is None or not actor.has_role(*LOOKUP_ROLES) or COLLECTION not in self._backend.services:
            return {}
        found: dict[str, JsonObject] = {}
        for nik in niks:
            try:
                count_look_up(self._gate, request)
                asked = ResidentAsked(nik, service)
                found[nik] = self._backend.ask(COLLECTION, LOOK_UP_RESIDENT, asked, request).body
            except Refused:
                continue
        return found


def _optional(form: tuple[FormField, ...]) -> tuple[FormField, ...]:
    """The same fields, none of which must be there."""
    return tuple(replace(field, required=False, fields=_optional(field.fields)) for field in form)

"""The catalogue as the public sees it: each service with its six published components."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mpp.cases.reading.form_fields import form_body
from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import not_found
from mpp.casework.rules.life_events import LIFE_EVENTS
from mpp.casework.rules.linked import LinkedService
from mpp.casework.rules.service_type import Condition, Previous, ServiceType, Track
from mpp.catalogue import Catalogue
from mpp.json_values import Json, JsonObject, optional_text
from mpp.papers.forms.declared import FormBook
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.cases import SERVICE_CODE
from services.gateway.api.requests.public import CatalogueQuery
from services.gateway.api.responses.catalogue import Linked, Service, ServiceList

# UU 25/2009 art. 21 with PermenPANRB 15/2014: the components of service delivery, which must be made public.
PUBLISHED = 6
_PUBLIC = {"Cache-Control": "public, max-age=60"}


class Services:
    """The endpoints of the catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        today: Callable[[], date],
        forms: FormBook | None = None,
        offices: OfficeTree | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._today = today
        self._forms = forms or FormBook()
        self._offices = offices

    def routes(self) -> list[Route]:
        """List and one."""
        return [
            Route(
                "GET", "/api/v1/services", self.list, "list_services", "The services of the mall", "catalogue",
                {200: Produces("Every service", ServiceList)}, access="public", query=CatalogueQuery,
                description="`items` are those that the mall serves. `linked` are those that another application "
                            "serves: nothing is filed for them here. With `collection` there are none of these.",
            ),
            Route(
                "GET", "/api/v1/services/{code}", self.get, "get_service", "One service, with its form", "catalogue",
                {200: Produces("The service", Service)}, access="public",
                patterns={"code": SERVICE_CODE}, refuses=(404,),
            ),
            Route(
                "GET", "/api/v1/linked-services/{code}", self.linked, "get_linked_service",
                "One service that another application serves", "catalogue",
                {200: Produces("The service: its published components, and where it is", Linked)}, access="public",
                patterns={"code": SERVICE_CODE}, refuses=(404,),
            ),
        ]  # fmt: skip

    def list(self, request: HttpRequest) -> HttpResponse:
        wanted = optional_text(request.query, "collection")
        kinds = [service_type for service_type in self._catalogue if wanted in (None, service_type.collection)]
        body: JsonObject = {
            "items": [summary(service_type, self._today()) for service_type in kinds],
            "linked": [linked_summary(each) for each in self._catalogue.linked.values() if wanted is None],
            "life_events": [{"code": code, "name": dict(name)} for code, name in LIFE_EVENTS.items()],
        }
        return HttpResponse(200, body, _PUBLIC)

    def get(self, request: HttpRequest) -> HttpResponse:
        service_type = self._catalogue.get(request.params["code"])
        if service_type is None:
            raise not_found()
        body = described(service_type, self._today(), self._forms)
        return HttpResponse(200, {**body, "filed_online": _online(service_type, self._offices)}, _PUBLIC)

    def linked(self, request: HttpRequest) -> HttpResponse:
        service = self._catalogue.linked.get(request.params["code"])
        if service is None:
            raise not_found()
        body: JsonObject = {
            **linked_summary(service),
            "standard": {name: dict(text) for name, text in service.standard.items()},
            "region_sets": [default.key for default in service.defaults],
        }
        return HttpResponse(200, body, _PUBLIC)


def linked_summary(service: LinkedService) -> JsonObject:
    """What a list shows of a service of another application."""
    return {
        "code": service.code,
        "name": dict(service.name),
        "owner": service.owner,
        "life_events": list(service.life_events),
        "loket": dict(service.loket),
        "address": service.address,
        "duration": dict(service.standard["duration"]),
        "fee": dict(service.standard["fee"]),
    }


def summary(service_type: ServiceType, today: date) -> JsonObject:
    """What a list shows of a service; `fee` in whole rupiah, `sla` such as 3wd (working days), 60d, 10h."""
    return {
        "code": service_type.code,
        "version": service_type.version,
        "collection": service_type.collection,
        "name": dict(service_type.name),
        "owner": service_type.owner,
        "level": service_type.level,
        "sla": str(service_type.sla),
        "fee": service_type.fee_on(today),
        "applicant": service_type.applicant,
        "anonymous_allowed": service_type.anonymous_allowed,
        "life_events": list(service_type.life_events),
    }


def described(service_type: ServiceType, today: date, forms: FormBook) -> JsonObject:
    """The summary with published components, requirements and form, and what decides time, price and validity."""
    published = list(service_type.standard.items())[:PUBLISHED]
    return {
        **summary(service_type, today),
        "standard": {name: dict(text) for name, text in published},
        "requirements": [
            {
                "code": r.code,
                "name": dict(r.name),
                "required": r.required,
                "when": _condition(r.when),
                "produced_by": r.produced_by,
                "form": r.form,
            }
            for r in service_type.requirements
        ],
        "form": [form_body(field) for field in service_type.form],
        "forms": [
            {
                "code": form.code,
                "name": dict(form.name),
                "unverified": None if form.unverified is None else dict(form.unverified),
            }
            for form in forms.of_service(service_type)
        ],
        "validity_years": service_type.validity_years,
        "deemed_approval": service_type.deemed_approval,
        "tracks": [_track(track) for track in service_type.tracks],
        "previous": None if service_type.previous is None else _previous(service_type.previous),
        "levy": None if service_type.levy is None else {"due": str(service_type.levy.due)},
        "region_sets": [default.key for default in service_type.defaults],
    }


def _online(service_type: ServiceType, offices: OfficeTree | None) -> JsonObject | None:
    online = service_type.filed_online
    if online is None:
        return None
    codes = [] if offices is None else online.offices(service_type.owner, offices)
    named: list[Json] = [{"code": code, "name": None if offices is None else offices.name_of(code)} for code in codes]
    return {"offices": named, "accept_within": None if online.accept_within is None else str(online.accept_within)}


def _condition(when: Condition | None) -> JsonObject | None:
    return None if when is None else {"field": when.field, "is": list(when.values)}


def _track(track: Track) -> JsonObject:
    bounds: list[Json] = [{"field": name, "min": low, "max": high} for name, (low, high) in track.bounds.items()]
    asked: JsonObject = {"code": track.code, "when": _condition(track.when), "sla": str(track.sla)}
    return {**asked, "applicant": track.applicant, "bounds": bounds}


def _previous(rule: Previous) -> JsonObject:
    opens = None if rule.opens is None else str(rule.opens)
    return {"kind": rule.kind, "number": rule.number, "of": list(rule.of), "renewal": rule.renewal, "opens": opens}

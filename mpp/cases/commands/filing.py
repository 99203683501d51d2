"""Reading what a clerk sends to open a case: every field that is wrong is named, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mpp import json_values
from mpp.cases.commands.applicants import read_person
from mpp.casework.access.actors import Actor
from mpp.casework.refusals import FieldError, Refused, invalid, wrong_role
from mpp.casework.rules.prerequisites import NAMED_MAX
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue import Catalogue
from mpp.catalogue.forms import FormContext, validate_form
from mpp.hosting.runtime import Runtime
from mpp.identity.person import person_of
from mpp.json_values import Json, JsonObject


@dataclass(frozen=True)
class Filing:
    """A request to open a case that has passed every check that needs no database."""

    service_type: ServiceType
    office: str
    applicant: JsonObject | None
    proxy: JsonObject | None
    person: str | None
    data: JsonObject
    ticks: Mapping[str, bool]
    named: Mapping[str, str]  # papers that the mall issues, by requirement: the code or number that was given
    region: str


def office_of_clerk(runtime: Runtime, service_type: ServiceType, actor: Actor) -> str:
    """The office at which the actor files this service. Raises Refused 403 when the actor may not."""
    office = actor.office_for(*service_type.filed_by)
    if office is None:
        raise wrong_role(service_type.filed_by, action="open")
    if office not in runtime.offices:
        raise Refused(403, "office_unknown")
    return office


def offered(runtime: Runtime, collection: str, body: JsonObject) -> ServiceType:
    """The service that is asked for. Raises Refused 422 for one that is not in this collection."""
    service_type = runtime.catalogue.get(str(body.get("service")))
    if service_type is None:
        raise invalid(not_offered(runtime.catalogue, str(body.get("service"))))
    if service_type.collection != collection:
        raise invalid(filed_elsewhere(service_type))
    return service_type


def read_filing(
    runtime: Runtime, service_type: ServiceType, office: str, body: JsonObject, context: FormContext
) -> Filing:
    """What is filed at the office. Raises Refused 422 naming each field."""
    data, ticks, errors = read_form(service_type, body, context)
    applicant, wrong = read_person(body, "applicant", context.today)
    proxy, wrong_proxy = read_person(body, "proxy", context.today)
    if applicant is None and service_type.applicant == "required":
        errors.append(FieldError("applicant", "required"))
    errors += wrong + wrong_proxy
    errors += track_errors(service_type, data, applicant)
    if errors:
        raise invalid(*errors)
    return Filing(
        service_type,
        office,
        applicant,
        proxy,
        person_of(applicant, runtime.person_key),
        data,
        ticks,
        read_named(service_type, _object(body, "data").get("requirements")),
        region_of(runtime, service_type, data, office),
    )


def not_offered(catalogue: Catalogue, code: str) -> FieldError:
    """Why nothing can be filed for a code that names no service of the mall: nobody knows it, or another application
    serves it."""
    linked = catalogue.linked.get(code)
    if linked is None:
        return FieldError("service", "unknown_service")
    return FieldError("service", "linked_service", {"address": f"/api/v1/linked-services/{code}"})


def filed_elsewhere(service_type: ServiceType) -> FieldError:
    """The service is filed under another address, which is this."""
    return FieldError("service", "service_of_other_collection", {"address": f"/api/v1/{service_type.collection}"})


def read_form(
    service_type: ServiceType, body: JsonObject, context: FormContext
) -> tuple[JsonObject, dict[str, bool], list[FieldError]]:
    """The data of the form, the papers that were seen, and whatever is wrong with either."""
    errors: list[FieldError] = []
    given = dict(_object(body, "data"))
    ticks = read_ticks(service_type, given.pop("requirements", {}), errors)
    data, wrong = validate_form(service_type.form, given, context, "data")
    errors += wrong
    return {**data, **_flags(service_type, body, errors)}, ticks, errors


def _object(body: JsonObject, name: str) -> JsonObject:
    """An object of the request; an empty one where there is none."""
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def _flags(service_type: ServiceType, body: JsonObject, errors: list[FieldError]) -> JsonObject:
    """`anonymous` (the reporter is hidden from the agency) and `secret` (the report is not published)."""
    given = {name: body[name] for name in ("anonymous", "secret") if name in body}
    if not service_type.anonymous_allowed:
        errors += [FieldError(name, "not_allowed_here") for name, value in given.items() if value]
        return {}
    return {name: value is True for name, value in given.items()}


def track_errors(service_type: ServiceType, data: JsonObject, applicant: JsonObject | None) -> list[FieldError]:
    """Why a case cannot run on the track that its form asks for."""
    track = service_type.track_of(data)
    if track is None:
        return []
    errors = []
    for name, (low, high) in track.bounds.items():
        if name in data and not low <= json_values.whole(data, name) <= high:
            errors.append(FieldError(f"data.{name}", "out_of_range", {"min": low, "max": high}))
    asks = None if applicant is None else applicant.get("kind", "person")
    if track.applicant is not None and asks != track.applicant:
        errors.append(FieldError("applicant.kind", "wrong_applicant_kind", {"applicant": track.applicant}))
    return errors


def read_ticks(service_type: ServiceType, given: Json, errors: list[FieldError]) -> dict[str, bool]:
    """The papers that the clerk has seen, `{"str": true}`; documents themselves come later.

    A text in the place of the tick names a paper that the mall issues: see `read_named`.
    """
    if not isinstance(given, Mapping):
        errors.append(FieldError("data.requirements", "wrong_type", {"kind": "object"}))
        return {}
    known = {r.code: r for r in service_type.requirements}
    for code, value in given.items():
        if code not in known:
            errors.append(FieldError(f"data.requirements.{code}", "unknown_field"))
        elif not isinstance(value, bool) and not (isinstance(value, str) and known[code].produced_by):
            kind = "mark_or_paper" if known[code].produced_by else "mark"
            errors.append(FieldError(f"data.requirements.{code}", "wrong_type", {"kind": kind}))
        elif isinstance(value, str) and len(value) > NAMED_MAX:
            errors.append(FieldError(f"data.requirements.{code}", "too_long", {"max": NAMED_MAX}))
    return {code: value is True for code, value in given.items() if code in known}


def read_named(service_type: ServiceType, given: Json) -> dict[str, str]:
    """The papers that the mall issues and that are named, by requirement: `{"krk": "P0123456789V"}`, by the tracking
    code of their application, by their number, or by the verification code that is printed on them."""
    if not isinstance(given, Mapping):
        return {}
    issued = {r.code for r in service_type.requirements if r.produced_by}
    return {code: value for code, value in given.items() if code in issued and isinstance(value, str)}


def region_of(runtime: Runtime, service_type: ServiceType, data: JsonObject, office: str) -> str:
    """Where the matter is: the form's region, else what the filing office serves."""
    for field in service_type.form:
        if field.type == "region" and data.get(field.name):
            return str(data[field.name])
    found = runtime.offices.get(office)
    return found.region if found else runtime.offices.region

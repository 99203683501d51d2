"""All that is wrong with an application, told at once.

The envelope is the gateway's to check, the form the owning service's: a clerk who mistypes in both would hear of it in
two rounds. So where the envelope is refused, the form is looked through as well, by the service's own rules. What an
earlier permit would fill in is not called missing. The service checks every application again and has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from mpp.cases.commands.filing import filed_elsewhere, not_offered, read_form
from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import FieldError
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue import Catalogue
from mpp.catalogue.forms import FormContext
from mpp.identity.nik import parse_nik
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import JsonObject


def wrong_people(body: JsonObject, today: date) -> list[FieldError]:
    """The NIK of the envelope that cannot be one."""
    errors: list[FieldError] = []
    for where in ("applicant", "proxy"):
        nik = _mapping(body, where).get("nik")
        if not isinstance(nik, str):
            continue  # missing, or of a type that the schema names
        try:
            parse_nik(nik, today)
        except InvalidIdentity as error:
            errors.append(FieldError(f"{where}.nik", error.code))
    return errors


def wrong_form(body: JsonObject, collection: str, catalogue: Catalogue, context: FormContext) -> list[FieldError]:
    """What the owning service would say of the service asked for and of its form."""
    service_type = catalogue.get(str(body.get("service")))
    if service_type is None:
        return [not_offered(catalogue, str(body.get("service")))]
    if service_type.collection != collection:
        return [filed_elsewhere(service_type)]
    _data, _ticks, errors = read_form(service_type, body, context)
    return [error for error in errors if error.code != "required"] if _builds_on_another(service_type, body) else errors


def wrong_fields(
    collection: str, catalogue: Catalogue, offices: OfficeTree | None, today: Callable[[], date]
) -> Callable[[JsonObject], list[FieldError]]:
    """Both, for the bodies of a collection, whatever their shape; without the offices of a region only the people."""

    def look(body: JsonObject) -> list[FieldError]:
        people = wrong_people(body, today())
        if offices is None:
            return people
        return people + wrong_form(body, collection, catalogue, FormContext(today(), offices))

    return look


def _builds_on_another(service_type: ServiceType, body: JsonObject) -> bool:
    rule = service_type.previous
    return rule is not None and rule.asked(_mapping(body, "data"))


def _mapping(holder: JsonObject, name: str) -> JsonObject:
    found = holder.get(name)
    return found if isinstance(found, Mapping) else {}

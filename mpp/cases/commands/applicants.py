"""Applicants and proxies as they are kept: names, numbers, phones and addresses in their one normal form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from mpp.casework.refusals import FieldError
from mpp.identity.names import tidy_name
from mpp.identity.nik import parse_nik
from mpp.identity.phone import parse_phone
from mpp.identity.texts import tidy
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import Json, JsonObject

Read = Callable[[str], str]


def read_person(body: JsonObject, where: str, today: date) -> tuple[JsonObject | None, list[FieldError]]:
    """The applicant or proxy of a request as it is kept, and each field of it that cannot be; None where nobody is
    named. Where a field is wrong it comes back as it was sent."""
    given = body.get(where)
    if given is None:
        return None, []
    given = given if isinstance(given, Mapping) else {}
    errors: list[FieldError] = []
    found = _read(given, where, _readers(given, today), errors)
    contact = found.get("contact")
    if isinstance(contact, Mapping):
        found["contact"] = _read(contact, f"{where}.contact", _OF_EVERYBODY, errors)
    return found, errors


def _lines(text: str) -> str:
    return tidy(text, lines=True)


def _phone(text: str) -> str:
    return parse_phone(text).e164


_OF_EVERYBODY: Mapping[str, Read] = {
    "name": tidy_name,
    "phone": _phone,
    "email": tidy,
    "address": _lines,
    "relation": tidy,
    "nib": tidy,
    "npwp": tidy,
}


def _readers(person: JsonObject, today: date) -> Mapping[str, Read]:
    """How each field is read. Who is a person has a NIK."""
    if person.get("kind", "person") != "person":
        return _OF_EVERYBODY
    return {**_OF_EVERYBODY, "nik": lambda text: parse_nik(text, today).number}


def _read(given: JsonObject, where: str, readers: Mapping[str, Read], errors: list[FieldError]) -> dict[str, Json]:
    found = dict(given)
    for name, read in readers.items():
        value = given.get(name, "" if name == "nik" else None)
        if value is None:
            continue
        try:
            found[name] = read(str(value))
        except InvalidIdentity as error:
            errors.append(FieldError(f"{where}.{name}", error.code))
    return found

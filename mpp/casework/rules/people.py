"""The people named in a case, applicant and proxy: what a correction may change of them. Pure.

Whether somebody is a person or an organisation stays as it was filed: another kind of applicant is another application.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mpp.casework.bounds import NAME_MAX
from mpp.casework.case.changes import PersonCorrected
from mpp.casework.refusals import FieldError
from mpp.casework.rules.service_type import FormField, Text
from mpp.json_values import JsonObject

_NAME = FormField("name", "name", {"id": "Nama", "en": "Name"}, max=NAME_MAX)
_NIK = FormField("nik", "nik", {"id": "NIK", "en": "NIK"})
_PHONE = FormField("phone", "phone", {"id": "Nomor telepon", "en": "Phone number"}, required=False, max=24)
_EMAIL = FormField("email", "text", {"id": "Surel", "en": "E-mail"}, required=False, max=120)
_ADDRESS = FormField("address", "text", {"id": "Alamat", "en": "Address"}, required=False, max=300)
_RELATION = FormField("relation", "text", {"id": "Hubungan", "en": "Relation"}, required=False, max=60)
_NIB = FormField("nib", "text", {"id": "NIB", "en": "NIB"}, required=False, max=13)
_NPWP = FormField("npwp", "text", {"id": "NPWP", "en": "NPWP"}, required=False, max=16)
_CONTACT_LABEL: Text = {"id": "Narahubung", "en": "Contact"}
_CONTACT = FormField("contact", "group", _CONTACT_LABEL, fields=(_NAME, _PHONE, _EMAIL))
_PATTERNS = {
    "email": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "invalid_email", "warga@contoh.id"),
    "nib": (r"[0-9]{13}", "malformed", "1234567890123"),
    "npwp": (r"[0-9]{15,16}", "malformed", "3515990101809990"),
}

APPLICANT, STAND_IN, HOLDER = "applicant", "proxy", "holder"
PERSON = (_NIK, _NAME, _PHONE, _EMAIL, _ADDRESS)
ORGANISATION = (_NAME, _NIB, _NPWP, _CONTACT, _ADDRESS)
PROXY = (_NIK, _NAME, _PHONE, _RELATION)
ROLES: Mapping[str, Text] = {
    APPLICANT: {"id": "Pemohon", "en": "Applicant"},
    STAND_IN: {"id": "Kuasa", "en": "Proxy"},
    HOLDER: {"id": "Pemegang izin", "en": "Holder"},
}


@dataclass(frozen=True)
class Named:
    """Somebody who is named, under the name of the field that a correction has for them."""

    role: str
    details: JsonObject

    @property
    def form(self) -> tuple[FormField, ...]:
        """What may be corrected, each field required where it must not be taken out."""
        if self.role == STAND_IN:
            return PROXY
        return ORGANISATION if self.details.get("kind") == "organisation" else PERSON

    @property
    def group(self) -> FormField:
        """The same as one field of a form; a correction names only what it corrects."""
        return FormField(self.role, "group", ROLES[self.role], required=False, fields=partial(self.form))

    def corrected(self, given: JsonObject) -> PersonCorrected | None:
        """The correction by these details, which are right by themselves; None where nothing would change.

        An optional detail given as null is taken out.
        """
        changed = {name: value for name, value in given.items() if value != self.details.get(name)}
        former = {name: self.details.get(name) for name in changed}
        return PersonCorrected(self.role, changed, former) if changed else None


def partial(form: Sequence[FormField]) -> tuple[FormField, ...]:
    """The form with none of its fields required; a group in it comes whole."""
    return tuple(replace(field, required=False) for field in form)


def named_in(applicant: JsonObject | None, proxy: JsonObject | None, form: tuple[FormField, ...]) -> list[Named]:
    """Who is named in a case. A service whose own form has a field of that name keeps it for itself."""
    taken = {field.name for field in form}
    found = {APPLICANT: applicant, STAND_IN: proxy}
    return [Named(role, who) for role, who in found.items() if who is not None and role not in taken]


def with_correction(details: JsonObject, correction: PersonCorrected) -> JsonObject:
    """The details as they are after it."""
    after = {**details, **correction.values}
    return {name: value for name, value in after.items() if value is not None}


def malformed(given: JsonObject, path: str) -> list[FieldError]:
    """The details that have a shape of their own, and not that one."""
    errors = []
    for name, (pattern, code, example) in _PATTERNS.items():
        value = given.get(name)
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            errors.append(FieldError(f"{path}.{name}", code, {"example": example}))
    contact = given.get("contact")
    return errors + (malformed(contact, f"{path}.contact") if isinstance(contact, Mapping) else [])

"""Persons and organisations in an answer: in full to who acts on a case, masked in lists; and residents."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
from services.gateway.api.responses.common import Out, day, text, truth


class MaskedApplicant(Out):
    """An applicant as lists show one: numbers masked, and the name of a person."""

    kind = text(description="person or organisation", example="person")
    name = fields.String(metadata=about("Of a person masked", "W**** C***** 01"))
    nik = fields.String(metadata=about("Masked", "351599******9990"))
    phone = fields.String(metadata=about("Masked", "+62812*****90"))


class Reachable(Out):
    """Whom to reach at an organisation."""

    name = text()
    phone = fields.String()
    email = fields.String()


class Applicant(Out):
    """Whose matter it is: a person with a NIK, or an organisation with whom to reach there."""

    kind = text(description="person or organisation", example="person")
    name = fields.String()
    nik = fields.String()
    phone = fields.String()
    email = fields.String()
    address = fields.String()
    nib = fields.String()
    npwp = fields.String()
    contact = fields.Nested(Reachable, metadata=about("Whom to reach at an organisation"))


class Representative(Out):
    """Who stands at the counter for the applicant."""

    nik = text()
    name = text()
    phone = fields.String()
    relation = fields.String()


class Resident(Out):
    """A resident, as far as a form needs it."""

    nik = text()
    name = text(description="As the register writes it", example="Warga Contoh 01")
    birth_date = day("As the register has it")
    family_card = text(description="Number of the family card (KK)", example="3515991203909991")
    deceased = truth("Registered as deceased: nothing begins for them")

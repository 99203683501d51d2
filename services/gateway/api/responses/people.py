"""Persons and organisations in an answer: in full to who acts on a case, masked in lists; and residents."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
from services.gateway.api.responses.common import Out, day, many, moment, text, truth, whole


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


class FamilyMember(Out):
    """Somebody on a family card, masked: enough to see whether it is the family, and not to write anybody down."""

    nik = text(description="But for the last four digits masked", example="************9990")
    name = text(description="But for the first letters masked", example="W**** C***** **")
    birth_year = whole("As the register has it", 1980)
    sex = text(description="male or female", example="female")
    deceased = truth("Registered as deceased")


class Family(Out):
    """A family card with its people."""

    family_card = text(description="Number of the family card (KK)", example="3515990101209990")
    region = text(description="The village of the family", example="35.15.14.2013")
    members = many(fields.Nested(FamilyMember), "Its people, the oldest first")


class Look(Out):
    """That somebody was looked at in the register of residents."""

    at = moment("When")
    account = text(description="The account that looked", example="petugas.sukodono")
    office = text(description="The office for which it did", example="35.15.14.2013")
    purpose = text(description="The code of the service that it was for", example="PRZ-SIP-DR")
    found = truth("Whether there was such a resident")


class Looks(Out):
    """The newest looks at a person."""

    items = many(fields.Nested(Look), "The newest first, a hundred at most")


class LookAlarm(Out):
    """An account that looked at more persons in an hour than a counter needs."""

    account = text(description="The account", example="petugas.sukodono")
    hour = moment("When the hour began")
    looks = whole("At how many persons it looked", 75)


class LookAlarms(Out):
    """What the privacy officer should ask about."""

    above = whole("More looks than this in an hour are an alarm", 60)
    items = many(fields.Nested(LookAlarm), "Of the last 30 days, the newest first")

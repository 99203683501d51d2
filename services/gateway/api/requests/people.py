"""Who stands in an application: citizens, organisations, and who stands at the counter for them."""

from __future__ import annotations

from typing import Unpack

from mpp.casework.bounds import NAME_MAX
from mpp.identity.names import tidy_name
from mpp.identity.phone import parse_phone
from mpp.web.schemas.fields import Choice, Object, Options, Strict, Text
from mpp.web.schemas.words import about

EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"


class Name(Text):
    """The name of somebody: one line, with a letter in it."""

    def read(self, text: str) -> str:
        return tidy_name(text)


class PhoneNumber(Text):
    """A phone number, as people write it."""

    def read(self, text: str) -> str:
        return parse_phone(text).e164


class Number(Text):
    """A number of digits; a blank that was pasted along does no harm."""

    pasted = True


def nik_text(**options: Unpack[Options]) -> Text:
    """A NIK; whether it can be one is checked beside the schema."""
    return Number(min=16, max=16, pattern=r"[0-9]{16}", example="3515990101809990", code="invalid_nik", **options)


def family_card_text(**options: Unpack[Options]) -> Text:
    """The number of a family card; whether it can be one is checked by the register."""
    return Number(min=16, max=16, pattern=r"[0-9]{16}", example="3515990101209990", **options)


def _name(**options: Unpack[Options]) -> Text:
    return Name(max=NAME_MAX, **options)


def _phone(**options: Unpack[Options]) -> Text:
    return PhoneNumber(max=24, **options)


def _email(**options: Unpack[Options]) -> Text:
    return Text(max=120, pattern=EMAIL, example="warga@contoh.id", code="invalid_email", **options)


class Person(Strict):
    """A citizen."""

    kind = Choice("person", required=True)
    nik = nik_text(required=True)
    name = _name(required=True)
    phone = _phone()
    email = _email()
    address = Text(max=300, lines=True)


class Contact(Strict):
    """Whom to reach at an organisation."""

    name = _name(required=True)
    phone = _phone()
    email = _email()


class Organisation(Strict):
    """A company, a foundation, an office."""

    kind = Choice("organisation", required=True)
    name = _name(required=True)
    nib = Number(max=13, pattern=r"[0-9]{13}", example="1234567890123")
    npwp = Number(max=16, pattern=r"[0-9]{15,16}", example="3515990101809990")
    contact = Object(Contact, required=True, metadata=about("Whom to reach there"))
    address = Text(max=300, lines=True)


class Proxy(Strict):
    """Who stands at the counter for the applicant."""

    nik = nik_text(required=True)
    name = _name(required=True)
    phone = _phone()
    relation = Text(max=60)

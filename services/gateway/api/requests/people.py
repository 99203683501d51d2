"""Who stands in an application: citizens, organisations, and who stands at the counter for them."""

from __future__ import annotations

from typing import Unpack

from mpp.casework.bounds import NAME_MAX
from mpp.web.schemas.fields import Choice, Object, Options, Strict, Text

NAME = r"[^\x00-\x1f\x7f]+"
EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"


def nik_text(**options: Unpack[Options]) -> Text:
    """A NIK; whether it can be one is checked beside the schema."""
    return Text(min=16, max=16, pattern=r"[0-9]{16}", code="invalid_nik", **options)


def _name(**options: Unpack[Options]) -> Text:
    return Text(max=NAME_MAX, pattern=NAME, **options)


def _phone(**options: Unpack[Options]) -> Text:
    return Text(max=24, **options)


def _email(**options: Unpack[Options]) -> Text:
    return Text(max=120, pattern=EMAIL, code="invalid_email", **options)


class Person(Strict):
    """A citizen."""

    kind = Choice("person", required=True)
    nik = nik_text(required=True)
    name = _name(required=True)
    phone = _phone()
    email = _email()
    address = Text(max=300)


class Contact(Strict):
    """Whom to reach at an organisation."""

    name = _name(required=True)
    phone = _phone()
    email = _email()


class Organisation(Strict):
    """A company, a foundation, an office."""

    kind = Choice("organisation", required=True)
    name = _name(required=True)
    nib = Text(max=13, pattern=r"[0-9]{13}")
    npwp = Text(max=16, pattern=r"[0-9]{15,16}")
    contact = Object(Contact, required=True)
    address = Text(max=300)


class Proxy(Strict):
    """Who stands at the counter for the applicant."""

    nik = nik_text(required=True)
    name = _name(required=True)
    phone = _phone()
    relation = Text(max=60)

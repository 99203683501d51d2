"""What was typed so far, for a form that is printed before there is a case."""

from __future__ import annotations

from mpp.casework.bounds import NAME_MAX
from mpp.web.schemas.fields import ByKind, Choice, Object, OpenObject, Strict, Text
from mpp.web.schemas.words import about
from services.gateway.api.requests.cases import SERVICE_CODE
from services.gateway.api.requests.people import EMAIL, Name, Number, PhoneNumber, nik_text

FORM_CODE = r"[A-Z0-9]+(?:[.-][A-Z0-9]+)*"


class PersonSoFar(Strict):
    """A citizen, as far as it was typed."""

    kind = Choice("person", required=True)
    nik = nik_text()
    name = Name(max=NAME_MAX)
    phone = PhoneNumber(max=24)
    email = Text(max=120, pattern=EMAIL, example="warga@contoh.id", code="invalid_email")
    address = Text(max=300, lines=True)


class OrganisationSoFar(Strict):
    """A company, a foundation, an office, as far as it was typed."""

    kind = Choice("organisation", required=True)
    name = Name(max=NAME_MAX)
    nib = Number(max=13, pattern=r"[0-9]{13}", example="1234567890123")
    npwp = Number(max=16, pattern=r"[0-9]{15,16}", example="3515990101809990")
    address = Text(max=300, lines=True)


class ProxySoFar(Strict):
    """Who stands at the counter for the applicant, as far as it was typed."""

    nik = nik_text()
    name = Name(max=NAME_MAX)
    phone = PhoneNumber(max=24)
    relation = Text(max=60)


class FormSoFar(Strict):
    """What the form is for, and what is known: what is left out is left for the pen."""

    service = Text(max=32, pattern=SERVICE_CODE, example="ADM-LHR-01", required=True)
    applicant = ByKind({"person": PersonSoFar, "organisation": OrganisationSoFar}, metadata=about("Whose matter it is"))
    proxy = Object(ProxySoFar, metadata=about("Who stands at the counter for the applicant"))
    data = OpenObject(metadata=about("Fields of the service's form; none must be there", {"place": "Sidoarjo"}))

"""What comes in through the gateway: the envelope of each request. The owning service checks `data` itself."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from mpp.casework.access.actors import ROLES
from mpp.web.schemas.fields import Bool, ByKind, Choice, Int, ListOf, Object, OpenObject, Strict, Text
from mpp.web.schemas.pagination import DEFAULT_LIMIT, MAX_LIMIT
from services.gateway.accounts.administration import PASSWORD_MIN

NAME = r"[^\x00-\x1f\x7f]+"
EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
SERVICE_CODE = r"[A-Z0-9]+(-[A-Z0-9]+)*"


def _name(**kwargs: Any) -> Text:
    return Text(max=120, pattern=NAME, **kwargs)


def _phone(**kwargs: Any) -> Text:
    return Text(max=24, **kwargs)


def _email(**kwargs: Any) -> Text:
    return Text(max=120, pattern=EMAIL, code="invalid_email", **kwargs)


class Person(Strict):
    """A citizen."""

    kind = Choice("person", required=True)
    nik = Text(min=16, max=16, pattern=r"[0-9]{16}", code="invalid_nik", required=True)
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

    nik = Text(min=16, max=16, pattern=r"[0-9]{16}", code="invalid_nik", required=True)
    name = _name(required=True)
    phone = _phone()
    relation = Text(max=60)


class OpenCase(Strict):
    """A new case. The fields of `data` are those of the service's form in the catalogue."""

    service = Text(max=32, pattern=SERVICE_CODE, required=True)
    applicant = ByKind({"person": Person, "organisation": Organisation})
    proxy = Object(Proxy)
    data = OpenObject(required=True)
    anonymous = Bool()
    secret = Bool()


class Act(Strict):
    """One step on a case."""

    action = Text(max=64, pattern=r"[a-z][a-z0-9_]*", required=True)
    note = Text(max=2000)
    data = OpenObject()


class PaymentReport(Strict):
    """A levy that was paid: number of the assessment (SKRD), whole rupiah, moment, and the bank's own reference."""

    number = Text(max=120, required=True)
    amount = Int(min=1, max=10**13, required=True)
    paid_at = Text(
        max=40, pattern=r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", required=True
    )
    reference = Text(max=64, pattern=r"[A-Za-z0-9._/-]+", required=True)


class SettlePayment(Strict):
    """What became of money that was not applied, and what shows it."""

    outcome = Choice("returned", "counted_elsewhere", required=True)
    note = Text(max=2000, required=True)


class Empty(Strict):
    """Nothing to say: `{}`."""


class CalendarTable(Strict):
    """An override table of the working calendar: the text of the file."""

    name = Text(max=200, required=True)
    source = Text(max=50_000, required=True)


class DeadlineQuery(Strict):
    """From when, how long, and by the service hours of which kind of office."""

    start = Text(max=40, pattern=r"[0-9T:.Z+-]+", required=True)
    duration = Text(max=8, pattern=r"[0-9]+(wd|d|h|min)", required=True)
    office = Text(max=40, pattern=r"[a-z_]+", load_default="opd")
    roll = Bool()


class Book(Strict):
    """One book of legal numbers."""

    office = Text(max=64, pattern=r"[A-Za-z0-9.-]+", required=True)
    series = Text(max=64, pattern=r"[A-Za-z0-9_.-]+", required=True)
    year = Int(min=2000, max=9999, required=True)


class BookQuery(Book):
    """A page of a book."""

    after = Int(min=0, max=9_999_999)


class StartBook(Book):
    """The newest number of the paper book."""

    last = Int(min=0, max=9_999_999, required=True)
    check = Bool()  # only say whether it could be done


class VoidNumber(Book):
    """The number, without its template, and why."""

    seq = Int(min=1, max=9_999_999, required=True)
    reason = Text(max=500, required=True)


class Login(Strict):
    """OAuth2's password form."""

    username = Text(max=120, required=True)
    password = Text(max=256, required=True)
    grant_type = Choice("password")
    scope = Text(min=0, max=120)
    client_id = Text(min=0, max=120)


_ACCOUNT = r"[a-z0-9][a-z0-9._-]*"


class Assigned(Strict):
    """One role at one office."""

    office = Text(max=64, pattern=r"[A-Za-z0-9.-]+", required=True)
    role = Choice(*ROLES, required=True)


class CreateAccount(Strict):
    """An account and its first password."""

    account = Text(min=3, max=64, pattern=_ACCOUNT, required=True)
    password = Text(min=PASSWORD_MIN, max=256, required=True)
    assignments = ListOf(fields.Nested(Assigned), max=20, required=True)


class ChangeAccount(Strict):
    """What becomes different."""

    account = Text(min=1, max=120, required=True)
    disabled = Bool()
    password = Text(min=PASSWORD_MIN, max=256)
    assignments = ListOf(fields.Nested(Assigned), max=20)


class AccountsQuery(Strict):
    """A page of accounts."""

    after = Text(max=120)
    limit = Int(min=1, max=500, load_default=100)


class PageQuery(Strict):
    """A keyset page."""

    limit = Int(min=1, max=MAX_LIMIT, load_default=DEFAULT_LIMIT)
    cursor = Text(max=1024, pattern=r"[A-Za-z0-9_-]+")


class ListQuery(PageQuery):
    """Which cases of a collection."""

    state = Text(max=64, pattern=r"[a-z][a-z0-9_]*")
    service = Text(max=32, pattern=SERVICE_CODE)
    office = Text(max=64, pattern=r"[A-Za-z0-9.-]+")
    overdue = Bool()
    escalated = Bool()
    unapplied_payment = Bool()
    q = Text(max=64, pattern=r"[A-Za-z0-9][A-Za-z0-9 ./-]*")


class UploadQuery(Strict):
    """What the file is for: the code of a requirement of the service."""

    requirement = Text(max=64, pattern=r"[a-z][a-z0-9_]*", required=True)


class FeedQuery(Strict):
    """Events after a cursor."""

    after = Text(max=19, pattern=r"[0-9]+")
    type = Text(max=120, pattern=r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?")
    limit = Int(min=1, max=500, load_default=100)


class CatalogueQuery(Strict):
    """Which services."""

    collection = Text(max=32, pattern=r"[a-z_]+")

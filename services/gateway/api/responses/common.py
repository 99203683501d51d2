"""What goes out, for the OpenAPI document; every object may gain fields within a version."""

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, Schema, fields


class Out(Schema):
    """An answer; readers ignore fields they do not know."""

    class Meta:
        unknown = INCLUDE


def text(**kwargs: Any) -> fields.String:
    return fields.String(required=True, **kwargs)


def moment(**kwargs: Any) -> fields.String:
    return fields.String(required=True, metadata={"format": "date-time"}, **kwargs)


def many(inner: Any) -> fields.List[Any]:
    return fields.List(inner, required=True)


class Bilingual(Out):
    """A text for people."""

    id = text()
    en = text()


def label() -> fields.Nested:
    return fields.Nested(Bilingual, required=True)


class ProblemField(Out):
    """One field that cannot stand."""

    field = text(metadata={"description": "Dotted path in the body, or the name of a parameter or header"})
    code = text()
    message = text()


class Problem(Out):
    """RFC 9457; `code` is stable, `instance` names the request in our logs."""

    type = text()
    title = text()
    status = fields.Integer(required=True)
    detail = text()
    code = text()
    instance = text()
    errors = fields.List(fields.Nested(ProblemField))


class Token(Out):
    """OAuth2's token answer."""

    access_token = text()
    token_type = text()
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds"})


class Assignment(Out):
    """One role at one office."""

    office = text()
    role = text()


class Me(Out):
    """An account."""

    account = text()
    assignments = many(fields.Nested(Assignment))


class Payment(Out):
    """A payment as it was recorded. `status` is `paid`, or `not_applied`: the money is on record and the mall sees to
    it; the bank need not report it again."""

    number = text()
    amount = fields.Integer(required=True)
    reference = text()
    paid_at = fields.String(required=True, metadata={"format": "date-time"})
    status = text()


class ServiceSummary(Out):
    """A service of the mall; `fee` in whole rupiah, `sla` as 3wd (working days), 60d or 10h."""

    code = text()
    version = fields.Integer(required=True)
    collection = text()
    name = label()
    owner = text()
    level = text()
    sla = text()
    fee = fields.Integer(required=True, allow_none=True)
    applicant = text()
    anonymous_allowed = fields.Boolean(required=True)


class ServiceList(Out):
    """The catalogue."""

    items = many(fields.Nested(ServiceSummary))


class Service(ServiceSummary):
    """One service with what must be published, what to bring and what to fill in.

    `when` of a requirement or a track: only where the form's `field` has one of the values `is`. `previous`: the kinds
    of application that build on an earlier permit. `region_sets`: what the region decides, not a law.
    """

    standard = fields.Dict(required=True)
    requirements = many(fields.Dict())
    form = many(fields.Dict())
    validity_years = fields.Integer(required=True, allow_none=True)
    deemed_approval = fields.Boolean(required=True)
    tracks = many(fields.Dict())
    previous = fields.Dict(required=True, allow_none=True)
    levy = fields.Dict(required=True, allow_none=True)
    region_sets = many(fields.String())


class CloudEvent(Out):
    """CloudEvents 1.0 in JSON, with our extensions."""

    specversion = text()
    id = text()
    type = text()
    source = text()
    subject = text()
    subjectversion = fields.Integer(required=True)
    time = moment()
    region = text()
    correlationid = text()
    causationid = fields.String()
    dataclassification = text()
    datacontenttype = text()
    data = fields.Dict(required=True)


class EventPage(Out):
    """Send `next` as `after`, always; `more` says that there are more events already."""

    items = many(fields.Nested(CloudEvent))
    next = text()
    more = fields.Boolean(required=True)


class DeadLetters(Out):
    """Events that a service could not act on."""

    items = many(fields.Dict())
    unavailable = fields.List(fields.String())


class CalendarTables(Out):
    """Override tables in effect, per service, oldest first: a later one wins."""

    items = many(fields.Dict())
    unavailable = fields.List(fields.String())


class Counted(Out):
    """A deadline, the days that did not count, and which services count by the same calendar."""

    deadline = moment()
    date = text()
    day_zero = text()
    skipped = many(fields.Dict())
    calendar_complete = fields.Boolean(required=True)
    notice = fields.String()
    calendar = text()
    services = many(fields.String())
    others = many(fields.String())
    unavailable = many(fields.String())


class LegalNumber(Out):
    """One line of a book; `voided` says why, when and by whom."""

    seq = fields.Integer(required=True)
    number = text()
    case = text()
    issued_at = moment()
    voided = fields.Dict(allow_none=True)


class NumberBook(Out):
    """A book: where the mall began, its newest number, and a page of its lines (`next`: send it as `after`)."""

    office = text()
    series = text()
    year = fields.Integer(required=True)
    first = fields.Integer(required=True)
    last = fields.Integer(required=True)
    items = fields.List(fields.Nested(LegalNumber))
    next = fields.Integer(allow_none=True)


class DeadLetter(Out):
    """One of them, with its reason."""

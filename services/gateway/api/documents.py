"""What goes out, for the OpenAPI document; every object may gain fields within a version."""

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, Schema, fields, validate


class Out(Schema):
    """An answer; readers ignore fields they do not know."""

    class Meta:
        unknown = INCLUDE


def _text(**kwargs: Any) -> fields.String:
    return fields.String(required=True, **kwargs)


def _moment(**kwargs: Any) -> fields.String:
    return fields.String(required=True, metadata={"format": "date-time"}, **kwargs)


def _list(inner: Any) -> fields.List[Any]:
    return fields.List(inner, required=True)


class Bilingual(Out):
    """A text for people."""

    id = _text()
    en = _text()


def _label() -> fields.Nested:
    return fields.Nested(Bilingual, required=True)


class ProblemField(Out):
    """One field that cannot stand."""

    field = _text(metadata={"description": "Dotted path in the body, or the name of a parameter or header"})
    code = _text()
    message = _text()


class Problem(Out):
    """RFC 9457; `code` is stable, `instance` names the request in our logs."""

    type = _text()
    title = _text()
    status = fields.Integer(required=True)
    detail = _text()
    code = _text()
    instance = _text()
    errors = fields.List(fields.Nested(ProblemField))


class Token(Out):
    """OAuth2's token answer."""

    access_token = _text()
    token_type = _text()
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds"})


class Assignment(Out):
    """One role at one office."""

    office = _text()
    role = _text()


class Me(Out):
    """An account."""

    account = _text()
    assignments = _list(fields.Nested(Assignment))


class ServiceName(Out):
    """The service type that a case follows."""

    code = _text()
    version = fields.Integer(required=True)
    name = _label()


class Allowed(Out):
    """An action that the reader may take now: what it needs (note, data), and the fields of its data."""

    action = _text()
    label = _label()
    needs = fields.List(fields.String())
    data = fields.List(fields.Dict())


class Waiting(Out):
    """On whom an open case waits, since when, why, and since when it is overdue."""

    on = _label()
    since = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    why = _label()
    overdue_since = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class Promise(Out):
    """The promised date and every move of it."""

    due_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    calendar_complete = fields.Boolean(required=True)
    moved = _list(fields.Dict())


class CasePermit(Out):
    """The permit that the case led to: its entry in the register."""

    id = _text(metadata={"format": "uuid"})
    number = _text()
    status = _text()
    valid_from = _text(metadata={"format": "date"})
    valid_until = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    verification = fields.Dict(required=True)


class Levy(Out):
    """What the applicant has to pay (SKRD), in whole rupiah. `state` is open or paid; `how` is bank or proof."""

    number = _text()
    amount = fields.Integer(required=True)
    due_on = _text(metadata={"format": "date"})
    state = fields.String(required=True, validate=validate.OneOf(["open", "paid"]))
    overdue_since = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    paid_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    how = fields.String(required=True, allow_none=True)


class CasePayment(Out):
    """Money that was paid on an assessment of the case. `status`: applied, waiting (the case cannot go on yet),
    unapplied (a person has to see to it, `reason` says why) or settled."""

    id = _text(metadata={"format": "uuid"})
    number = _text()
    amount = fields.Integer(required=True)
    paid_at = _moment()
    how = _text()
    reference = fields.String(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    status = _text()
    reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class Case(Out):
    """A case. Personal data is masked in lists."""

    id = _text(metadata={"format": "uuid"})
    tracking_code = _text()
    service = fields.Nested(ServiceName, required=True)
    state = _text()
    state_label = _label()
    version = fields.Integer(required=True)
    collection = fields.String()
    applicant = fields.Raw(allow_none=True)
    proxy = fields.Raw(allow_none=True)
    data = fields.Dict()
    may_attach = fields.Boolean()
    waiting = fields.Nested(Waiting, allow_none=True)
    promise = fields.Nested(Promise)
    escalated = fields.String(allow_none=True)
    signed_as = fields.Nested(Bilingual, allow_none=True)
    permit = fields.Nested(CasePermit, allow_none=True)
    levy = fields.Nested(Levy, allow_none=True)
    payments = fields.List(fields.Nested(CasePayment))
    office_of_origin = fields.String(allow_none=True)
    office = fields.String(allow_none=True)
    region = fields.String(allow_none=True)
    submitted_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    due_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    calendar_complete = fields.Boolean(allow_none=True)
    held = fields.Dict(allow_none=True)
    document_number = fields.String(allow_none=True)
    requirements = fields.List(fields.Dict())
    tasks = fields.List(fields.Dict())
    timeline = fields.List(fields.Dict())
    actions = _list(fields.Nested(Allowed))


class Opened(Case):
    """A new case with the secret that only the applicant gets."""

    secret = fields.String(allow_none=True)


class Document(Out):
    """A document of a case; `sha256` is of its content, `by` the account that handed it in, or the applicant."""

    id = _text(metadata={"format": "uuid"})
    requirement = _text()
    name = _text()
    type = _text()
    size = fields.Integer(required=True, metadata={"description": "Bytes"})
    uploaded_at = _moment()
    by = _text()
    sha256 = _text()


class Attached(Case):
    """The case after a document was handed in."""

    document = fields.Nested(Document, required=True)


class CaseList(Out):
    """A page; `next` is null on the last one."""

    items = _list(fields.Dict())
    next = fields.String(required=True, allow_none=True)


class WorkItem(Out):
    """An open task."""

    task_id = _text()
    case_id = _text(metadata={"format": "uuid"})
    collection = _text()
    tracking_code = _text()
    service = fields.Raw(required=True)
    state = _text()
    state_label = _label()
    office = _text()
    role = _text()
    due_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    claimed_by = fields.String(allow_none=True)
    paper = fields.String(
        allow_none=True,
        metadata={"description": "Of the papers that the mall issues, the worst: failed, lost or awaited"},
    )


class Worklist(Out):
    """Tasks by due date, undated ones last; `unavailable` names collections that did not answer."""

    items = _list(fields.Nested(WorkItem))
    next = fields.String(required=True, allow_none=True)
    unavailable = _list(fields.String())


class TrackedService(Out):
    """The service in words."""

    code = fields.String()
    name = _label()


class Track(Out):
    """Where a case stands, without personal data."""

    tracking_code = _text()
    service = fields.Nested(TrackedService, required=True)
    state_label = _label()
    next_step = _label()
    waiting_on = _label()
    submitted_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    due_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    calendar_complete = fields.Boolean(required=True, allow_none=True)
    waiting = fields.Nested(Waiting, allow_none=True)


class Payment(Out):
    """A payment as it was recorded. `status` is `paid`, or `not_applied`: the money is on record and the mall sees to
    it; the bank need not report it again."""

    number = _text()
    amount = fields.Integer(required=True)
    reference = _text()
    paid_at = fields.String(required=True, metadata={"format": "date-time"})
    status = _text()


class ServiceSummary(Out):
    """A service of the mall; `fee` in whole rupiah, `sla` as 3wd (working days), 60d or 10h."""

    code = _text()
    version = fields.Integer(required=True)
    collection = _text()
    name = _label()
    owner = _text()
    level = _text()
    sla = _text()
    fee = fields.Integer(required=True, allow_none=True)
    applicant = _text()
    anonymous_allowed = fields.Boolean(required=True)


class ServiceList(Out):
    """The catalogue."""

    items = _list(fields.Nested(ServiceSummary))


class Service(ServiceSummary):
    """One service with what must be published, what to bring and what to fill in.

    `when` of a requirement or a track: only where the form's `field` has one of the values `is`. `previous`: the kinds
    of application that build on an earlier permit. `region_sets`: what the region decides, not a law.
    """

    standard = fields.Dict(required=True)
    requirements = _list(fields.Dict())
    form = _list(fields.Dict())
    validity_years = fields.Integer(required=True, allow_none=True)
    deemed_approval = fields.Boolean(required=True)
    tracks = _list(fields.Dict())
    previous = fields.Dict(required=True, allow_none=True)
    levy = fields.Dict(required=True, allow_none=True)
    region_sets = _list(fields.String())


class CloudEvent(Out):
    """CloudEvents 1.0 in JSON, with our extensions."""

    specversion = _text()
    id = _text()
    type = _text()
    source = _text()
    subject = _text()
    subjectversion = fields.Integer(required=True)
    time = _moment()
    region = _text()
    correlationid = _text()
    causationid = fields.String()
    dataclassification = _text()
    datacontenttype = _text()
    data = fields.Dict(required=True)


class EventPage(Out):
    """Send `next` as `after`, always; `more` says that there are more events already."""

    items = _list(fields.Nested(CloudEvent))
    next = _text()
    more = fields.Boolean(required=True)


class DeadLetters(Out):
    """Events that a service could not act on."""

    items = _list(fields.Dict())
    unavailable = fields.List(fields.String())


class CalendarTables(Out):
    """Override tables in effect, per service, oldest first: a later one wins."""

    items = _list(fields.Dict())
    unavailable = fields.List(fields.String())


class Counted(Out):
    """A deadline, the days that did not count, and which services count by the same calendar."""

    deadline = _moment()
    date = _text()
    day_zero = _text()
    skipped = _list(fields.Dict())
    calendar_complete = fields.Boolean(required=True)
    notice = fields.String()
    calendar = _text()
    services = _list(fields.String())
    others = _list(fields.String())
    unavailable = _list(fields.String())


class LegalNumber(Out):
    """One line of a book; `voided` says why, when and by whom."""

    seq = fields.Integer(required=True)
    number = _text()
    case = _text()
    issued_at = _moment()
    voided = fields.Dict(allow_none=True)


class NumberBook(Out):
    """A book: where the mall began, its newest number, and a page of its lines (`next`: send it as `after`)."""

    office = _text()
    series = _text()
    year = fields.Integer(required=True)
    first = fields.Integer(required=True)
    last = fields.Integer(required=True)
    items = fields.List(fields.Nested(LegalNumber))
    next = fields.Integer(allow_none=True)


class DeadLetter(Out):
    """One of them, with its reason."""

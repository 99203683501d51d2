"""What the routes of cases answer: the case, its lists, the worklist, the public track."""

from __future__ import annotations

from marshmallow import fields, validate

from services.gateway.api.responses.case_parts import CaseLine, Document, Requirement, Task, TimelineEntry
from services.gateway.api.responses.common import Bilingual, Out, label, many, moment, text
from services.gateway.api.responses.payments import CasePayment


class ServiceName(Out):
    """The service type that a case follows."""

    code = text()
    version = fields.Integer(required=True)
    name = label()


class Allowed(Out):
    """An action that the reader may take now: what it needs (note, data), and the fields of its data."""

    action = text()
    label = label()
    needs = fields.List(fields.String())
    data = fields.List(fields.Dict())


class Waiting(Out):
    """On whom an open case waits, since when, why, and since when it is overdue."""

    on = label()
    since = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    why = label()
    overdue_since = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class Stopped(Out):
    """Since when the clock of a case stands still, and why."""

    at = moment()
    why = label()


class Promise(Out):
    """What was promised first (`given`), what is promised now (`due_at`, null while the clock stands still), and every
    move between them; why it is an estimate where the calendar is not complete (`doubts`)."""

    given = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    due_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    calendar_complete = fields.Boolean(required=True)
    doubts = fields.List(fields.Nested(Bilingual))
    moved = many(fields.Dict())
    stopped = fields.Nested(Stopped, required=True, allow_none=True)


class CasePermit(Out):
    """The permit that the case led to: its entry in the register."""

    id = text(format="uuid")
    number = text()
    status = text()
    valid_from = text(format="date")
    valid_until = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    verification = fields.Dict(required=True)


class Levy(Out):
    """What the applicant has to pay (SKRD), in whole rupiah. `state` is open or paid; `how` is bank or proof."""

    number = text()
    amount = fields.Integer(required=True)
    due_on = text(format="date")
    state = fields.String(required=True, validate=validate.OneOf(["open", "paid"]))
    overdue_since = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    paid_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    how = fields.String(required=True, allow_none=True)


class CaseWarning(Out):
    """What is no mistake and may be one, for whoever decides to look at: `place_alike` (another permit of the applicant
    may be for this very place)."""

    code = text()
    field = text()
    text = label()


class Case(Out):
    """A case. Personal data is masked in lists."""

    id = text(format="uuid")
    tracking_code = text()
    service = fields.Nested(ServiceName, required=True)
    state = text()
    state_label = label()
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
    office_of_origin_name = fields.String(allow_none=True)
    office = fields.String(allow_none=True)
    office_name = fields.String(allow_none=True)
    region = fields.String(allow_none=True)
    region_name = fields.String(allow_none=True)
    submitted_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    due_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    calendar_complete = fields.Boolean(allow_none=True)
    held = fields.Dict(allow_none=True)
    document_number = fields.String(allow_none=True)
    requirements = fields.List(fields.Nested(Requirement))
    tasks = fields.List(fields.Nested(Task))
    timeline = fields.List(fields.Nested(TimelineEntry))
    actions = many(fields.Nested(Allowed))
    warnings = fields.List(fields.Nested(CaseWarning))


class Opened(Case):
    """A new case with the secret that only the applicant gets."""

    secret = fields.String(allow_none=True)


class NewSecret(Out):
    """The secret that holds from now on; `issue` counts those that were given after the one of the filing."""

    id = text(format="uuid")
    tracking_code = text()
    issue = fields.Integer(required=True)
    secret = text()


class Note(Out):
    """What the sender of a document is told; `text` is a sentence in the language of the request."""

    code = text()
    text = text()


class Attached(Case):
    """The case after a document was handed in."""

    document = fields.Nested(Document, required=True)
    notes = fields.List(
        fields.Nested(Note),
        metadata={
            "description": "What was done to a photo on its way, or what it goes on telling: `tail_removed`, "
            "`traces_removed`, `traces_kept`"
        },
    )


class CaseList(Out):
    """A page; `next` is null on the last one."""

    items = many(fields.Nested(CaseLine))
    next = fields.String(required=True, allow_none=True)


class WorkItem(Out):
    """An open task."""

    task_id = text()
    case_id = text(format="uuid")
    collection = text()
    tracking_code = text()
    service = fields.Raw(required=True)
    state = text()
    state_label = label()
    office = text()
    office_name = fields.String(allow_none=True)
    role = text()
    due_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    claimed_by = fields.String(allow_none=True)
    paper = fields.String(
        allow_none=True,
        metadata={"description": "Of the papers that the mall issues, the worst: failed, lost or awaited"},
    )


class Worklist(Out):
    """Tasks by due date, undated ones last; `unavailable` names collections that did not answer."""

    items = many(fields.Nested(WorkItem))
    next = fields.String(required=True, allow_none=True)
    unavailable = many(fields.String())


class TrackedService(Out):
    """The service in words."""

    code = fields.String()
    name = label()


class Track(Out):
    """Where a case stands, without personal data."""

    tracking_code = text()
    service = fields.Nested(TrackedService, required=True)
    state_label = label()
    next_step = label()
    waiting_on = label()
    submitted_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    due_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    calendar_complete = fields.Boolean(required=True, allow_none=True)
    waiting = fields.Nested(Waiting, allow_none=True)
    promise = fields.Nested(Promise)

"""What a case is made of in an answer: its tasks, its timeline, its requirements, and a line of a list."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, label, many, maybe, moment, name_of, text

_AT: dict[str, str] = {"format": "date-time"}


class Task(Out):
    """Work that waits, or waited, at an office."""

    id = text(format="uuid")
    code = text(description="Which task of the service type", example="verification")
    office = text(description="The code of the office that it waits at", example="dpmptsp")
    office_name = name_of("office")
    role = text(description="The role that does it", example="verifier")
    opened_at = moment()
    due_at = maybe("Until when; null for a task without a time of its own, and while its clock stands still", **_AT)
    outcome = maybe("How it ended, such as done, approved or refused; null while it is open")
    closed_at = maybe("When it ended", **_AT)
    claimed_by = maybe("The account that has taken it, or that it was assigned to")


class TimelineEntry(Out):
    """One step of a case."""

    class Meta(Out.Meta):
        include = {
            "from": maybe("The state before; null for the first step"),
            "fields": fields.List(
                fields.String(), required=True, metadata={"description": "The fields that `amend` corrected"}
            ),
        }

    version = fields.Integer(required=True, metadata={"description": "The version of the case after the step"})
    at = moment()
    actor = text(description="An account, `applicant:<case>`, bank or system", example="petugas.sukodono")
    office = maybe("The code of the office at which the step was taken; null for the applicant and the mall")
    office_name = name_of("office")
    action = text(description="The code of the action", example="verify")
    to = text(description="The state after the step", example="recommendation")
    note = maybe("What whoever took the step wrote")


class Document(Out):
    """A document of a case; `sha256` is of its content, `by` the account that handed it in, or the applicant."""

    id = text(format="uuid")
    requirement = text(description="The code of the requirement that it is for", example="str")
    name = text(description="What a person called it", example="STR.pdf")
    type = text(description="Its media type", example="application/pdf")
    size = fields.Integer(required=True, metadata={"description": "Bytes", "example": 48_213})
    uploaded_at = moment()
    by = text(description="The account, or `applicant:<case>`", example="petugas.sukodono")
    sha256 = text(description="Of the content, in hexadecimal digits")


class Paper(Out):
    """What is known of a paper that the mall itself issues."""

    service = text(description="The service type that issues it", example="PRZ-KRK")
    status = text(description="there, awaited, failed or lost", example="awaited")
    source = text(description="The id of the case that it comes from")
    tracking_code = text(description="That of the case that it comes from", example="P0123456789V")
    document = maybe("The id of its record, once it was issued")
    number = maybe("Its legal number, once it was issued")
    reason = maybe("Why it failed or was lost")


class Requirement(Out):
    """A paper that the application needs."""

    code = text(description="What an upload names", example="str")
    name = label()
    required = fields.Boolean(required=True, metadata={"description": "Whether this very application needs it"})
    fulfilled = fields.Boolean(required=True, metadata={"description": "Seen at a counter, handed in, or issued"})
    documents = many(fields.Nested(Document))
    produced_by = maybe("The service type of the mall that issues it")
    paper = fields.Nested(Paper, required=True, allow_none=True)


class MaskedApplicant(Out):
    """An applicant as lists show one: numbers masked, and the name of a person."""

    kind = text(description="person or organisation", example="person")
    name = fields.String(metadata={"description": "Of a person masked", "example": "W**** C***** 01"})
    nik = fields.String(metadata={"description": "Masked", "example": "351599******9990"})
    phone = fields.String(metadata={"description": "Masked", "example": "+62812*****90"})


class CaseLine(Out):
    """A case in a list: the applicant masked."""

    id = text(format="uuid")
    tracking_code = text(description="The code on the receipt", example="P0123456789V")
    service = text(description="The code of the service type", example="PRZ-SIP-DR")
    state = text(description="The code of the state", example="submitted")
    state_label = label()
    applicant = fields.Nested(MaskedApplicant, required=True, allow_none=True)
    office_of_origin = text(description="The code of the office that took it in", example="35.15.14.2013")
    office_of_origin_name = name_of("office_of_origin")
    office = text(description="The code of the office where it is", example="dpmptsp")
    office_name = name_of("office")
    region = text(description="The Kemendagri code of where the matter is", example="35.15.14.2013")
    region_name = name_of("region")
    submitted_at = moment()
    due_at = maybe("The promised date; null while the clock stands still", **_AT)
    held = fields.Boolean(required=True, metadata={"description": "Whether it is on hold"})
    escalated = maybe("The highest step of the escalation ladder that was reached")
    document_number = maybe("The legal number of what it led to")

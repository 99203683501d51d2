"""What the worklist answers."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.case_parts import Signing
from services.gateway.api.responses.common import (
    Out,
    Page,
    Remaining,
    label,
    many,
    maybe,
    moment,
    moment_or_none,
    name_of,
    part_or_none,
    text,
    truth,
    whole,
)
from services.gateway.api.responses.people import MaskedApplicant


class WorkItem(Out):
    """An open task."""

    task_id = text(format="uuid")
    task = text(description="Which task of the service type", example="verification")
    case_id = text(format="uuid")
    collection = text()
    version = whole("How the case stood: what a step on it names in If-Match", 3)
    tracking_code = text()
    service = text()
    service_name = label("The name of the service type")
    state = text()
    state_label = label()
    office = text(description="The code of the office that it waits at", example="dpmptsp")
    office_name = name_of("office")
    role = text(description="The role that does it", example="verifier")
    role_name = label()
    applicant = part_or_none(MaskedApplicant, "Masked; null where there is none, or none who may be known")
    submitted_at = moment()
    changed_at = moment("When anything about the case became different last")
    due_at = moment_or_none("Until when; null for a task without a time of its own, and while its clock stands still")
    remaining = part_or_none(Remaining, "How much time is left; null where there is no date")
    claimed_by = maybe("The account that has taken it, or that it was assigned to", example="verifikator.dpmptsp")
    held = truth("Whether the case is on hold")
    being_signed = truth("Whether it was decided, and its paper waits for the signature")
    signing = part_or_none(Signing, "The decision of the case that waits for its paper; null where none does")
    paper = maybe("Of the papers that the mall issues, the worst: failed, lost or awaited", example="awaited")


class Worklist(Page):
    """Open tasks in the order asked for; by due date those without one come last."""

    items = many(fields.Nested(WorkItem))
    unavailable = many(fields.String(), "The collections that did not answer", "complaints")


class StateCount(Out):
    """How many tasks wait in a state."""

    state = text()
    state_label = label()
    total = whole("How many there are", 7)
    overdue = whole("How many of them are past their time", 1)


class ServiceCount(Out):
    """How many tasks of a service type wait."""

    service = text()
    service_name = label("The name of the service type")
    total = whole("How many there are", 12)
    overdue = whole("How many of them are past their time", 2)
    states = many(fields.Nested(StateCount), "The same, of each state in which some wait")


class OfficeCount(Out):
    """How many tasks wait at an office."""

    office = text(description="The code of the office", example="dpmptsp")
    office_name = name_of("office")
    total = whole("How many there are", 12)
    overdue = whole("How many of them are past their time", 2)


class WorklistCounts(Out):
    """How many open tasks one's offices have."""

    total = whole("How many there are", 19)
    overdue = whole("How many of them are past their time", 2)
    complete = truth("False where so many wait that only the most urgent were counted")
    online = whole("How many filings of applicants wait at one's offices to be accepted: no tasks yet", 3)
    services = many(fields.Nested(ServiceCount), "The same, of each service type of which some wait")
    offices = many(fields.Nested(OfficeCount), "The same, of each office at which some wait")
    unavailable = many(fields.String(), "The collections that did not answer", "complaints")

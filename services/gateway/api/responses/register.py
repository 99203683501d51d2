"""What goes out of the register of permits, for the OpenAPI document."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
from services.gateway.api.responses.case_parts import Signing
from services.gateway.api.responses.common import (
    CodeAndName,
    Out,
    Page,
    day,
    day_or_none,
    label,
    many,
    maybe,
    moment,
    name_of,
    part,
    part_or_none,
    text,
    whole,
)
from services.gateway.api.responses.forms import Allowed
from services.gateway.api.responses.people import Applicant, MaskedApplicant


class Verification(Out):
    """How anybody can see whether the document is real."""

    code = text(description="As it is printed on the document", example="P7K2-M9QX-4TB0-1234")
    path = text(description="The page that tells, below the address of the mall", example="/v/P7K2M9QX4TB01234")


class PermitLine(Out):
    """A permit in a list: its holder masked."""

    id = text(format="uuid")
    number = text(description="Its legal number", example="SIP/0001/DPMPTSP/2026")
    service = part(CodeAndName)
    status = text(description="valid, suspended, revoked, superseded, expired or lapsed", example="valid")
    status_label = label()
    version = whole()
    valid_from = day()
    valid_until = day_or_none()
    region = text(description="The Kemendagri code of where it is used", example="35.15.14.2013")
    region_name = maybe()
    issued_by = text(description="The code of the agency that issued it", example="dpmptsp")
    issued_by_name = name_of("issued_by")
    holder = part_or_none(MaskedApplicant, "Whose it is")


class LinkedPermit(Out):
    """Another permit."""

    id = text(format="uuid")
    number = text(description="Its legal number", example="SIP/0001/DPMPTSP/2026")


class PermitChange(Out):
    """What happened to a permit."""

    at = moment()
    version = whole("The version of the permit after it", 2)
    event = text(
        description="issued, suspended, reinstated, revoked, superseded, expired or lapsed", example="suspended"
    )
    status = text(description="The status after it", example="suspended")
    status_label = label()
    actor = maybe("The account, or system; null for other agencies", example="penandatangan.dpmptsp")
    office = maybe("The code of the office at which it was done", example="dpmptsp")
    office_name = name_of("office")
    reason = maybe("The code of the reason", example="violation")
    note = maybe("What whoever did it wrote; null for other agencies", example="Praktik di luar tempat yang diizinkan.")


class PermitAction(Allowed):
    """What the reader may do to a permit now."""

    reasons = many(fields.String(), "The codes of the reasons, one of which it takes", "violation")


class Permit(PermitLine):
    """A permit with its history; the holder in full for the agency that issued it."""

    holder = part_or_none(Applicant, "Whose it is; masked for other agencies")
    data = fields.Dict(
        required=True,
        metadata=about("The form as it was granted, by the catalogue; empty for other agencies", {"kind": "new"}),
    )
    case = maybe("The id of the case that it came from; null for other agencies", format="uuid")
    verification = part(Verification)
    supersedes = part_or_none(LinkedPermit, "The permit that it renews, changes or replaces")
    superseded_by = part_or_none(LinkedPermit, "The permit that took its place")
    history = many(fields.Nested(PermitChange), "Oldest first")
    signing = part_or_none(
        Signing, "The correction of it that waits for its paper, or null; until it is signed the permit holds as it is"
    )
    actions = many(fields.Nested(PermitAction))


class PermitPage(Page):
    """A page of permits."""

    items = many(fields.Nested(PermitLine))

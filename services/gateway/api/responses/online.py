"""What an applicant filed alone, until it is a case."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
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
    moment_or_none,
    name_of,
    part,
    part_or_none,
    text,
    whole,
)
from services.gateway.api.responses.people import Applicant, MaskedApplicant, Representative

_STATUS = "waiting, declined, lapsed, withdrawn, or accepted: it is a case then, of the same id and code"


class _Filed(Out):
    """What is said of it everywhere."""

    id = text(format="uuid")
    tracking_code = text()
    service = part(CodeAndName)
    status = text(description=_STATUS, example="waiting")
    status_label = label("The same in words", "Menunggu diterima petugas", "Waiting for a clerk to accept it")
    office = text(description="The code of the office that may accept it", example="mpp-sidoarjo")
    office_name = name_of("office")


class OnlineFiled(_Filed):
    """What was filed a moment ago. Only its applicant is told this."""

    collection = text()
    ends_on = day_or_none("The last day on which a clerk can accept it; null where nobody has to")
    secret = text(
        description="It opens the filing, and the case that it becomes, instead of a token", example="7K2M9QX4TB"
    )


class OnlineLine(_Filed):
    """One that waits, in a list: the applicant masked."""

    filed_at = moment("When the applicant sent it")
    ends_on = day("The last day on which a clerk can accept it")
    applicant = part_or_none(MaskedApplicant, "Who filed it, masked; null where nobody is named")


class OnlineList(Page):
    """Those that wait, the oldest first."""

    items = many(fields.Nested(OnlineLine))


class OnlineAction(Out):
    """What the reader may do now."""

    action = text(description="accept, decline, correct or withdraw", example="accept")
    label = label("What a person reads on the button", "Terima", "Accept")
    needs = many(fields.String(), "What is sent with it: nik, note, data", "nik")


class OnlineFiling(_Filed):
    """What an applicant filed alone, for the clerks of its office and for the applicant."""

    collection = text()
    filed_at = moment("When the applicant sent it")
    ends_on = day("The last day on which a clerk can accept it")
    version = whole("Counts its changes", 1)
    ended_at = moment_or_none("When it was declined or withdrawn, or lapsed; null while it waits")
    reason = maybe("Why it was declined, in the clerk's words", example="Foto KTP tidak terbaca.")
    applicant = part_or_none(Applicant, "Who filed it; null where nobody is named, and once it is a case")
    proxy = part_or_none(Representative, "Who filed it for the applicant; null where nobody did")
    data = fields.Dict(required=True, metadata=about("The form, by the catalogue", {"location": "Jalan Contoh 1"}))
    actions = many(fields.Nested(OnlineAction))

"""What the routes of drafts answer."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
from services.gateway.api.responses.common import Bilingual, Out, many, moment, part_or_none, text, whole


class DraftHead(Out):
    """A draft, without what is in it."""

    id = text(format="uuid")
    service = text(description="The code of the service whose form it is", example="PRZ-SIP-DR")
    service_name = part_or_none(Bilingual, "The name of `service`; null where the mall does not have it any more")
    version = whole("The ETag, without its quotes", 1)
    created_at = moment("When it was first kept")
    changed_at = moment("When it was changed last")
    expires_at = moment("When it is gone, unless it is changed before")


class Draft(DraftHead):
    """A draft with what is in it."""

    form = fields.Dict(required=True, metadata=about("As it was kept", {"applicant": {"name": "Warga Contoh 01"}}))


class Drafts(Out):
    """All drafts of the account."""

    items = many(fields.Nested(DraftHead), "The one that was changed last first")

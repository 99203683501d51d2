"""What the routes of papers answer."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
from services.gateway.api.responses.common import Out, many, maybe, moment, moment_or_none, text, truth, whole

_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
FAILURE = "The code of the last try that failed: passphrase_wrong, signer_not_registered, outcome_unknown ..."


class HeldPaper(Out):
    """A paper as its case's officials see it."""

    id = text(format="uuid", description="The id of the paper", example=_ID)
    collection = text(description="Which service has it", example="permits")
    case = text(format="uuid", description="The id of its case", example=_ID)
    kind = text(description="permit, certificate, card, letter, levy, refusal or deemed", example="permit")
    number = maybe("Its legal number; null where it has none", example="SIP/0001/DPMPTSP/2026")
    status = text(
        description="awaiting (its signature), signed (while others of its decision are not), issued, abandoned or "
        "superseded",
        example="issued",
    )
    adapter = text(description="How it is signed: local, bsre, wet, or none: granted by law", example="local")
    office = text(description="The office whose paper it is", example="dpmptsp")
    printed_later = truth("Whether it was made for a decision from before there were papers")
    prepared_at = moment("When the decision was made")
    signed_at = moment_or_none("When its signed file was kept; null while it waits")
    sha256 = maybe("The hash of the signed file; null while it waits", example="0" * 64)
    size = fields.Integer(allow_none=True, required=True, metadata=about("Bytes of the signed file", 48213))
    failure = maybe(FAILURE, example="outcome_unknown")
    attempts = whole("How often making or signing it has failed", 0)


class SignedNow(Out):
    """What has come of signing one paper."""

    paper = text(format="uuid", description="The id of the paper", example=_ID)
    state = text(
        description="waiting, signed, failed, skipped (the passphrase was wrong for one before it) or interrupted",
        example="signed",
    )
    failure = maybe(FAILURE, example="outcome_unknown")


class Begun(Out):
    """A batch that has begun."""

    id = text(format="uuid", description="The id of the batch", example=_ID)


class Batch(Begun):
    """A batch with the result of each paper, in the order in which they were asked for."""

    created_at = moment("When it began")
    ended = truth("Whether nothing of it waits any more")
    items = many(fields.Nested(SignedNow))


class ScanKept(Out):
    """A scan that waits for a second person."""

    sha256 = text(description="Its hash, which the second person confirms", example="0" * 64)
    size = whole("Bytes", 12000)


class MissingBegun(Out):
    """What has come of a page of decisions without a paper."""

    begun = whole("Papers that were begun", 12)
    left_out = whole("Decisions whose paper cannot be made: what they issued has ended", 1)
    next = maybe("Send it as `after`; null when there are no more", example=_ID)

"""What is answered about messages to citizens."""

from __future__ import annotations

from marshmallow import fields

from mpp.casework.rules.moments import MOMENTS
from mpp.messages.book import CHANNELS, LANGUAGES
from mpp.messages.table import NOT_REACHED, REACHED, STATES
from mpp.web.schemas.words import about
from services.gateway.api.responses.common import (
    Bilingual,
    Out,
    Page,
    label,
    many,
    maybe,
    moment_or_none,
    name_of,
    part,
    text,
    truth,
    whole,
)
from services.gateway.api.responses.common import moment as instant

_ID = "P01936b2e-7c00-7000-8000-000000000001"
_ONE_OF = ", ".join(MOMENTS)


class Message(Out):
    """What a citizen was told, or was to be told."""

    id = text(description="As providers know it", example=_ID)
    moment = text(description=f"What it tells of: {_ONE_OF}", example="received")
    moment_label = label("The same in words")
    state = text(description=f"One of {', '.join(STATES)}", example="delivered")
    reason = maybe("The code of why it is on the call list, waits, or was withheld", example="no_address")
    channel = maybe(f"By which way: {', '.join(CHANNELS)}; null before the first try", example="sms")
    language = maybe(f"In which language: {', '.join(LANGUAGES)}; null before the first try", example="id")
    attempts = whole("How many tries have begun", 1)
    maybe_twice = truth("Whether it was sent again without anybody knowing whether it had gone out")
    created_at = instant("When the step was taken that it tells of")
    due_at = instant("When it is, or was, to be tried")
    sent_at = moment_or_none("When the provider took it")
    delivered_at = moment_or_none("When it had arrived")
    on_call_list_at = moment_or_none("When it came onto the call list")
    settled_at = moment_or_none("When it was first known that it had arrived, or that it had not")


class Messages(Out):
    """The messages of a case, oldest first."""

    items = many(fields.Nested(Message))


class MessageOfCase(Message):
    """A message, with its case."""

    case = text(description="The id of the case", format="uuid", example="01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e11")


class MessagesInState(Out):
    """A page of the messages in one state."""

    items = many(fields.Nested(MessageOfCase))
    next = maybe("Send it as `after`; null when that was all", example=_ID)


class Retried(Out):
    """How many messages are tried again."""

    retried = whole("How many", 12)
    next = maybe("Send it as `after`; null when that was all", example=_ID)


class Reported(Out):
    """The report is on record."""

    id = text(example=_ID)


class ContactKept(Out):
    """What is kept about how somebody is told."""

    id = text(format="uuid")
    tracking_code = text()
    version = whole("The version of the case", 4)
    corrected = many(fields.String(), "What was corrected", "phone")
    told_again = maybe("The moment that is told again, at the corrected number; null: none", example="received")
    do_not_contact = truth("Whether this person does not want to be told")
    language = maybe("In which language this person is told; null: the region's", example="id")


class CallLine(Out):
    """Somebody to call, with what to say."""

    id = text(description="For ticking it off", example=_ID)
    case = text(description="The id of the case", format="uuid", example="01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e11")
    collection = text(example="permits")
    tracking_code = text()
    moment = text(description=f"What is to be told: {_ONE_OF}", example="paper_ready")
    moment_label = label("The same in words")
    say = part(Bilingual, "The words")
    reason = maybe("The code of why it could not be sent", example="no_address")
    office = text(description="Which office calls", example="35.15.14.2013")
    office_name = name_of("office")
    since = instant("When it came onto the list")
    name = maybe("Of whom to call; null where the caller may not know", example="Warga Contoh 01")
    phone = maybe("Null where there is none", example="+62315551234")
    email = maybe("Null where there is none", example="warga@contoh.id")
    proxy_name = maybe("Of who filed in their place", example="Warga Contoh 02")
    proxy_phone = maybe("Null where there is none", example="+6281234567890")


class CallList(Page):
    """Whom the counter calls, longest on the list first."""

    items = many(fields.Nested(CallLine))
    unavailable = many(fields.String(), "The collections that did not answer", "complaints")


class Ticked(Out):
    """A line of the call list that is done."""

    id = text(example=_ID)
    state = fields.String(required=True, metadata={"enum": [REACHED, NOT_REACHED], **about("What came of the call")})
    ticked_at = instant("When")

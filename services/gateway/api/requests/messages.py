"""What is asked about messages to citizens."""

from __future__ import annotations

import re

from mpp.messages.book import LANGUAGES
from mpp.messages.reports import STATUSES
from mpp.messages.table import NOT_REACHED, REACHED, STATES
from mpp.web.schemas.fields import Bool, Choice, Strict, Text
from mpp.web.schemas.words import about
from services.gateway.api.requests.pages import page_cursor, page_limit
from services.gateway.api.requests.people import EMAIL, PhoneNumber

REFERENCE = r"[A-Z][0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
REFERENCE_EXAMPLE = "P01936b2e-7c00-7000-8000-000000000001"


class CallListQuery(Strict):
    """A page of the call list."""

    limit = page_limit()
    cursor = page_cursor()
    office = Text(max=40, example="35.15.14.2013", metadata=about("Of this office alone"))


class Called(Strict):
    """What came of a call."""

    result = Choice(REACHED, NOT_REACHED, required=True, metadata=about("Whether somebody was reached"))


class ContactDetails(Strict):
    """What is right; what is left out stays as it is."""

    of = Choice("applicant", "proxy", metadata=about("Whose number it is; without it the applicant's"))
    phone = PhoneNumber(max=24, example="+6281234567890")
    email = Text(max=120, pattern=EMAIL, example="warga@contoh.id", code="invalid_email")
    language = Choice(*LANGUAGES, metadata=about("In which language this person is told"))
    do_not_contact = Bool(metadata=about("Whether this person does not want to be told"))


class MessageReport(Strict):
    """What became of a message."""

    id = Text(
        max=64,
        pattern=REFERENCE,
        example=REFERENCE_EXAMPLE,
        required=True,
        metadata=about("The `id` with which the mall sent it"),
    )
    status = Choice(*STATUSES, required=True, metadata=about("Whether it has arrived"))
    provider_id = Text(max=128, pattern=r"[\x21-\x7e]+", example="sms-1", metadata=about("The provider's own"))


class MessagesQuery(Strict):
    """The messages of a service in one state."""

    state = Choice(*STATES, required=True, metadata=about("The state that they are in"))
    after = Text(max=64, pattern=REFERENCE, example=REFERENCE_EXAMPLE, metadata=about("The `next` of the page before"))


class Retries(Strict):
    """Where a page of them begins."""

    after = Text(max=64, pattern=REFERENCE, example=REFERENCE_EXAMPLE, metadata=about("The `next` of the page before"))


def is_id(given: str) -> bool:
    """Whether it can be the id in a reference."""
    return re.fullmatch(REFERENCE, f"P{given}") is not None

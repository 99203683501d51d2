"""What is asked of the register of residents."""

from __future__ import annotations

from mpp.casework.bounds import NOTE_MAX
from mpp.web.schemas.fields import Strict, Text
from mpp.web.schemas.words import about
from services.gateway.api.requests.cases import SERVICE_CODE
from services.gateway.api.requests.people import family_card_text, nik_text

_PURPOSE = "The code of the service that the person has come for"


class LookUpPerson(Strict):
    """Whose entry, and for what: the code of the service that the person has come for. Both are on record."""

    nik = nik_text(required=True)
    purpose = Text(max=32, pattern=SERVICE_CODE, required=True, metadata=about(_PURPOSE, "PRZ-SIP-DR"))


class LookUpFamily(Strict):
    """Which family card, and for what. Both are on record, for each person of the card."""

    family_card = family_card_text(required=True)
    purpose = Text(max=32, pattern=SERVICE_CODE, required=True, metadata=about(_PURPOSE, "ADM-LHR-01"))


class LooksAtPerson(Strict):
    """Of whom the privacy officer wants to know who looked, and why."""

    nik = nik_text(required=True)
    reason = Text(
        min=3, max=NOTE_MAX, required=True,
        metadata=about("Why it is asked; on record", "Warga bertanya siapa yang membuka datanya."),
    )  # fmt: skip

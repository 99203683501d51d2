"""What is asked of the register of residents."""

from __future__ import annotations

from mpp.web.schemas.fields import Strict, Text
from mpp.web.schemas.words import about
from services.gateway.api.requests.cases import SERVICE_CODE
from services.gateway.api.requests.people import nik_text


class LookUpPerson(Strict):
    """Whose entry, and for what: the code of the service that the person has come for. Both are on record."""

    nik = nik_text(required=True)
    purpose = Text(
        max=32,
        pattern=SERVICE_CODE,
        required=True,
        metadata=about("The code of the service that the person has come for", "PRZ-SIP-DR"),
    )

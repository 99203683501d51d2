"""What is asked of the register of permits."""

from __future__ import annotations

from mpp.casework.bounds import NOTE_MAX
from mpp.contracts.permits import PERMIT_STATUSES
from mpp.web.schemas.fields import Choice, OpenObject, Strict, Text
from mpp.web.schemas.words import about
from services.gateway.api.requests.cases import CODE, DAY, SERVICE_CODE
from services.gateway.api.requests.pages import PageQuery


class RegisterQuery(PageQuery):
    """Which permits. Ordered by area or by end of validity where one of these is asked for, else the newest first."""

    number = Text(max=64, pattern=r"[A-Za-z0-9][A-Za-z0-9 ./-]*", example="SIP/0001/DPMPTSP/2026")
    service = Text(max=32, pattern=SERVICE_CODE, example="PRZ-SIP-DR")
    area = Text(max=13, pattern=r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?", example="35.15.14")
    status = Choice(*PERMIT_STATUSES)
    until_from = Text(max=10, pattern=DAY, example="2026-11-23")
    until_to = Text(max=10, pattern=DAY, example="2026-11-23")


class ActOnPermit(Strict):
    """What an official does to a permit, and why."""

    action = Text(max=64, pattern=CODE, example="suspend", required=True)
    reason = Text(
        max=64, pattern=CODE, example="violation", metadata=about("The code of the reason, one that `actions` offers")
    )
    note = Text(max=NOTE_MAX, lines=True)
    data = OpenObject(metadata=about("Of a correction: the fields of the form that become different", {"kind": "new"}))

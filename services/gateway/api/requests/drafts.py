"""What is asked of drafts."""

from __future__ import annotations

from mpp.json_values import JsonObject
from mpp.web.schemas.fields import OpenObject, Strict, Text
from mpp.web.schemas.words import about
from services.gateway.api.requests.cases import SERVICE_CODE

_FORM: JsonObject = {"applicant": {"name": "Warga Contoh 01"}, "step": 1}


class KeepDraft(Strict):
    """A half-filled form of a service: whatever its writer wants to find again."""

    service = Text(max=32, pattern=SERVICE_CODE, example="PRZ-SIP-DR", required=True)
    form = OpenObject(required=True, metadata=about("In whatever shape its writer needs", _FORM))

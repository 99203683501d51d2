"""What the register of residents shows a counter, for the OpenAPI document."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, text


class Resident(Out):
    """A resident, as far as a form needs it."""

    nik = text(description="Nomor Induk Kependudukan")
    name = text(description="As the register writes it")
    birth_date = text(format="date")
    family_card = text(description="Number of the family card (KK)")
    deceased = fields.Boolean(
        required=True, metadata={"description": "Registered as deceased: nothing begins for them"}
    )

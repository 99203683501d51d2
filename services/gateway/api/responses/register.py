"""What goes out of the register of permits, for the OpenAPI document."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Bilingual, Out


class PermitLine(Out):
    """A permit in a list: its holder masked."""

    id = fields.String(required=True, metadata={"format": "uuid"})
    number = fields.String(required=True)
    service = fields.Dict(required=True)
    status = fields.String(required=True)
    status_label = fields.Nested(Bilingual, required=True)
    version = fields.Integer(required=True)
    valid_from = fields.String(required=True, metadata={"format": "date"})
    valid_until = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    region = fields.String(required=True)
    issued_by = fields.String(required=True)
    holder = fields.Dict(required=True, allow_none=True)


class Permit(PermitLine):
    """A permit with its history; the holder in full for the agency that issued it."""

    verification = fields.Dict(required=True)
    supersedes = fields.Dict(required=True, allow_none=True)
    superseded_by = fields.Dict(required=True, allow_none=True)
    history = fields.List(fields.Dict(), required=True)
    actions = fields.List(fields.Dict(), required=True)


class PermitPage(Out):
    """A page; `next` is null on the last one."""

    items = fields.List(fields.Nested(PermitLine), required=True)
    next = fields.String(required=True, allow_none=True)


class Verified(Out):
    """A real document. `valid` says whether it holds today; nothing says whose it is."""

    code = fields.String(required=True)
    number = fields.String(required=True)
    service = fields.Dict(required=True)
    status = fields.String(required=True)
    status_label = fields.Nested(Bilingual, required=True)
    valid = fields.Boolean(required=True)
    valid_from = fields.String(required=True, metadata={"format": "date"})
    valid_until = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    region = fields.String(required=True)
    issued_by = fields.String(required=True)
    superseded_by = fields.Dict(required=True, allow_none=True)

"""What goes out about accounts, for the OpenAPI document."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Me, Out


class Account(Me):
    """An account as operators see it."""

    disabled = fields.Boolean(required=True)


class Accounts(Out):
    """A page of accounts; `next`: send it as `after`."""

    items = fields.List(fields.Nested(Account), required=True)
    next = fields.String(required=True, allow_none=True)

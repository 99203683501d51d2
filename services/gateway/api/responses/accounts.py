"""What the routes of accounts answer."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, many, text


class Token(Out):
    """OAuth2's token answer."""

    access_token = text()
    token_type = text()
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds"})


class Assignment(Out):
    """One role at one office."""

    office = text()
    role = text()


class Me(Out):
    """An account."""

    account = text()
    assignments = many(fields.Nested(Assignment))


class Account(Me):
    """An account as operators see it."""

    disabled = fields.Boolean(required=True)


class DisabledDemo(Out):
    """Names of demo accounts."""

    disabled = many(fields.String())
    left = many(fields.String())


class Accounts(Out):
    """A page of accounts; `next`: send it as `after`."""

    items = fields.List(fields.Nested(Account), required=True)
    next = fields.String(required=True, allow_none=True)

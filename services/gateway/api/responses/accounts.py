"""What the routes of accounts answer."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, many, moment, text


class Token(Out):
    """OAuth2's token answer."""

    access_token = text()
    token_type = text()
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds"})
    must_change_password = fields.Boolean(
        required=True, metadata={"description": "The token is good for POST /api/v1/auth/password only"}
    )


class Assignment(Out):
    """One role at one office."""

    office = text()
    role = text()


class Me(Out):
    """An account."""

    account = text()
    assignments = many(fields.Nested(Assignment))


class LoggedOut(Out):
    """Whose token has ended."""

    account = text()


class Grant(Out):
    """Roles, or another password, that wait for a second person."""

    id = text()
    account = text()
    kind = text(description="roles or password")
    assignments = many(fields.Nested(Assignment))
    requested_by = text()
    requested_at = moment()
    expires_at = moment()


class Account(Me):
    """An account as operators see it."""

    disabled = fields.Boolean(required=True)
    must_change_password = fields.Boolean(
        required=True, metadata={"description": "Others know the password: it must be changed before anything else"}
    )
    pending = many(fields.Nested(Grant))


class Grants(Out):
    """What waits for a second person, oldest first."""

    items = many(fields.Nested(Grant))


class DisabledDemo(Out):
    """Names of demo accounts."""

    disabled = many(fields.String())
    left = many(fields.String())


class Accounts(Out):
    """A page of accounts; `next`: send it as `after`."""

    items = fields.List(fields.Nested(Account), required=True)
    next = fields.String(required=True, allow_none=True)

"""What the routes of accounts answer."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, label, many, maybe, moment, name_of, text, truth, whole


class Token(Out):
    """OAuth2's token answer."""

    access_token = text(description="Send it as `Authorization: Bearer <token>`", example="eyJhbGciOiJFUzI1NiIs...")
    token_type = text(description="Always Bearer", example="Bearer")
    expires_in = whole("Seconds", 28800)
    must_change_password = truth("The token is good for POST /api/v1/auth/password only")


class Assignment(Out):
    """One role at one office."""

    office = text(description="The code of the office", example="35.15.14.2013")
    office_name = name_of("office")
    role = text()
    role_name = label()


class Me(Out):
    """An account."""

    account = text()
    full_name = maybe("The person's name with titles, as it stands on papers", example="Contoh, S.H.")
    nip = maybe("The person's number as a civil servant (NIP), or of a village (NIPD)", example="198001012006041001")
    assignments = many(fields.Nested(Assignment))


class LoggedOut(Out):
    """Whose token has ended."""

    account = text()


class Grant(Out):
    """Roles, or another password, that wait for a second person."""

    id = text(format="uuid")
    account = text(description="Who would get it", example="penandatangan.dpmptsp")
    kind = text(description="roles or password", example="roles")
    assignments = many(fields.Nested(Assignment), "The roles that wait")
    requested_by = text(description="The account that asked for it; another one confirms", example="operator.sidoarjo")
    requested_at = moment("When it was asked for")
    expires_at = moment("Until when it can be confirmed")


class Account(Me):
    """An account as operators see it."""

    nik_known = truth("The mall knows the NIK of the person, which BSrE asks for")
    disabled = truth("Nobody can log in with it")
    must_change_password = truth("Others know the password: it must be changed before anything else")
    pending = many(fields.Nested(Grant), "What waits for a second person")


class Grants(Out):
    """What waits for a second person, oldest first."""

    items = many(fields.Nested(Grant))


class DisabledDemo(Out):
    """Names of demo accounts."""

    disabled = many(fields.String(), "The accounts that nobody can log in with any more", "petugas.sukodono")
    left = many(fields.String(), "The one that was left: the caller's own", "operator.sidoarjo")


class Accounts(Out):
    """A page of accounts."""

    items = many(fields.Nested(Account))
    next = maybe("Send it as `after`; null on the last page", example="petugas.sukodono")

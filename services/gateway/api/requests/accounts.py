"""What is asked of accounts: logging in, and what operators do to them."""

from __future__ import annotations

from marshmallow import fields

from mpp.casework.access.actors import ROLES
from mpp.web.schemas.fields import Bool, Choice, ListOf, Strict, Text
from mpp.web.schemas.words import about
from services.gateway.accounts.administration import PASSWORD_MIN
from services.gateway.accounts.first import ACCOUNT_NAME
from services.gateway.api.requests.cases import OFFICE
from services.gateway.api.requests.pages import long_limit
from services.gateway.api.requests.people import nik_text

PASSWORD_MAX = 256
MOST_ASSIGNMENTS = 20


class Login(Strict):
    """OAuth2's password form."""

    username = Text(max=120, exact=True, required=True)
    password = Text(max=PASSWORD_MAX, exact=True, required=True)
    grant_type = Choice("password")
    scope = Text(min=0, max=120)
    client_id = Text(min=0, max=120)


class ChangePassword(Strict):
    """The own password: the one of until now, and the one of from now on."""

    old_password = Text(max=PASSWORD_MAX, exact=True, required=True)
    new_password = Text(min=PASSWORD_MIN, max=PASSWORD_MAX, exact=True, required=True)


class Assigned(Strict):
    """One role at one office."""

    office = Text(max=64, pattern=OFFICE, example="35.15.14.2013", required=True)
    role = Choice(*ROLES, required=True)


class _Person(Strict):
    """Who an account is: what stands below what the person signs."""

    full_name = Text(max=120, metadata=about("The person's name with titles, as it stands on papers", "Contoh, S.H."))
    nip = Text(
        max=30,
        pattern=r"[0-9A-Za-z][0-9A-Za-z ./-]*",
        metadata=about("The person's number as a civil servant (NIP), or of a village (NIPD)", "198001012006041001"),
    )
    nik = nik_text(metadata=about("The person's NIK, for signatures by BSrE alone; kept encrypted, never answered"))


class CreateAccount(_Person):
    """An account and its first password."""

    account = Text(min=3, max=64, pattern=r"[a-z0-9][a-z0-9._-]*", example="petugas.sukodono", required=True)
    password = Text(min=PASSWORD_MIN, max=PASSWORD_MAX, exact=True, required=True)
    assignments = ListOf(fields.Nested(Assigned), max=MOST_ASSIGNMENTS, required=True)


class ChangeAccount(_Person):
    """What becomes different."""

    account = Text(min=1, max=120, required=True)
    disabled = Bool(metadata=about("Whether nobody can log in with it any more"))
    password = Text(min=PASSWORD_MIN, max=PASSWORD_MAX, exact=True)
    assignments = ListOf(fields.Nested(Assigned), max=MOST_ASSIGNMENTS)
    end_sessions = Bool(metadata=about("Whether all its tokens end, and nothing else changes"))


class AccountsQuery(Strict):
    """A page of accounts."""

    q = Text(max=60, example="sukodono", metadata=about("Part of the name of the account, or of its person"))
    office = Text(max=64, pattern=OFFICE, example="dpmptsp", metadata=about("Only who works at this office"))

    after = Text(max=64, pattern=ACCOUNT_NAME, metadata=about("The `next` of the page before", "petugas.sukodono"))
    limit = long_limit()

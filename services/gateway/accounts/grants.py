"""What an operator may not give alone, and so waits for a second person, another operator or the inspectorate: what
sees more than one office, signs, or gives roles, any role for himself, and another password for who holds such a role.

Otherwise one person could read every case, or sign as somebody else, and be found out at best.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mpp.casework.access.actors import PRIVACY_ROLE, SYSTEM, Actor, Assignment
from mpp.casework.access.jurisdiction import CASE_ROLES, EVERYWHERE_ROLES, SUBTREE_ROLES
from mpp.casework.refusals import Refused, not_found
from mpp.catalogue import Catalogue
from mpp.clock import Clock, new_id
from mpp.json_values import JsonObject
from mpp.persistence import idempotency
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.accounts import queries
from services.gateway.accounts.commands import OPERATOR, AccountCommand, Book, asked, found, listed, shown, tell

if TYPE_CHECKING:
    from sqlalchemy import Connection

SIGNER = "signer"
ROLES, PASSWORD = "roles", "password"
WAITS = timedelta(days=7)


def guarded_roles(catalogue: Catalogue) -> frozenset[str]:
    """The roles that two persons give: by what they may see, and by what the service types let them sign."""
    signing = {
        role
        for kind in catalogue.with_left_out()
        for action in kind.actions.values()
        if action.signature
        for role in action.roles
    }
    return frozenset({OPERATOR, SIGNER, PRIVACY_ROLE, *EVERYWHERE_ROLES, *SUBTREE_ROLES, *signing})


def divided(
    wanted: Sequence[Assignment], held: Sequence[Assignment], guarded: frozenset[str], *, own: bool = False
) -> tuple[list[Assignment], list[Assignment]]:
    """What one operator may give or is `held` already, and what waits for a second person.

    That is a role of `guarded`, a role with cases at a second office, and anything new for an operator's `own` account.
    """
    free, waits = [each for each in wanted if each in held], list[Assignment]()
    seen = {each.office for each in free if each.role in CASE_ROLES}
    for each in wanted:
        if each in held:
            continue
        elsewhere = each.role in CASE_ROLES and not seen <= {each.office}
        if own or elsewhere or each.role in guarded:
            waits.append(each)
            continue
        free.append(each)
        if each.role in CASE_ROLES:
            seen.add(each.office)
    return free, waits


def ask(
    tx: Connection,
    book: Book,
    command: AccountCommand,
    account: str,
    *,
    assignments: Sequence[Assignment] = (),
    password_hash: str | None = None,
) -> None:
    """Let these roles, or this password, wait for a second person; what waited before of the same kind is replaced."""
    now = book.clock.now()
    kind = ROLES if password_hash is None else PASSWORD
    grant = queries.Grant(
        new_id(), account, kind, tuple(assignments), command.actor.id, now, now + WAITS, password_hash
    )
    queries.ask(tx, grant)
    book.told(tx, command, "grant_requested", account, kind=kind, assignments=listed(grant.assignments))


def over(database: Database, now: datetime) -> int:
    """What nobody confirmed in time waits no longer, and is on record; how many."""
    with database.transaction() as tx:
        gone = queries.over(tx, now)
        _tell(tx, gone, SYSTEM, now, "grant_expired")
    return len(gone)


def withdrawn(
    tx: Connection, gone: Sequence[queries.Grant], actor: Actor, now: datetime, correlation_id: str | None
) -> None:
    """Put on record that these wait no longer, by something else that the actor did."""
    _tell(tx, gone, actor, now, "grant_withdrawn", correlation_id)


def _tell(
    tx: Connection,
    gone: Sequence[queries.Grant],
    actor: Actor,
    now: datetime,
    action: str,
    correlation_id: str | None = None,
) -> None:
    for grant in gone:
        details: JsonObject = {
            "account": grant.account, "kind": grant.kind, "requested_by": grant.requested_by,
            "assignments": listed(grant.assignments),
        }  # fmt: skip
        tell(tx, actor, now, action, details, correlation_id)


class Grants:
    """What waits, and what the second person says to it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._book = Book(database, clock)

    def waiting(self, deadline: Deadline) -> list[JsonObject]:
        """All of it, oldest first."""
        with self._book.database.transaction(deadline) as tx:
            return [asked(grant) for grant in queries.waiting(tx, self._book.clock.now())]

    def confirm(self, id_: str, command: AccountCommand) -> JsonObject:
        """Give what was asked for; the account.

        Raises Refused 404, also where who asked for it is no operator any more, and 403 `second_person` for who asked
        for it or would get it.
        """

        def do(tx: Connection) -> JsonObject:
            grant = self._settle(tx, id_, command)
            before = found(tx, grant.account)
            if grant.password_hash is not None:
                queries.set_password(tx, grant.account, grant.password_hash, must_change=True)
            else:
                held = (*before.actor.assignments, *grant.assignments)
                queries.assign(tx, grant.account, dict.fromkeys(held))
            after = found(tx, grant.account)
            self._book.told(
                tx, command, "grant_confirmed", grant.account, kind=grant.kind, requested_by=grant.requested_by,
                before=listed(before.actor.assignments), after=listed(after.actor.assignments),
            )  # fmt: skip
            return shown(after)

        return self._book.once(command, idempotency.request_hash({}), 200, do)

    def refuse(self, id_: str, command: AccountCommand) -> JsonObject:
        """Take it off the list: also for who asked for it, and thought better of it. Raises Refused 404."""

        def do(tx: Connection) -> JsonObject:
            grant = self._locked(tx, id_)
            _tell(tx, [grant], command.actor, self._book.clock.now(), "grant_refused", command.correlation_id)
            queries.forget_grant(tx, grant.id)
            return shown(found(tx, grant.account))

        return self._book.once(command, idempotency.request_hash({}), 200, do)

    def _settle(self, tx: Connection, id_: str, command: AccountCommand) -> queries.Grant:
        grant = self._locked(tx, id_)
        if command.actor.id in (grant.requested_by, grant.account):
            raise Refused(403, "second_person")
        asking = queries.find(tx, grant.requested_by)
        if asking is None or asking.disabled or not asking.actor.has_role(OPERATOR):
            raise not_found()  # asked in the moment in which he was dismissed
        queries.forget_grant(tx, grant.id)
        return grant

    def _locked(self, tx: Connection, id_: str) -> queries.Grant:
        """The grant under the lock of its account: first the account, then what waits for it, as who asks does."""
        seen = queries.grant(tx, id_)
        if seen is None:
            raise not_found()
        found(tx, seen.account, lock=True)
        grant = queries.grant(tx, id_)
        if grant is None or grant.expires_at <= self._book.clock.now():
            raise not_found()
        return grant

"""A command about accounts: once under its key, with its entry in the gateway's audit trail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.refusals import not_found
from mpp.clock import Clock
from mpp.json_values import Json, JsonObject
from mpp.persistence import idempotency
from mpp.persistence.audit.trail import record
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.accounts import queries

if TYPE_CHECKING:
    from sqlalchemy import Connection

OPERATOR = "operator"
WATCHER = "inspectorate"  # the other role that may be the second person


@dataclass(frozen=True)
class AccountCommand:
    """Who asks, under which key of idempotency, until when."""

    actor: Actor
    path: str
    key: str
    deadline: Deadline
    correlation_id: str


class Book:
    """Where commands about accounts are done and told."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    def once(
        self, command: AccountCommand, digest: str, status: int, do: Callable[[Connection], JsonObject]
    ) -> JsonObject:
        """The answer of `do`, or the stored one where this key has been answered before."""
        scope = idempotency.Scope(command.actor.id, "POST", command.path, command.key)
        with self.database.transaction(command.deadline) as tx:
            answer, _ = idempotency.once(tx, scope, digest, status, self.clock.now(), lambda: do(tx))
        return answer

    def told(self, tx: Connection, command: AccountCommand, action: str, name: str, **details: Json) -> None:
        """An entry about the account of this name."""
        tell(tx, command.actor, self.clock.now(), action, {"account": name, **details}, command.correlation_id)


def found(tx: Connection, name: str, *, lock: bool = False) -> queries.Account:
    """The account of this name. Raises Refused 404."""
    account = queries.find(tx, name, lock=lock)
    if account is None:
        raise not_found()
    return account


def tell(
    tx: Connection, actor: Actor, now: datetime, action: str, details: JsonObject, correlation_id: str | None = None
) -> None:
    """An entry about an account."""
    office = actor.office_for(OPERATOR, WATCHER) or actor.office_for(*(a.role for a in actor.assignments))
    record(tx, at=now, actor=actor, office=office, action=action, details=dict(details), correlation_id=correlation_id)


def listed(held: Sequence[Assignment]) -> list[Json]:
    """Assignments as JSON."""
    return [{"office": a.office, "role": a.role} for a in held]


def identity(account: queries.Account) -> JsonObject:
    """Who an account is and what it may do, as its owner sees it."""
    return {
        "account": account.actor.id,
        "full_name": account.person.full_name,
        "nip": account.person.nip,
        "assignments": listed(account.actor.assignments),
    }


def shown(account: queries.Account) -> JsonObject:
    """An account as operators see it: never its password, nor its NIK."""
    return {
        **identity(account),
        "nik_known": account.person.sealed_nik is not None,
        "disabled": account.disabled,
        "must_change_password": account.must_change_password,
        "pending": [asked(grant) for grant in account.pending],
    }


def asked(grant: queries.Grant) -> JsonObject:
    """What waits for a second person, as both of them see it."""
    return {
        "id": grant.id,
        "account": grant.account,
        "kind": grant.kind,
        "assignments": listed(grant.assignments),
        "requested_by": grant.requested_by,
        "requested_at": grant.requested_at.isoformat(),
        "expires_at": grant.expires_at.isoformat(),
    }

"""Who has an account, and with which roles: what operators do, each step with its entry in the audit trail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mpp.casework.access.actors import SYSTEM, Actor, Assignment
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.clock import Clock
from mpp.json_values import Json, JsonObject
from mpp.persistence import idempotency
from mpp.persistence.audit.trail import record
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.accounts import queries
from services.gateway.accounts.passwords import Passwords

if TYPE_CHECKING:
    from sqlalchemy import Connection

OPERATOR = "operator"
PASSWORD_MIN = 10  # characters; NIST SP 800-63B asks for 8 at least, and for no rule about kinds of characters
# Who stands for something else in the trail, or signs for the mall itself.
RESERVED = frozenset({"system", "bank", "gateway", "anonymous", "applicant"})


@dataclass(frozen=True)
class AccountCommand:
    """Who asks, under which key of idempotency, until when."""

    actor: Actor
    path: str
    key: str
    deadline: Deadline
    correlation_id: str


@dataclass(frozen=True)
class AccountChange:
    """What becomes different; None stays as it is."""

    disabled: bool | None = None
    password: str | None = None
    assignments: tuple[Assignment, ...] | None = None


class Administration:
    """Accounts in the gateway's database. `offices` are the codes of the region; None: not checked."""

    def __init__(
        self, database: Database, passwords: Passwords, clock: Clock, offices: Container[str] | None = None
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._offices = offices

    def page(self, after: str, limit: int, deadline: Deadline) -> list[queries.Account]:
        """The next accounts by name."""
        with self._database.transaction(deadline) as tx:
            return queries.page(tx, after, limit)

    def create(self, name: str, password: str, held: Sequence[Assignment], command: AccountCommand) -> JsonObject:
        """A new account. Raises Refused 409 `account_exists`, 422 for an office that is not there."""
        self._check(held)
        if name in RESERVED:
            raise invalid(FieldError("account", "reserved_name"))
        digest = self._digest({"account": name, "assignments": listed(held)}, password, command.key)
        hashed = self._hash(password, command.deadline)

        def do(tx: Connection) -> JsonObject:
            if not queries.add(tx, name, hashed, held, self._clock.now()):
                raise Refused(409, "account_exists")
            self._told(tx, command, "account_created", name, assignments=listed(held))
            return shown(self._found(tx, name))

        return self._once(command, digest, 201, do)

    def change(self, name: str, change: AccountChange, command: AccountCommand) -> JsonObject:
        """Change what is asked for; what is so already is left alone.

        Raises Refused 404, 422 for an office that is not there, and 409 `own_account` for an operator who would lock
        himself out: another operator must do that.
        """
        if change.assignments is not None:
            self._check(change.assignments)
        held = None if change.assignments is None else listed(change.assignments)
        digest = self._digest(
            {"account": name, "disabled": change.disabled, "assignments": held}, change.password, command.key
        )
        keeps_role = change.assignments is None or any(a.role == OPERATOR for a in change.assignments)
        locks_out = change.disabled or not keeps_role
        if name == command.actor.id and locks_out:
            raise Refused(409, "own_account")
        hashed = None if change.password is None else self._hash(change.password, command.deadline)

        def do(tx: Connection) -> JsonObject:
            before = self._found(tx, name, lock=True)
            if change.disabled is not None and change.disabled != before.disabled:
                (queries.disable if change.disabled else queries.enable)(tx, name)
                self._told(tx, command, "account_disabled" if change.disabled else "account_enabled", name)
            if hashed is not None:
                queries.set_password(tx, name, hashed)
                self._told(tx, command, "account_password_set", name)
            if change.assignments is not None and set(change.assignments) != set(before.actor.assignments):
                queries.assign(tx, name, change.assignments)
                self._told(
                    tx, command, "account_assigned", name,
                    before=listed(before.actor.assignments), after=listed(change.assignments),
                )  # fmt: skip
            return shown(self._found(tx, name))

        return self._once(command, digest, 200, do)

    def disable_demo(self, command: AccountCommand) -> JsonObject:
        """Let nobody log in to a demo account any more: `disabled` names them.

        `left` names the caller's own, where that is one: it is left, so that somebody can still look after the mall.
        """
        digest = idempotency.request_hash({})

        def do(tx: Connection) -> JsonObject:
            demo = list(queries.live(tx, demo=True))
            gone = [name for name in demo if name != command.actor.id]
            for name in gone:
                queries.disable(tx, name)
                self._told(tx, command, "account_disabled", name, demo=True)
            left: list[Json] = [name for name in demo if name == command.actor.id]
            return {"disabled": [*gone], "left": left}

        return self._once(command, digest, 200, do)

    def _once(
        self, command: AccountCommand, digest: str, status: int, do: Callable[[Connection], JsonObject]
    ) -> JsonObject:
        scope = idempotency.Scope(command.actor.id, "POST", command.path, command.key)
        with self._database.transaction(command.deadline) as tx:
            answer, _ = idempotency.once(tx, scope, digest, status, self._clock.now(), lambda: do(tx))
        return answer

    def _told(self, tx: Connection, command: AccountCommand, action: str, name: str, **details: Json) -> None:
        told = {"account": name, **details}
        tell(tx, command.actor, self._clock.now(), action, told, command.correlation_id)

    def _found(self, tx: Connection, name: str, *, lock: bool = False) -> queries.Account:
        found = queries.find(tx, name, lock=lock)
        if found is None:
            raise not_found()
        return found

    def _check(self, held: Sequence[Assignment]) -> None:
        if self._offices is None:
            return
        wrong = [n for n, a in enumerate(held) if a.office not in self._offices]
        if wrong:
            raise invalid(*(FieldError(f"assignments.{n}.office", "unknown_office") for n in wrong))

    def _hash(self, password: str, deadline: Deadline) -> str:
        with self._passwords.threads.turn(deadline.left()):
            return self._passwords.hash(password)

    def _digest(self, body: JsonObject, password: str | None, key: str) -> str:
        """As of any command's body, but slow to guess a password from: it is kept for days."""
        if password is not None:
            slow = self._passwords.threads.run(_slowly, password, key)
            body = {**body, "password": slow.hex()}
        return idempotency.request_hash(body)


def tell(
    tx: Connection, actor: Actor, now: datetime, action: str, details: JsonObject, correlation_id: str | None = None
) -> None:
    """An entry about an account."""
    office = actor.office_for(OPERATOR)
    record(tx, at=now, actor=actor, office=office, action=action, details=dict(details), correlation_id=correlation_id)


def first_operator(database: Database, passwords: Passwords, clock: Clock, office: str, password: str) -> bool:
    """Make the account `operator`, which makes all others; False where it is there already, which stays as it is."""
    held = [Assignment(office, OPERATOR)]
    with database.transaction() as tx:
        if queries.find(tx, OPERATOR) is not None:
            return False
        made = queries.add(tx, OPERATOR, passwords.hash(password), held, clock.now())
        if made:
            tell(tx, SYSTEM, clock.now(), "account_created", {"account": OPERATOR, "assignments": listed(held)})
    return made


def listed(held: Sequence[Assignment]) -> list[Json]:
    """Assignments as JSON."""
    return [{"office": a.office, "role": a.role} for a in held]


def shown(account: queries.Account) -> JsonObject:
    """An account as operators see it: never its password."""
    return {
        "account": account.actor.id,
        "disabled": account.disabled,
        "assignments": listed(account.actor.assignments),
    }


def _slowly(password: str, key: str) -> bytes:
    return hashlib.scrypt(password.encode(), salt=key.encode(), n=2**14, r=8, p=1)

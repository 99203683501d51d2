"""Who has an account, and with which roles: what operators do, each step with its entry in the audit trail."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mpp.casework.access.actors import Assignment
from mpp.casework.refusals import FieldError, Refused, invalid, wrong_role
from mpp.clock import Clock
from mpp.identity.nik import parse_nik
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import Json, JsonObject
from mpp.persistence import idempotency
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.accounts import grants, queries
from services.gateway.accounts.commands import OPERATOR, AccountCommand, Book, found, listed, shown
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.strength import weakness
from services.gateway.sealing import Sealer

if TYPE_CHECKING:
    from sqlalchemy import Connection

NIK = "nik"
PASSWORD_MIN = 10  # characters; NIST SP 800-63B asks for 8 at least, and for no rule about kinds of characters
# Who stands for something else in the trail, or signs for the mall itself.
RESERVED = frozenset({"system", "bank", "gateway", "anonymous", "applicant"})


@dataclass(frozen=True)
class PersonTold:
    """What is said of who an account is; None: nothing. The NIK is kept encrypted."""

    full_name: str | None = None
    nip: str | None = None
    nik: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class AccountChange:
    """What becomes different; None stays as it is."""

    disabled: bool | None = None
    password: str | None = None
    assignments: tuple[Assignment, ...] | None = None
    person: PersonTold = PersonTold()
    end_sessions: bool = False  # tokens end, and nothing else


class Administration:
    """Accounts in the gateway's database.

    `offices` are the codes of the region; None: not checked. `guarded` are the roles that a second person must
    confirm (`grants`), `words` those of the region, which no password may consist of.
    """

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        clock: Clock,
        offices: Container[str] | None = None,
        *,
        guarded: frozenset[str] = frozenset(),
        words: Iterable[str] = (),
        sealer: Sealer | None = None,
    ) -> None:
        self._book = Book(database, clock)
        self._passwords = passwords
        self._offices = offices
        self._guarded = guarded
        self._words = tuple(words)
        self._sealer = sealer

    def page(
        self, after: str, limit: int, deadline: Deadline, wanted: queries.Wanted = queries.Wanted()
    ) -> list[queries.Account]:
        """The next accounts by name."""
        with self._book.database.transaction(deadline) as tx:
            return queries.page(tx, after, limit, wanted)

    def create(
        self,
        name: str,
        password: str,
        held: Sequence[Assignment],
        command: AccountCommand,
        person: PersonTold = PersonTold(),
    ) -> JsonObject:
        """A new account, whose password must be changed first; what others must confirm waits for them (`pending`).

        Raises Refused 409 `account_exists`, 422 for an office that is not there, for a password that is easy to
        guess and for what is no NIK, 503 `nik_not_kept` where the mall has no key to keep one.
        """
        self._check(held)
        if name in RESERVED:
            raise invalid(FieldError("account", "reserved_name"))
        digest = self._digest({"account": name, "assignments": listed(held)}, password, person, command.key)
        sealed = self._sealed(name, person)
        hashed = self._hash(password, name, command.deadline)
        free, guarded = grants.divided(held, (), self._guarded)

        def do(tx: Connection) -> JsonObject:
            if not queries.add(tx, name, hashed, free, self._book.clock.now(), must_change=True, person=sealed):
                raise Refused(409, "account_exists")
            self._book.told(tx, command, "account_created", name, assignments=listed(free), **_named(person))
            if guarded:
                grants.ask(tx, self._book, command, name, assignments=guarded)
            return shown(found(tx, name))

        return self._book.once(command, digest, 201, do)

    def change(self, name: str, change: AccountChange, command: AccountCommand) -> JsonObject:
        """Change what is asked for; what is so already is left alone, what others must confirm waits (`pending`).

        Raises Refused 404, 422 as `create` does, and 409 for an operator's own account: `own_account` where he would
        lock himself out, which another operator must do, and `own_password`, which has an address of its own. 403 where
        an operator is taken out by one who is none any more: of two who take out each other, one stays.
        """
        if change.assignments is not None:
            self._check(change.assignments)
        held = None if change.assignments is None else listed(change.assignments)
        digest = self._digest(
            {"account": name, "disabled": change.disabled, "assignments": held, **_ending(change)},
            change.password,
            change.person,
            command.key,
        )
        person = self._sealed(name, change.person)
        self._refuse_own(name, change, command)
        hashed = None if change.password is None else self._hash(change.password, name, command.deadline)

        def do(tx: Connection) -> JsonObject:
            if change.disabled or change.assignments is not None:
                _still_operator(tx, command, name)
            before = found(tx, name, lock=True)
            if change.disabled is not None and change.disabled != before.disabled:
                self._switch(tx, command, before, disabled=change.disabled)
                before = found(tx, name)
            if hashed is not None:
                self._give_password(tx, command, before, hashed)
            if change.assignments is not None:
                self._assign(tx, command, before, change.assignments)
            if change.end_sessions:
                queries.end_tokens(tx, name)
                self._book.told(tx, command, "account_sessions_ended", name)
            if change.person != PersonTold():
                queries.set_person(tx, name, person)
                self._book.told(tx, command, "account_person_set", name, **_named(change.person))
            return shown(found(tx, name))

        return self._book.once(command, digest, 200, do)

    def disable_demo(self, command: AccountCommand) -> JsonObject:
        """Let nobody log in to a demo account any more: `disabled` names them.

        `left` names the caller's own, where that is one: it is left, so that somebody can still look after the mall.
        """
        digest = idempotency.request_hash({})

        def do(tx: Connection) -> JsonObject:
            _still_operator(tx, command, *queries.live(tx, demo=True))
            demo = list(queries.live(tx, demo=True))
            gone = [name for name in demo if name != command.actor.id]
            for name in gone:
                queries.disable(tx, name)
                self._withdraw(tx, command, queries.forget_grants_of(tx, name))
                self._book.told(tx, command, "account_disabled", name, demo=True)
            left: list[Json] = [name for name in demo if name == command.actor.id]
            return {"disabled": [*gone], "left": left}

        return self._book.once(command, digest, 200, do)

    @staticmethod
    def _refuse_own(name: str, change: AccountChange, command: AccountCommand) -> None:
        if name != command.actor.id:
            return
        keeps_role = change.assignments is None or any(a.role == OPERATOR for a in change.assignments)
        if change.disabled or not keeps_role:
            raise Refused(409, "own_account")
        if change.password is not None:
            raise Refused(409, "own_password")

    def _switch(self, tx: Connection, command: AccountCommand, before: queries.Account, *, disabled: bool) -> None:
        name, held = before.actor.id, before.actor.assignments
        if disabled:
            queries.disable(tx, name)
            self._withdraw(tx, command, queries.forget_grants_of(tx, name))
            self._book.told(tx, command, "account_disabled", name)
            return
        queries.enable(tx, name)
        self._book.told(tx, command, "account_enabled", name)
        # Who opens an account gives what it holds: so that waits again, as it did when it was given.
        free, guarded = grants.divided(held, (), self._guarded)
        if guarded:
            queries.assign(tx, name, free)
            self._book.told(tx, command, "account_assigned", name, before=listed(held), after=listed(free))
            grants.ask(tx, self._book, command, name, assignments=guarded)

    def _give_password(self, tx: Connection, command: AccountCommand, before: queries.Account, hashed: str) -> None:
        """Who knows a signer's password is the signer: so a second person looks at that, too."""
        _, guarded = grants.divided(before.actor.assignments, (), self._guarded)
        if guarded or any(grant.kind == grants.ROLES for grant in before.pending):
            grants.ask(tx, self._book, command, before.actor.id, password_hash=hashed)
            return
        queries.set_password(tx, before.actor.id, hashed, must_change=True)
        self._book.told(tx, command, "account_password_set", before.actor.id)

    def _assign(
        self, tx: Connection, command: AccountCommand, before: queries.Account, wanted: Sequence[Assignment]
    ) -> None:
        """Also where nothing else changes, what waited is replaced: what was asked for last is what is wanted."""
        name, held = before.actor.id, before.actor.assignments
        free, guarded = grants.divided(wanted, held, self._guarded, own=name == command.actor.id)
        if set(free) != set(held):
            queries.assign(tx, name, free)
            if before.actor.has_role(OPERATOR) and not any(a.role == OPERATOR for a in free):
                self._withdraw(tx, command, queries.forget_grants_of(tx, name))
            self._book.told(tx, command, "account_assigned", name, before=listed(held), after=listed(free))
        self._withdraw(tx, command, queries.forget_grants(tx, name, grants.ROLES))
        if guarded:
            grants.ask(tx, self._book, command, name, assignments=guarded)

    def _withdraw(self, tx: Connection, command: AccountCommand, gone: Sequence[queries.Grant]) -> None:
        grants.withdrawn(tx, gone, command.actor, self._book.clock.now(), command.correlation_id)

    def _check(self, held: Sequence[Assignment]) -> None:
        if self._offices is None:
            return
        wrong = [n for n, a in enumerate(held) if a.office not in self._offices]
        if wrong:
            raise invalid(*(FieldError(f"assignments.{n}.office", "unknown_office") for n in wrong))

    def _hash(self, password: str, name: str, deadline: Deadline) -> str:
        with self._passwords.threads.turn(deadline.left()):
            if (why := self._passwords.threads.run(weakness, password, name, self._words)) is not None:
                raise invalid(FieldError("password", why))
            return self._passwords.hash(password)

    def _digest(self, body: JsonObject, password: str | None, person: PersonTold, key: str) -> str:
        """As of any command's body, but slow to guess a password from, or a NIK: it is kept for days."""
        for what, secret in (("password", password), ("nik", person.nik)):
            if secret is not None:
                body = {**body, what: self._passwords.threads.run(_slowly, secret, key).hex()}
        told = {what: value for what, value in (("full_name", person.full_name), ("nip", person.nip)) if value}
        return idempotency.request_hash({**body, **told})

    def _sealed(self, name: str, told: PersonTold) -> queries.Person:
        """As the database keeps it. Raises Refused 422 and 503."""
        if told.nik is None:
            return queries.Person(told.full_name, told.nip)
        if self._sealer is None:
            raise Refused(503, "nik_not_kept")
        try:
            nik = parse_nik(told.nik, self._book.clock.now().date()).number
        except InvalidIdentity as error:
            raise invalid(FieldError("nik", error.code)) from None
        return queries.Person(told.full_name, told.nip, self._sealer.sealed(name, NIK, {NIK: nik}))


def _ending(change: AccountChange) -> dict[str, Json]:
    return {"end_sessions": True} if change.end_sessions else {}


def _named(told: PersonTold) -> dict[str, Json]:
    """Which of it was said, for the trail, which tells nobody's NIK."""
    said: list[Json] = [name for name, value in vars(told).items() if value is not None]
    return {"person": said} if said else {}


def _slowly(password: str, key: str) -> bytes:
    return hashlib.scrypt(password.encode(), salt=key.encode(), n=2**14, r=8, p=1)


def _still_operator(tx: Connection, command: AccountCommand, *others: str) -> None:
    """Who takes something from others is an operator until it is done, so that never all of them are gone.

    Everybody locks the accounts by name, so that two who do so to each other do not block each other. Raises Refused
    403.
    """
    own = command.actor.id
    for name in sorted({own, *others}):
        queries.find(tx, name, lock=True)
    stored = queries.find(tx, own)
    if stored is not None and (stored.disabled or all(held.role != OPERATOR for held in stored.actor.assignments)):
        raise wrong_role((OPERATOR,), action="change")

"""Accounts, their assignments, what waits for a second person, and ended tokens, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from mpp.casework.access.actors import Actor, Assignment
from mpp.persistence import pipelined
from mpp.persistence.values import AnyRow, AnyValues
from services.gateway.tables import accounts, assignments, drafts, ended_tokens, grants

# Asked with every request.
_STANDING = select(
    accounts.c.token_generation,
    accounts.c.must_change_password,
    accounts.c.full_name,
    accounts.c.nip,
    exists().where(ended_tokens.c.digest == bindparam("digest")).label("ended"),
).where(accounts.c.name == bindparam("name"), accounts.c.disabled.is_(False))


@dataclass(frozen=True)
class Grant:
    """What waits for a second person: roles to add to an account, or another password for it."""

    id: str
    account: str
    kind: str
    assignments: tuple[Assignment, ...]
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    password_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Person:
    """Who an account is; what is None is not known (or, in a change, stays). `sealed_nik`: by a `Sealer`."""

    full_name: str | None = None
    nip: str | None = None
    sealed_nik: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Account:
    """One account as it is stored; `pending` may hold what is over."""

    actor: Actor
    password_hash: str
    disabled: bool
    generation: int
    must_change_password: bool = False
    pending: tuple[Grant, ...] = ()
    person: Person = Person()


@dataclass(frozen=True)
class Standing:
    """What a token of an account is worth now: of which generation it must be, whether it was ended by itself; and who
    the account is."""

    generation: int
    must_change_password: bool
    ended: bool
    full_name: str | None = None
    nip: str | None = None


def find(tx: Connection, name: str, *, lock: bool = False) -> Account | None:
    """The account of this name, disabled ones too."""
    statement = select(accounts).where(accounts.c.name == name)
    found = _with_assignments(tx, statement.with_for_update() if lock else statement)
    return found[0] if found else None


def work_of(tx: Connection, name: str) -> tuple[Assignment, ...]:
    """What this account may do where; nothing for one that is disabled or is not there."""
    found = find(tx, name)
    return () if found is None or found.disabled else found.actor.assignments


@dataclass(frozen=True)
class Wanted:
    """Which accounts: `letters` stand in the name of the account or of its person; those who work at `office`."""

    letters: str | None = None
    office: str | None = None


def page(tx: Connection, after: str, limit: int, wanted: Wanted = Wanted()) -> list[Account]:
    """The next `limit` accounts after a name, by name."""
    found = select(accounts).where(accounts.c.name > after)
    if wanted.letters is not None:
        named = (accounts.c.name, func.coalesce(accounts.c.full_name, ""))
        found = found.where(
            or_(*(func.lower(each).contains(wanted.letters.lower(), autoescape=True) for each in named))
        )
    if wanted.office is not None:
        there = select(assignments.c.account).where(assignments.c.office == wanted.office)
        found = found.where(accounts.c.name.in_(there))
    return _with_assignments(tx, found.order_by(accounts.c.name).limit(limit))


def _with_assignments(tx: Connection, statement: Select[AnyValues]) -> list[Account]:
    rows = tx.execute(statement).all()
    held: dict[str, list[Assignment]] = {row.name: [] for row in rows}
    columns = (assignments.c.account, assignments.c.office, assignments.c.role)
    for each in tx.execute(select(*columns).where(assignments.c.account.in_(held)).order_by(*columns)):
        held[each.account].append(Assignment(each.office, each.role))
    pending: dict[str, list[Grant]] = {row.name: [] for row in rows}
    for row in tx.execute(select(grants).where(grants.c.account.in_(held)).order_by(grants.c.id)):
        pending[row.account].append(_grant(row))
    return [
        Account(
            Actor(r.name, tuple(held[r.name])), r.password_hash, r.disabled, r.token_generation,
            r.must_change_password, tuple(pending[r.name]), Person(r.full_name, r.nip, r.sealed_nik),
        )
        for r in rows
    ]  # fmt: skip


def colleagues(
    tx: Connection, offices: Sequence[str], roles: Sequence[str], after: Sequence[str], limit: int
) -> list[tuple[str, str, str, str | None]]:
    """(account, office, role, name of the person) of accounts that are not disabled, by the first three, after these
    three in `after`."""
    place = tuple_(assignments.c.account, assignments.c.office, assignments.c.role)
    query = (
        select(assignments.c.account, assignments.c.office, assignments.c.role, accounts.c.full_name)
        .join(accounts, accounts.c.name == assignments.c.account)
        .where(accounts.c.disabled.is_(False), assignments.c.office.in_(offices), assignments.c.role.in_(roles))
        .where(place > tuple_(*after))
        .order_by(assignments.c.account, assignments.c.office, assignments.c.role)
        .limit(limit)
    )
    return [(row.account, row.office, row.role, row.full_name) for row in tx.execute(query)]


def standing(tx: Connection, name: str, digest: bytes) -> Standing | None:
    """What the token of this digest is worth; None when its account is gone or disabled."""
    row = pipelined.now(tx, _STANDING, {"name": name, "digest": digest}).first()
    if row is None:
        return None
    return Standing(int(row.token_generation), row.must_change_password, row.ended, row.full_name, row.nip)


def add(
    tx: Connection,
    name: str,
    password_hash: str,
    held: Iterable[Assignment],
    now: datetime,
    *,
    demo: bool = False,
    must_change: bool = False,
    person: Person = Person(),
) -> bool:
    """Store the account unless the name is taken; whether it was stored. `must_change`: others know its password."""
    statement = insert(accounts).values(
        name=name,
        password_hash=password_hash,
        disabled=False,
        created_at=now,
        demo=demo,
        must_change_password=must_change,
        **vars(person),
    )
    if tx.execute(statement.on_conflict_do_nothing().returning(accounts.c.name)).first() is None:
        return False
    _hold(tx, name, held)
    return True


def assign(tx: Connection, name: str, held: Iterable[Assignment]) -> None:
    """Make these the account's assignments; its tokens end."""
    tx.execute(delete(assignments).where(assignments.c.account == name))
    _hold(tx, name, held)
    _change(tx, name)


def set_password(tx: Connection, name: str, password_hash: str, *, must_change: bool = False) -> None:
    """Another password; the account's tokens end. An account with a password of its own is demo data no more."""
    _change(tx, name, password_hash=password_hash, demo=False, must_change_password=must_change)


def end_tokens(tx: Connection, name: str) -> None:
    """Every token of the account ends; nothing else changes."""
    _change(tx, name)


def disable(tx: Connection, name: str) -> None:
    """Let nobody log in with it any more; its tokens end, and its drafts are gone."""
    _change(tx, name, disabled=True)
    tx.execute(delete(drafts).where(drafts.c.account == name))


def enable(tx: Connection, name: str) -> None:
    """Let it log in again. Tokens from before stay ended."""
    _change(tx, name, disabled=False)


def set_person(tx: Connection, name: str, person: Person) -> None:
    """Who the account is, as far as it is said; tokens stay good, and tell it from the next request on."""
    told = {column: value for column, value in vars(person).items() if value is not None}
    tx.execute(update(accounts).where(accounts.c.name == name).values(**told))


def rehash(tx: Connection, name: str, password_hash: str) -> None:
    """Replace the hash of the same password by a stronger one; tokens stay good."""
    tx.execute(update(accounts).where(accounts.c.name == name).values(password_hash=password_hash))


def live(tx: Connection, *, demo: bool) -> dict[str, str]:
    """The password hashes, by name, of the accounts that can log in and are demo data, or are none."""
    statement = select(accounts.c.name, accounts.c.password_hash).where(
        accounts.c.demo.is_(demo), accounts.c.disabled.is_(False)
    )
    return {row.name: row.password_hash for row in tx.execute(statement.order_by(accounts.c.name))}


def any_of_people(tx: Connection) -> bool:
    """Whether there is an account, disabled or not, that was not made as demo data."""
    return tx.execute(select(accounts.c.name).where(accounts.c.demo.is_(False)).limit(1)).first() is not None


def holders(tx: Connection, roles: Iterable[str]) -> int:
    """How many accounts that can log in hold one of the roles."""
    held = select(assignments.c.account).where(assignments.c.role.in_(list(roles)))
    able = select(accounts.c.name).where(accounts.c.disabled.is_(False), accounts.c.name.in_(held))
    return len(tx.execute(able).all())


def ask(tx: Connection, wanted: Grant) -> None:
    """Let it wait, in place of what waited for the same account and of the same kind. The caller locks the account."""
    tx.execute(delete(grants).where(grants.c.account == wanted.account, grants.c.kind == wanted.kind))
    tx.execute(
        insert(grants).values(
            id=wanted.id,
            account=wanted.account,
            kind=wanted.kind,
            assignments=[{"office": a.office, "role": a.role} for a in wanted.assignments],
            password_hash=wanted.password_hash,
            requested_by=wanted.requested_by,
            requested_at=wanted.requested_at,
            expires_at=wanted.expires_at,
        )
    )


def waiting(tx: Connection, now: datetime) -> list[Grant]:
    """All that wait and are not over, oldest first."""
    return [_grant(row) for row in tx.execute(select(grants).where(grants.c.expires_at > now).order_by(grants.c.id))]


def grant(tx: Connection, id_: str) -> Grant | None:
    """The one of this id, whether or not it is over."""
    row = tx.execute(select(grants).where(grants.c.id == id_)).first()
    return None if row is None else _grant(row)


def forget_grant(tx: Connection, id_: str) -> None:
    """It waits no longer."""
    tx.execute(delete(grants).where(grants.c.id == id_))


def forget_grants(tx: Connection, name: str, kind: str) -> list[Grant]:
    """What waited for this account, of this kind, which waits no longer."""
    return _gone(tx, (grants.c.account == name) & (grants.c.kind == kind))


def forget_grants_of(tx: Connection, name: str) -> list[Grant]:
    """What waited for this account or because of it, which waits no longer."""
    return _gone(tx, (grants.c.account == name) | (grants.c.requested_by == name))


def over(tx: Connection, now: datetime) -> list[Grant]:
    """What waited in vain, which waits no longer."""
    return _gone(tx, grants.c.expires_at <= now)


def end_token(tx: Connection, digest: bytes, ends_at: datetime) -> None:
    """The token of this digest is worth nothing any more; forgotten when it would have run out."""
    tx.execute(insert(ended_tokens).values(digest=digest, ends_at=ends_at).on_conflict_do_nothing())


def prune_tokens(tx: Connection, now: datetime, batch: int) -> int:
    """Forget ended tokens that have run out; how many."""
    over = select(ended_tokens.c.digest).where(ended_tokens.c.ends_at <= now).limit(batch)
    gone = delete(ended_tokens).where(ended_tokens.c.digest.in_(over.with_for_update(skip_locked=True)))
    return len(tx.execute(gone.returning(ended_tokens.c.digest)).all())


def _gone(tx: Connection, which: ColumnElement[bool]) -> list[Grant]:
    return [_grant(row) for row in tx.execute(delete(grants).where(which).returning(grants))]


def _grant(row: AnyRow) -> Grant:
    held = tuple(Assignment(each["office"], each["role"]) for each in row.assignments)
    return Grant(
        row.id, row.account, row.kind, held, row.requested_by, row.requested_at, row.expires_at, row.password_hash
    )


def _hold(tx: Connection, name: str, held: Iterable[Assignment]) -> None:
    rows = [{"account": name, "office": a.office, "role": a.role} for a in held]
    if rows:
        tx.execute(insert(assignments), rows)


def _change(tx: Connection, name: str, **values: str | bool) -> None:
    tx.execute(
        update(accounts)
        .where(accounts.c.name == name)
        .values(token_generation=accounts.c.token_generation + 1, **values)
    )

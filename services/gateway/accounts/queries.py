"""Accounts and their assignments in the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from mpp.casework.access.actors import Actor, Assignment
from mpp.persistence import pipelined
from mpp.persistence.values import AnyValues
from services.gateway.tables import accounts, assignments

# Asked with every request.
_GENERATION = select(accounts.c.token_generation).where(
    accounts.c.name == bindparam("name"), accounts.c.disabled.is_(False)
)


@dataclass(frozen=True)
class Account:
    """One account as it is stored."""

    actor: Actor
    password_hash: str
    disabled: bool
    generation: int


def find(tx: Connection, name: str, *, lock: bool = False) -> Account | None:
    """The account of this name, disabled ones too."""
    statement = select(accounts).where(accounts.c.name == name)
    found = _with_assignments(tx, statement.with_for_update() if lock else statement)
    return found[0] if found else None


def page(tx: Connection, after: str, limit: int) -> list[Account]:
    """The next `limit` accounts after a name, by name."""
    return _with_assignments(tx, select(accounts).where(accounts.c.name > after).order_by(accounts.c.name).limit(limit))


def _with_assignments(tx: Connection, statement: Select[AnyValues]) -> list[Account]:
    rows = tx.execute(statement).all()
    held: dict[str, list[Assignment]] = {row.name: [] for row in rows}
    columns = (assignments.c.account, assignments.c.office, assignments.c.role)
    for each in tx.execute(select(*columns).where(assignments.c.account.in_(held)).order_by(*columns)):
        held[each.account].append(Assignment(each.office, each.role))
    return [Account(Actor(r.name, tuple(held[r.name])), r.password_hash, r.disabled, r.token_generation) for r in rows]


def generation(tx: Connection, name: str) -> int | None:
    """Of which generation the account's tokens must be; None when it is gone or disabled."""
    row = pipelined.now(tx, _GENERATION, {"name": name}).first()
    return None if row is None else int(row.token_generation)


def add(
    tx: Connection, name: str, password_hash: str, held: Iterable[Assignment], now: datetime, *, demo: bool = False
) -> bool:
    """Store the account unless the name is taken; whether it was stored."""
    values = {"name": name, "password_hash": password_hash, "disabled": False, "created_at": now, "demo": demo}
    statement = insert(accounts).values(values)
    if tx.execute(statement.on_conflict_do_nothing().returning(accounts.c.name)).first() is None:
        return False
    _hold(tx, name, held)
    return True


def assign(tx: Connection, name: str, held: Iterable[Assignment]) -> None:
    """Make these the account's assignments; its tokens end."""
    tx.execute(delete(assignments).where(assignments.c.account == name))
    _hold(tx, name, held)
    _change(tx, name)


def set_password(tx: Connection, name: str, password_hash: str) -> None:
    """Another password; the account's tokens end. An account with a password of its own is demo data no more."""
    _change(tx, name, password_hash=password_hash, demo=False)


def disable(tx: Connection, name: str) -> None:
    """Let nobody log in with it any more; its tokens end."""
    _change(tx, name, disabled=True)


def enable(tx: Connection, name: str) -> None:
    """Let it log in again. Tokens from before stay ended."""
    _change(tx, name, disabled=False)


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

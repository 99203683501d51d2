"""Drafts in the database. Every statement but the pruning names the account, so that none finds another's draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from mpp.persistence.values import AnyRow
from services.gateway.tables import drafts

_HEAD = [c for c in drafts.c if c.name not in ("account", "sealed")]

_WHOLE = [*_HEAD, drafts.c.sealed]


@dataclass(frozen=True)
class Draft:
    """A draft as it is stored; `sealed` only where one is read."""

    id: str
    service: str
    version: int
    created_at: datetime
    changed_at: datetime
    expires_at: datetime
    sealed: bytes = field(default=b"", repr=False)


def listed(tx: Connection, account: str, now: datetime) -> list[Draft]:
    """The account's drafts without what is in them, the one that was changed last first."""
    query = select(*_HEAD).where(drafts.c.account == account, drafts.c.expires_at > now)
    return [_draft(row) for row in tx.execute(query.order_by(drafts.c.changed_at.desc(), drafts.c.id.desc()))]


def how_many(tx: Connection, account: str, now: datetime) -> int:
    """How many drafts the account has."""
    query = select(func.count()).select_from(drafts).where(drafts.c.account == account, drafts.c.expires_at > now)
    return int(tx.execute(query).scalar_one())


def find(tx: Connection, account: str, id_: str, now: datetime) -> Draft | None:
    """One draft of the account, with what is in it."""
    row = tx.execute(select(*_WHOLE).where(*_is(account, id_, now))).first()
    return None if row is None else _draft(row)


def add(tx: Connection, account: str, draft: Draft) -> None:
    """A new draft."""
    tx.execute(insert(drafts).values(account=account, **vars(draft)))


def change(tx: Connection, account: str, draft: Draft, version: int) -> Draft | None:
    """Other content for the draft, where it still has this version and is not over; as it is then."""
    statement = (
        update(drafts)
        .where(*_is(account, draft.id, draft.changed_at), drafts.c.version == version)
        .values(
            service=draft.service,
            version=draft.version,
            changed_at=draft.changed_at,
            expires_at=draft.expires_at,
            sealed=draft.sealed,
        )
        .returning(*_HEAD)
    )
    row = tx.execute(statement).first()
    return None if row is None else _draft(row)


def remove(tx: Connection, account: str, id_: str, version: int, now: datetime) -> Draft | None:
    """Take the draft away, where it still has this version; as it was."""
    statement = delete(drafts).where(*_is(account, id_, now), drafts.c.version == version).returning(*_HEAD)
    row = tx.execute(statement).first()
    return None if row is None else _draft(row)


def prune(tx: Connection, now: datetime, batch: int) -> int:
    """Remove drafts whose time is over; how many went."""
    over = select(drafts.c.id).where(drafts.c.expires_at <= now).limit(batch).with_for_update(skip_locked=True)
    return len(tx.execute(delete(drafts).where(drafts.c.id.in_(over)).returning(drafts.c.id)).all())


def _is(account: str, id_: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return drafts.c.id == id_, drafts.c.account == account, drafts.c.expires_at > now


def _draft(row: AnyRow) -> Draft:
    found = row._mapping
    return Draft(**{c.name: found[c.name] for c in _HEAD}, sealed=found.get("sealed", b""))

"""What applicants filed without a clerk, in the database. Every function works in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from mpp.cases.storage.online_table import online_filings
from mpp.casework.codes import tracking
from mpp.casework.refusals import not_found
from mpp.casework.rules.online import WAITING, WITHDRAWN
from mpp.json_values import JsonObject
from mpp.persistence.values import AnyRow

_OF = online_filings.c


@dataclass(frozen=True)
class OnlineFiling:
    """One of them. `body` is the request in its normal form; empty once it was withdrawn."""

    id: str
    tracking_code: str
    service: str
    service_version: int
    office: str
    body: JsonObject = field(repr=False)
    filed_at: datetime
    ends_on: date
    status: str = WAITING
    version: int = 1
    ended_at: datetime | None = None
    reason: str | None = None
    erase_on: date | None = None

    def waits(self, today: date) -> bool:
        """Whether it can still be accepted: a day that is over ends it, also before anybody has written that down."""
        return self.status == WAITING and today <= self.ends_on

    def ended(self, status: str, now: datetime, erase_on: date, reason: str | None = None) -> OnlineFiling:
        """The same, ended; what was withdrawn keeps nothing of a person."""
        body = {} if status == WITHDRAWN else self.body
        return replace(
            self, status=status, version=self.version + 1, ended_at=now, erase_on=erase_on, reason=reason, body=body
        )


def add(tx: Connection, filing: OnlineFiling) -> None:
    """Keep a new one."""
    tx.execute(insert(online_filings).values(**filing.__dict__))


def change(tx: Connection, filing: OnlineFiling) -> None:
    """Keep it as it is now. The caller holds its row."""
    tx.execute(update(online_filings).where(_OF.id == filing.id).values(**filing.__dict__))


def remove(tx: Connection, id_: str) -> None:
    """It is a case now. The caller holds its row."""
    tx.execute(delete(online_filings).where(_OF.id == id_))


def find(tx: Connection, named: str, *, lock: bool = False) -> OnlineFiling:
    """The one of this id or tracking code; `lock` takes its row. Raises Refused 404."""
    try:
        wanted = _OF.id == str(UUID(named))
    except ValueError:
        code = tracking.normalise(named)
        if code is None:
            raise not_found() from None
        wanted = _OF.tracking_code == code
    query = select(online_filings).where(wanted)
    row = tx.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise not_found()
    return _filing(row)


def waiting(
    tx: Connection, offices: Collection[str] | None, today: date, after: str | None, limit: int
) -> list[OnlineFiling]:
    """Those that wait at these offices (None: anywhere), the oldest first, after the one of this id."""
    query = select(online_filings).where(_OF.status == WAITING, _OF.ends_on >= today)
    if offices is not None:
        query = query.where(_OF.office.in_(sorted(offices)))
    if after is not None:
        query = query.where(_OF.id > after)
    return [_filing(row) for row in tx.execute(query.order_by(_OF.id).limit(limit))]


def how_many(tx: Connection, offices: Collection[str] | None, today: date, most: int) -> int:
    """How many wait at these offices (None: anywhere), counted up to `most`."""
    query = select(_OF.id).where(_OF.status == WAITING, _OF.ends_on >= today)
    if offices is not None:
        query = query.where(_OF.office.in_(sorted(offices)))
    return tx.execute(select(func.count()).select_from(query.limit(most).subquery())).scalar_one()


def over(tx: Connection, today: date, batch: int) -> list[OnlineFiling]:
    """Some whose last day is over and that are not ended yet, with their rows; those that somebody holds are left."""
    query = select(online_filings).where(_OF.status == WAITING, _OF.ends_on < today).order_by(_OF.ends_on, _OF.id)
    return [_filing(row) for row in tx.execute(query.limit(batch).with_for_update(skip_locked=True))]


def erase(tx: Connection, today: date, batch: int) -> int:
    """Remove those whose time is over; how many went."""
    old = select(_OF.id).where(_OF.erase_on <= today).order_by(_OF.erase_on, _OF.id).limit(batch)
    some = old.with_for_update(skip_locked=True).scalar_subquery()
    return tx.execute(delete(online_filings).where(_OF.id.in_(some))).rowcount


def _filing(row: AnyRow) -> OnlineFiling:
    return OnlineFiling(**row._mapping)

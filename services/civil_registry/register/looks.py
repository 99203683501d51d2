"""Who looked at whom in the register of residents: one row for each person that was shown, or asked for in vain.

The audit trail is what proves it. These rows, written with it, are by what it is found: by person, and by who looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Boolean, Column, Connection, DateTime, Identity, Index, Table, Text, func, insert, select
from sqlalchemy.dialects.postgresql import BIGINT

from mpp.casework.access.actors import Actor
from mpp.json_values import JsonObject
from mpp.persistence.tables import metadata

look_ups = Table(
    "look_ups",
    metadata,
    Column("id", BIGINT, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("account", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("found", Boolean, nullable=False),
    Index("look_ups_of_person", "person", "id"),
    Index("look_ups_by_account", "account", "at"),
)

# As many an hour as a busy counter serves in a day; a number of ours, no rule of law.
ALARM = 60
HOUR = timedelta(hours=1)
SHOWN = 100  # of the looks at a person, the newest
_WATCHED = timedelta(days=30)


def keep(
    tx: Connection, at: datetime, actor: Actor, office: str, people: Sequence[str], purpose: str, *, found: bool
) -> int | None:
    """Write down the looks; how many this account has made within the hour where these have crossed `ALARM`."""
    row = {"at": at, "account": actor.id, "office": office, "purpose": purpose, "found": found}
    before = _within_the_hour(tx, at, actor.id)
    tx.execute(insert(look_ups), [{**row, "person": person} for person in people])
    after = before + len(people)
    return after if before <= ALARM < after else None


def at_person(tx: Connection, person: str) -> list[JsonObject]:
    """The newest looks at a person, the newest first."""
    query = select(look_ups).where(look_ups.c.person == person).order_by(look_ups.c.id.desc()).limit(SHOWN)
    return [
        {
            "at": row.at.isoformat(),
            "account": row.account,
            "office": row.office,
            "purpose": row.purpose,
            "found": row.found,
        }
        for row in tx.execute(query)
    ]


def alarms(tx: Connection, now: datetime) -> list[JsonObject]:
    """The accounts that looked at more than `ALARM` persons in an hour of the clock, of the last 30 days, the newest
    first."""
    hour = func.date_trunc("hour", look_ups.c.at).label("hour")
    looks = func.count().label("looks")
    query = (
        select(look_ups.c.account, hour, looks)
        .where(look_ups.c.at > now - _WATCHED)
        .group_by(look_ups.c.account, hour)
        .having(looks > ALARM)
        .order_by(hour.desc(), look_ups.c.account)
        .limit(SHOWN)
    )
    return [{"account": row.account, "hour": row.hour.isoformat(), "looks": row.looks} for row in tx.execute(query)]


def _within_the_hour(tx: Connection, at: datetime, account: str) -> int:
    query = select(func.count()).where(look_ups.c.account == account, look_ups.c.at > at - HOUR)
    return int(tx.execute(query).scalar_one())

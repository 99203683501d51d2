"""The table of what applicants filed without a clerk (`mpp.cases.storage.online_rows`); ADR 0028 says why it is so."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, DateTime, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from mpp.persistence.tables import metadata

_at = DateTime(timezone=True)
_code = Text(collation="C")
_WAITS = text("status = 'waiting'")

# None of these is a case: the row goes when a clerk accepts it, and a case of the same id and code is there instead.
# `body` is what was sent, in its normal form; `ends_on` the last day to accept it, `erase_on` when the row goes.
online_filings = Table(
    "online_filings",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("tracking_code", _code, nullable=False, unique=True),
    Column("service", Text, nullable=False),
    Column("service_version", Integer, nullable=False),
    Column("office", _code, nullable=False),
    Column("status", Text, CheckConstraint("status IN ('waiting', 'declined', 'lapsed', 'withdrawn')"), nullable=False),
    Column("version", Integer, CheckConstraint("version > 0"), nullable=False),
    Column("body", JSONB, nullable=False),
    Column("filed_at", _at, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("ended_at", _at, CheckConstraint("(ended_at IS NULL) = (status = 'waiting')")),
    Column("reason", Text),
    Column("erase_on", Date, CheckConstraint("(erase_on IS NULL) = (status = 'waiting')")),
    Index("online_filings_waiting", "office", "id", postgresql_where=_WAITS),
    Index("online_filings_ends", "ends_on", "id", postgresql_where=_WAITS),
    Index("online_filings_erase", "erase_on", "id", postgresql_where=text("erase_on IS NOT NULL")),
)

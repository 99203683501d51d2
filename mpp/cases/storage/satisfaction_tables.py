"""The tables of the satisfaction survey (`mpp.cases.storage.satisfaction_rows`); ADR 0024 says why they are so."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, DateTime, ForeignKey, Index, Table, Text, false
from sqlalchemy.dialects.postgresql import JSONB

from mpp.persistence.tables import metadata

_code = Text(collation="C")

# Every version of the questions that a service has met, so that an answer keeps its meaning.
questionnaires = Table(
    "questionnaires",
    metadata,
    Column("version", _code, primary_key=True),
    Column("questions", JSONB, nullable=False),
    Column("first_met_at", DateTime(timezone=True), nullable=False),
)

# One-time addresses, by the hash of their code. They name no case: whoever has the key finds that of a case.
satisfaction_addresses = Table(
    "satisfaction_addresses",
    metadata,
    Column("hash", _code, CheckConstraint("hash ~ '^[0-9a-f]{64}$'"), primary_key=True),
    Column("service", _code, nullable=False),
    Column("office", _code, nullable=False),
    Column("free", Boolean, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("answered", Boolean, nullable=False, server_default=false()),
    Index("satisfaction_addresses_end", "ends_on"),
)

# What was answered. No row has an id, a time or an order of its own: see `satisfaction_rows.put`.
satisfaction_answers = Table(
    "satisfaction_answers",
    metadata,
    Column("month", Date, CheckConstraint("extract(day from month) = 1"), nullable=False),
    Column("service", _code, nullable=False),
    Column("office", _code, nullable=False),
    Column("channel", _code, CheckConstraint("channel IN ('message', 'receipt', 'counter', 'other')"), nullable=False),
    Column("questionnaire", _code, ForeignKey("questionnaires.version"), nullable=False),
    Column("free", Boolean, nullable=False),
    Column("answers", JSONB, nullable=False),
    Index("satisfaction_answers_of", "month", "service", "office"),
)

"""Residents, family cards and certificates."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Integer, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from mpp.persistence.tables import metadata

_uuid = UUID(as_uuid=False)

family_cards = Table(
    "family_cards",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("number", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("demo", Boolean, nullable=False),
)

residents = Table(
    "residents",
    metadata,
    Column("nik", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("sex", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("birth_place", Text, nullable=False),
    Column("family_card", _uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("died_on", Date),
    Column("version", Integer, nullable=False),
    Column("demo", Boolean, nullable=False),
)

certificates = Table(
    "certificates",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("case_id", _uuid, nullable=False),
    Column("nik", Text, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("registered_on", Date, nullable=False),
    Column("version", Integer, nullable=False),
)

nik_sequences = Table(
    "nik_sequences",
    metadata,
    Column("prefix", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

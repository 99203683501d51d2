"""Residents, family cards and certificates."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import UUID

from mpp.persistence.tables import metadata

_uuid = UUID(as_uuid=False)
_code = Text(collation="C")

family_cards = Table(
    "family_cards",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("number", _code, nullable=False, unique=True),
    Column("region", Text, nullable=False),
    Column("version", Integer, CheckConstraint("version > 0"), nullable=False),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
)

residents = Table(
    "residents",
    metadata,
    Column("nik", _code, primary_key=True),
    Column("person", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("sex", Text, CheckConstraint("sex IN ('male', 'female')"), nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("birth_place", Text, nullable=False),
    Column("family_card", _uuid, ForeignKey("family_cards.id"), nullable=False),
    Column("status", Text, CheckConstraint("status IN ('alive', 'deceased')"), nullable=False),
    Column("died_on", Date),
    Column("version", Integer, CheckConstraint("version > 0"), nullable=False),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    Index("residents_of_card", "family_card", postgresql_where=text("status = 'alive'")),
)

certificates = Table(
    "certificates",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("kind", Text, CheckConstraint("kind IN ('birth', 'death')"), nullable=False),
    Column("number", _code, nullable=False, unique=True),
    Column("case_id", _uuid, ForeignKey("cases.id"), nullable=False, unique=True),
    Column("nik", Text, ForeignKey("residents.nik"), nullable=False),
    Column("late", Boolean, nullable=False),
    Column("registered_on", Date, nullable=False),
    Column("version", Integer, CheckConstraint("version > 0"), nullable=False),
    Index("certificates_of_person", "nik", "kind", unique=True),
)

nik_sequences = Table(
    "nik_sequences",
    metadata,
    Column("prefix", _code, primary_key=True),
    Column("last", Integer, nullable=False),
)

"""The register of permits."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Integer, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from mpp.persistence.tables import metadata

permits = Table(
    "permits",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("number", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("case_id", UUID(as_uuid=False), nullable=False),
    Column("person", Text),
    Column("region", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

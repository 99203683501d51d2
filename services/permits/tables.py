"""The register of permits."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from mpp.persistence.tables import metadata

_uuid = UUID(as_uuid=False)

permits = Table(
    "permits",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("number", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("service_version", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("case_id", _uuid, nullable=False),
    Column("verification", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("holder", JSONB(none_as_null=True)),
    Column("holder_key", Text),
    Column("person", Text),
    Column("data", JSONB, nullable=False),
    Column("limit_group", Text),
    Column("place", Text),
    Column("warned", Integer),
    Column("look_at", Date),
    Column("supersedes", _uuid),
    Column("superseded_by", _uuid),
    Column("changed_on", Date),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

permit_history = Table(
    "permit_history",
    metadata,
    Column("permit_id", _uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("event", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("office", Text),
    Column("reason", Text),
    Column("note", Text),
)

"""The register of permits."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from mpp.cases.storage.names import NameIndex
from mpp.persistence.tables import metadata

_uuid = UUID(as_uuid=False)
_code = Text(collation="C")

permits = Table(
    "permits",
    metadata,
    Column("id", _uuid, primary_key=True),
    Column("number", _code, nullable=False, unique=True),
    Column("service", _code, nullable=False),
    Column("service_version", Integer, nullable=False),
    Column("owner", _code, nullable=False),
    Column("case_id", _uuid, ForeignKey("cases.id"), nullable=False),
    Column("verification", _code, nullable=False, unique=True),
    Column("region", _code, nullable=False),
    Column(
        "status",
        _code,
        CheckConstraint("status IN ('valid', 'suspended', 'revoked', 'superseded', 'expired', 'lapsed')"),
        nullable=False,
    ),
    Column("version", Integer, CheckConstraint("version > 0"), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, CheckConstraint("valid_until >= valid_from")),
    Column("holder", JSONB(none_as_null=True)),
    Column("holder_key", _code),
    Column("person", Text),
    Column("data", JSONB, nullable=False),
    Column("limit_group", Text),
    Column("place", Text),  # read by the version before only
    Column("warned", Integer),
    Column("look_at", Date, CheckConstraint("look_at IS NULL OR status IN ('valid', 'suspended')")),
    Column("supersedes", _uuid, ForeignKey("permits.id"), unique=True),
    Column(
        "superseded_by",
        _uuid,
        ForeignKey("permits.id"),
        CheckConstraint("(superseded_by IS NOT NULL) = (status = 'superseded')"),
        unique=True,
    ),
    Column("changed_on", Date),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    # one per order of the register's lists (services.permits.queries), and per pair of filters that find few
    Index("permits_area", "region", "id"),
    Index("permits_until", "valid_until", "id", postgresql_where=text("valid_until IS NOT NULL")),
    Index("permits_service", "service", "id"),
    Index("permits_status", "status", "id"),
    Index("permits_service_status", "service", "status", "id"),
    Index("permits_service_until", "service", "valid_until", "id", postgresql_where=text("valid_until IS NOT NULL")),
    Index("permits_status_area", "status", "region", "id"),
    Index("permits_person", "person", "id", postgresql_where=text("person IS NOT NULL")),
    Index("permits_holder", "holder_key", "id", postgresql_where=text("holder_key IS NOT NULL")),
    Index("permits_case", "case_id"),
    # what the register's timer reads
    Index("permits_look_at", "look_at", "id", postgresql_where=text("look_at IS NOT NULL")),
)

# The words of the holder's name, by which a permit is found (mpp.cases.storage.names).
permit_names = Table(
    "permit_names",
    metadata,
    Column("permit_id", _uuid, ForeignKey("permits.id"), primary_key=True),
    Column("word", _code, primary_key=True),
    Index("permit_names_word", "word", "permit_id"),
)

PERMIT_NAMES = NameIndex(
    permit_names, "permit_id", permits.c.id, permits.c.holder.op("->>")("name"), permits.c.holder_key
)

permit_history = Table(
    "permit_history",
    metadata,
    Column("permit_id", _uuid, ForeignKey("permits.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("event", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("office", Text),
    Column("reason", Text),
    Column("note", Text),
)

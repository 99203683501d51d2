"""The rows that carry the guarantees; every service's database has them (DDL: `mpp.persistence.ddl`)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

metadata = MetaData()
_at = DateTime(timezone=True)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("event_id", UUID(as_uuid=False), nullable=False),
    Column("type", Text, nullable=False),
    Column("routing_key", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_version", Integer, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", _at, nullable=False),
    Column("published_at", _at),
)

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", UUID(as_uuid=False), primary_key=True),
    Column("subscription", Text, primary_key=True),
    Column("type", Text),
    Column("routing_key", Text),
    Column("subject", Text),
    Column("subject_version", Integer),
    Column("headers", JSONB),
    Column("body", LargeBinary),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", _at),
    Column("reason", Text),
    Column("received_at", _at, nullable=False),
    Column("settled_at", _at),
)

positions = Table(
    "positions",
    metadata,
    Column("subscription", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("version", Integer, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("expires_at", _at, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("method", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", Text, nullable=False),
    Column("status", Integer),
    Column("response", JSONB),
    Column("created_at", _at, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("seq", Integer),  # the place in the chain of the case; null for an entry that stands alone
    Column("hash", LargeBinary, nullable=False),
    Column("at", _at, nullable=False),
    Column("case_id", UUID(as_uuid=False)),
    Column("actor", Text, nullable=False),
    Column("office", Text),
    Column("counter", Text),
    Column("action", Text, nullable=False),
    Column("reason", Text),
    Column("details", JSONB, nullable=False),
    Column("correlation_id", Text),
)

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("audit_id", BigInteger, nullable=False),
    Column("entry_hash", LargeBinary, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("floor", BigInteger, nullable=False),  # every entry up to this id was sealed with this one, or before
    Column("sealed_at", _at, nullable=False),
)

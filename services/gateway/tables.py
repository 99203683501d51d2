"""The gateway's own tables: accounts, counted attempts, and the feed (DDL: `migrations/versions`)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

metadata = MetaData()
_at = DateTime(timezone=True)

accounts = Table(
    "accounts",
    metadata,
    Column("name", Text(collation="C"), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", _at, nullable=False),
    # A token is good only under the number that it was made under (0002).
    Column("token_generation", Integer, nullable=False, server_default="0"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("account", Text(collation="C"), ForeignKey("accounts.name", ondelete="CASCADE"), primary_key=True),
    Column("office", Text(collation="C"), primary_key=True),
    Column("role", Text, primary_key=True),
)

# Counts within a window: failed log-ins, look-ups of tracking codes. UNLOGGED: a crash of the database forgets them.
attempts = Table(
    "attempts",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject", Text(collation="C"), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("window_ends", _at, nullable=False),
)

feed_events = Table(
    "feed_events",
    metadata,
    Column("arrival", BigInteger, Identity(), primary_key=True),
    Column("event_id", UUID(as_uuid=False), nullable=False, unique=True),
    Column("position", BigInteger, unique=True),
    Column("type", Text(collation="C"), nullable=False),
    Column("event", JSONB, nullable=False),
    Column("received_at", _at, nullable=False),
)

feed_state = Table(
    "feed_state",
    metadata,
    Column("singleton", Boolean, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("pruned_through", BigInteger, nullable=False),
)

# The contents of documents in the folder (ADR 0007). `referenced_at`: when a case was first known to refer to it.
contents = Table(
    "contents",
    metadata,
    Column("sha256", Text(collation="C"), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("touched_at", _at, nullable=False),
    Column("referenced_at", _at),
)

"""The gateway's own tables: accounts, counted attempts, and the feed (made by `migrations`)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

metadata = MetaData()
_at = DateTime(timezone=True)

accounts = Table(
    "accounts",
    metadata,
    Column("name", Text(collation="C"), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", _at, nullable=False),
    # a token is good only under the number that it was made under
    Column("token_generation", Integer, nullable=False, server_default=text("0")),
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
    Index("attempts_over", "window_ends"),
    prefixes=["UNLOGGED"],
)

feed_events = Table(
    "feed_events",
    metadata,
    Column("arrival", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", UUID(as_uuid=False), nullable=False, unique=True),
    Column("position", BigInteger, unique=True),
    Column("type", Text(collation="C"), nullable=False),
    Column("event", JSONB, nullable=False),
    Column("received_at", _at, nullable=False),
    Index("feed_unnumbered", "arrival", postgresql_where=text("position IS NULL")),
    Index("feed_by_type", "type", "position"),
    Index("feed_age", "received_at"),
)

feed_state = Table(
    "feed_state",
    metadata,
    Column("singleton", Boolean, CheckConstraint("singleton"), primary_key=True, server_default=text("true")),
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
    Index("contents_unreferenced", "touched_at", postgresql_where=text("referenced_at IS NULL")),
)

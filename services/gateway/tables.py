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
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
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
    # made as demo data, and still with the password that it had then
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    # somebody else knows its password: nothing but changing it is possible
    Column("must_change_password", Boolean, nullable=False, server_default=text("false")),
    # as they stand below what the person signs; the NIK (encrypted, `services.gateway.sealing`) is for BSrE alone
    Column("full_name", Text),
    Column("nip", Text),
    Column("sealed_nik", LargeBinary),
)

assignments = Table(
    "assignments",
    metadata,
    Column("account", Text(collation="C"), ForeignKey("accounts.name", ondelete="CASCADE"), primary_key=True),
    Column("office", Text(collation="C"), primary_key=True),
    Column("role", Text, primary_key=True),
)

# Tokens that were given back before their time, by SHA-256; kept until they would have run out.
ended_tokens = Table(
    "ended_tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("ends_at", _at, nullable=False),
    Index("ended_tokens_over", "ends_at"),
)

# What an operator may not give alone (`accounts.grants`): roles to add, or another password.
grants = Table(
    "grants",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("account", Text(collation="C"), ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, CheckConstraint("kind IN ('roles', 'password')"), nullable=False),
    Column("assignments", JSONB, nullable=False),
    Column("password_hash", Text),
    Column("requested_by", Text(collation="C"), nullable=False),
    Column("requested_at", _at, nullable=False),
    Column("expires_at", _at, nullable=False),
    UniqueConstraint("account", "kind"),
    Index("grants_over", "expires_at"),
)

# Half-filled forms, encrypted by `services.gateway.drafts`; each account's own.
drafts = Table(
    "drafts",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("account", Text(collation="C"), ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False),
    Column("service", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", _at, nullable=False),
    Column("changed_at", _at, nullable=False),
    Column("expires_at", _at, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("drafts_of_account", "account"),
    Index("drafts_over", "expires_at"),
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
    Column("epoch", Text, nullable=False),
    Column("fingerprint", Text),  # of the place where this database belongs; null: nobody has looked yet
)

# Epochs of the feed, oldest first. `base`: the last position of the epoch before.
feed_epochs = Table(
    "feed_epochs",
    metadata,
    Column("ordinal", BigInteger, Identity(always=True), primary_key=True),
    Column("epoch", Text, nullable=False, unique=True),
    Column("base", BigInteger, nullable=False),
    Column("began_at", _at, nullable=False),
    Column("reason", Text, nullable=False),
)

# What the newest comparisons of outboxes and inboxes have found (`services.gateway.reconciling`).
reconciliations = Table(
    "reconciliations",
    metadata,
    Column("ordinal", BigInteger, Identity(always=True), primary_key=True),
    Column("asked", Text, nullable=False, unique=True),
    Column("whole", Boolean, nullable=False),  # over everything that outboxes still hold
    Column("checked_at", _at, nullable=False),
    Column("found", JSONB, nullable=False),
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

# What was sent to a signing service and is not known to be ended; `printed` is the hash of what was sent, which the
# folder keeps meanwhile. Until `held_until` somebody is at it.
paper_tries = Table(
    "paper_tries",
    metadata,
    Column("paper", UUID(as_uuid=False), primary_key=True),
    Column("collection", Text, nullable=False),
    Column("account", Text(collation="C"), nullable=False),
    Column("printed", Text(collation="C"), nullable=False),
    Column("template_digest", Text, nullable=False),
    Column("reference", Text),
    Column("held_until", _at, nullable=False),
)

# Sheets that were signed by hand and scanned, and wait for a second person.
paper_scans = Table(
    "paper_scans",
    metadata,
    Column("paper", UUID(as_uuid=False), primary_key=True),
    Column("sha256", Text(collation="C"), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("scanned_by", Text(collation="C"), nullable=False),
    Column("scanned_at", _at, nullable=False),
)

# Papers that one account signs in one go. Who signs says that it is `alive_until`; a process that died says nothing.
signature_batches = Table(
    "signature_batches",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("account", Text(collation="C"), nullable=False),
    Column("created_at", _at, nullable=False),
    Column("alive_until", _at, nullable=False),
    Column("ended", Boolean, nullable=False, server_default=text("false")),
    Index("signature_batches_age", "created_at"),
)

signature_results = Table(
    "signature_results",
    metadata,
    Column("batch", UUID(as_uuid=False), ForeignKey("signature_batches.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("paper", UUID(as_uuid=False), nullable=False),
    Column("state", Text, nullable=False),
    Column("failure", Text),
)

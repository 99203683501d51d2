"""The rows that carry the guarantees; every service's database has them.

What `mpp prepare` makes is in `mpp.persistence.migrations`; a test compares the two, with every index and constraint.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

metadata = MetaData()
_at = DateTime(timezone=True)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", UUID(as_uuid=False), nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("routing_key", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_version", Integer, CheckConstraint("subject_version > 0"), nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", _at, nullable=False),
    Column("published_at", _at),
    Column("signed", Boolean, nullable=False, server_default=false()),  # published under the service's own name
    UniqueConstraint("subject", "subject_version", "type"),
    Index("outbox_unpublished", "id", postgresql_where=text("published_at IS NULL")),
    Index("outbox_published", "published_at", postgresql_where=text("published_at IS NOT NULL")),
    Index("outbox_unsigned", "id", postgresql_where=text("published_at IS NOT NULL AND NOT signed")),
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
    Column(
        "status",
        Text,
        CheckConstraint("status IN ('done', 'ignored', 'retry', 'parked', 'dead')"),
        nullable=False,
    ),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", _at),
    Column("reason", Text),
    Column("received_at", _at, nullable=False),
    Column("settled_at", _at),
    Column("publisher", Text),  # of a message that is kept: the account that the broker vouches for; null: nobody
    Index("inbox_due", "next_attempt_at", postgresql_where=text("status IN ('retry', 'parked')")),
    Index(
        "inbox_waiting",
        "subscription",
        "subject",
        "subject_version",
        postgresql_where=text("status IN ('retry', 'parked', 'dead')"),
    ),
    Index("inbox_settled", "settled_at", postgresql_where=text("status IN ('done', 'ignored')")),
)

positions = Table(
    "positions",
    metadata,
    Column("subscription", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("version", Integer, nullable=False),
)

# Since when a subscription listens to a pattern of types, as far as it was looked at (`mpp.messaging.reconciling`).
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscription", Text, primary_key=True),
    Column("pattern", Text, primary_key=True),
    Column("began_at", _at, nullable=False),
)

# Each time this database was brought back from a backup (`mpp.persistence.restores`). No service writes it.
restores = Table(
    "restores",
    metadata,
    Column("stamp", Text(collation="C"), primary_key=True),
    Column("backup", Text, nullable=False),
    Column("restored_at", _at, nullable=False),
    Column("until", _at, nullable=False),  # what came later is not here
    Column("versions_after", Integer, CheckConstraint("versions_after >= 0"), nullable=False),
    # A book of legal numbers of these years that nobody remembers may have been begun, and gone on up to here.
    Column("numbers_after", Integer, CheckConstraint("numbers_after >= 0"), nullable=False),
    Column("numbers_from", Integer, nullable=False),
    Column("numbers_through", Integer, nullable=False),
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
    Index("idempotency_age", "created_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "seq", Integer, CheckConstraint("seq > 0")
    ),  # the place in the chain of the case; null for an entry that stands alone
    Column("hash", LargeBinary, CheckConstraint("length(hash) = 32"), nullable=False),
    Column("at", _at, nullable=False),
    Column("case_id", UUID(as_uuid=False)),
    Column("actor", Text, nullable=False),
    Column("office", Text),
    Column("counter", Text),
    Column("action", Text, nullable=False),
    Column("reason", Text),
    Column("details", JSONB, nullable=False, server_default=text("'{}'")),
    Column("correlation_id", Text),
    UniqueConstraint("case_id", "seq"),
)

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("position", BigInteger, CheckConstraint("position > 0"), primary_key=True, autoincrement=False),
    Column("audit_id", BigInteger, nullable=False, unique=True),
    Column("entry_hash", LargeBinary, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("floor", BigInteger, nullable=False),  # every entry up to this id was sealed with this one, or before
    Column("sealed_at", _at, nullable=False),
)

_RUNNING = "(status = 'running')"

# Work for later (`mpp.jobs`). `slot`: its place in its lane while it is running. `reason`: kind and place of the last
# failure, never its text. `begun_at`: the last attempt.
jobs = Table(
    "jobs",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("kind", Text(collation="C"), nullable=False),
    Column("key", Text(collation="C"), nullable=False),
    Column("lane", Text(collation="C"), nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("status", Text, CheckConstraint("status IN ('waiting', 'running', 'done', 'dead')"), nullable=False),
    Column("due_at", _at, nullable=False),
    Column("attempts", Integer, CheckConstraint("attempts >= 0"), nullable=False),
    Column("slot", Integer, CheckConstraint(f"(slot IS NOT NULL) = {_RUNNING}")),
    Column("holder", Text, CheckConstraint(f"(holder IS NOT NULL) = {_RUNNING}")),
    Column("held_until", _at, CheckConstraint(f"(held_until IS NOT NULL) = {_RUNNING}")),
    Column("reason", Text),
    Column("enqueued_at", _at, nullable=False),
    Column("begun_at", _at),
    Column("settled_at", _at, CheckConstraint("(settled_at IS NOT NULL) = (status IN ('done', 'dead'))")),
    UniqueConstraint("kind", "key"),
    Index("jobs_waiting", "kind", "lane", "due_at", "id", postgresql_where=text("status = 'waiting'")),
    Index("jobs_running", "kind", "lane", "slot", unique=True, postgresql_where=text("status = 'running'")),
    Index("jobs_dead", "id", postgresql_where=text("status = 'dead'")),
    Index("jobs_done", "settled_at", postgresql_where=text("status = 'done'")),
)

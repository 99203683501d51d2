"""The DDL of the shared tables, by version. A version that has shipped never changes; add the next one.

Each service's migrations call these functions, so that a mechanism of the mall has one schema everywhere.
"""

from __future__ import annotations

from collections.abc import Callable

Execute = Callable[[str], object]

_CORE_V1 = (
    """
    CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id uuid NOT NULL UNIQUE,
        type text NOT NULL,
        routing_key text NOT NULL,
        subject text NOT NULL,
        subject_version integer NOT NULL CHECK (subject_version > 0),
        headers jsonb NOT NULL,
        body bytea NOT NULL,
        created_at timestamptz NOT NULL,
        published_at timestamptz,
        UNIQUE (subject, subject_version, type)
    )
    """,
    "CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL",
    "CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL",
    """
    CREATE TABLE inbox (
        event_id uuid NOT NULL,
        subscription text NOT NULL,
        type text,
        routing_key text,
        subject text,
        subject_version integer,
        headers jsonb,
        body bytea,
        status text NOT NULL CHECK (status IN ('done', 'ignored', 'retry', 'parked', 'dead')),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        reason text,
        received_at timestamptz NOT NULL,
        settled_at timestamptz,
        PRIMARY KEY (event_id, subscription)
    )
    """,
    "CREATE INDEX inbox_due ON inbox (next_attempt_at) WHERE status IN ('retry', 'parked')",
    "CREATE INDEX inbox_waiting ON inbox (subscription, subject, subject_version)"
    " WHERE status IN ('retry', 'parked', 'dead')",
    "CREATE INDEX inbox_settled ON inbox (settled_at) WHERE status IN ('done', 'ignored')",
    """
    CREATE TABLE positions (
        subscription text NOT NULL,
        subject text NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (subscription, subject)
    )
    """,
    "CREATE TABLE leases (name text PRIMARY KEY, holder text NOT NULL, expires_at timestamptz NOT NULL)",
    """
    CREATE TABLE idempotency (
        actor text NOT NULL,
        method text NOT NULL,
        path text NOT NULL,
        key text NOT NULL,
        request_hash text NOT NULL,
        status integer,
        response jsonb,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (actor, method, path, key)
    )
    """,
    "CREATE INDEX idempotency_age ON idempotency (created_at)",
    """
    CREATE TABLE audit (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        seq integer CHECK (seq > 0),
        hash bytea NOT NULL CHECK (length(hash) = 32),
        at timestamptz NOT NULL,
        case_id uuid,
        actor text NOT NULL,
        office text,
        counter text,
        action text NOT NULL,
        reason text,
        details jsonb NOT NULL DEFAULT '{}',
        correlation_id text,
        UNIQUE (case_id, seq)
    )
    """,
    # One row for each entry that the sealer has taken into the service's chain. No foreign key: the trail is there
    # to show a deletion, and a check on each insert would buy no more.
    """
    CREATE TABLE audit_seals (
        position bigint PRIMARY KEY CHECK (position > 0),
        audit_id bigint NOT NULL UNIQUE,
        entry_hash bytea NOT NULL,
        head bytea NOT NULL,
        floor bigint NOT NULL,
        sealed_at timestamptz NOT NULL
    )
    """,
)


def core_v1(execute: Execute) -> None:
    """Outbox, inbox, positions, leases, idempotency answers and the audit trail."""
    for statement in _CORE_V1:
        execute(statement)


# What the runtime role may not do, whatever default privileges give it: rewrite what happened.
APPEND_ONLY = ("audit", "audit_seals")

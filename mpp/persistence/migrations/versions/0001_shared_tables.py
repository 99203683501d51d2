"""Outbox, inbox, positions, leases, idempotency answers and the audit trail."""

from alembic import op

revision = "core_0001"
down_revision = None
branch_labels = ("core",)
former = "0001"

_STATEMENTS = (
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
    # The one way an entry is written (mpp.persistence.audit.trail): a function, because its plan is then made once per
    # session. The hash is that of mpp.audit.chain.entry_hash. MATERIALIZED, because nextval may be asked once only; and
    # it is asked inside the INSERT, whose lock the sealer relies on from before that until the commit.
    r"""
    CREATE FUNCTION audit_append(
        p_chain uuid, p_digest bytea, p_at timestamptz, p_case_id uuid, p_actor text, p_office text, p_counter text,
        p_action text, p_reason text, p_details jsonb, p_correlation_id text
    ) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        made bigint;
    BEGIN
        WITH place AS MATERIALIZED (
            SELECT nextval('audit_id_seq') AS id,
                   CASE WHEN p_chain IS NULL THEN 0 ELSE coalesce(last.seq, 0) + 1 END AS seq,
                   coalesce(last.hash, decode(repeat('00', 32), 'hex')) AS previous
            FROM (SELECT 1) AS one
            LEFT JOIN LATERAL (
                SELECT a.seq, a.hash FROM audit a WHERE a.case_id = p_chain AND a.seq IS NOT NULL
                ORDER BY a.seq DESC LIMIT 1
            ) AS last ON true
        )
        INSERT INTO audit
            (id, seq, hash, at, case_id, actor, office, counter, action, reason, details, correlation_id)
        OVERRIDING SYSTEM VALUE
        SELECT place.id, nullif(place.seq, 0),
               sha256('\x00'::bytea || place.previous || int8send(place.id) || int8send(place.seq) || p_digest),
               p_at, p_case_id, p_actor, p_office, p_counter, p_action, p_reason, p_details, p_correlation_id
        FROM place
        RETURNING audit.id INTO made;
        RETURN made;
    END $$
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


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

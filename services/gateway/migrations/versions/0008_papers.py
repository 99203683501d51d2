"""Papers: what was sent to a signing service, signed sheets that were scanned, and batches of signatures."""

from alembic import op

revision = "gateway_0008"
down_revision = "gateway_0007"

_STATEMENTS = (
    """
    CREATE TABLE paper_tries (
        paper uuid NOT NULL PRIMARY KEY,
        collection text NOT NULL,
        account text COLLATE "C" NOT NULL,
        printed text COLLATE "C" NOT NULL,
        template_digest text NOT NULL,
        reference text,
        held_until timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE paper_scans (
        paper uuid NOT NULL PRIMARY KEY,
        sha256 text COLLATE "C" NOT NULL,
        size bigint NOT NULL,
        scanned_by text COLLATE "C" NOT NULL,
        scanned_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE signature_batches (
        id uuid NOT NULL PRIMARY KEY,
        account text COLLATE "C" NOT NULL,
        created_at timestamptz NOT NULL,
        alive_until timestamptz NOT NULL,
        ended boolean NOT NULL DEFAULT false
    )
    """,
    "CREATE INDEX signature_batches_age ON signature_batches (created_at)",
    """
    CREATE TABLE signature_results (
        batch uuid NOT NULL REFERENCES signature_batches (id) ON DELETE CASCADE,
        ordinal integer NOT NULL,
        paper uuid NOT NULL,
        state text NOT NULL,
        failure text,
        PRIMARY KEY (batch, ordinal)
    )
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

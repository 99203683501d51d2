"""Half-filled forms of accounts, encrypted."""

from alembic import op

revision = "gateway_0006"
down_revision = "gateway_0005"

_STATEMENTS = (
    """
    CREATE TABLE drafts (
        id uuid NOT NULL PRIMARY KEY,
        account text COLLATE "C" NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
        service text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        sealed bytea NOT NULL
    )
    """,
    "CREATE INDEX drafts_of_account ON drafts (account)",
    "CREATE INDEX drafts_over ON drafts (expires_at)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

"""Accounts belong to persons: demo data are told apart, a first password must go, tokens end one by one, and what an
operator may not give alone waits for a second person."""

from alembic import op

revision = "gateway_0003"
down_revision = "gateway_0002"

_STATEMENTS = (
    """
    ALTER TABLE accounts
        ADD COLUMN demo boolean NOT NULL DEFAULT false,
        ADD COLUMN must_change_password boolean NOT NULL DEFAULT false
    """,
    """
    CREATE TABLE ended_tokens (
        digest bytea NOT NULL PRIMARY KEY,
        ends_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ended_tokens_over ON ended_tokens (ends_at)",
    """
    CREATE TABLE grants (
        id uuid NOT NULL PRIMARY KEY,
        account text COLLATE "C" NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
        kind text NOT NULL CHECK (kind IN ('roles', 'password')),
        assignments jsonb NOT NULL,
        password_hash text,
        requested_by text COLLATE "C" NOT NULL,
        requested_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        UNIQUE (account, kind)
    )
    """,
    "CREATE INDEX grants_over ON grants (expires_at)",
    # The trail alone remembers which accounts were demo data; who was given another password since is nobody's example.
    """
    UPDATE accounts SET demo = true
    WHERE EXISTS (SELECT FROM audit WHERE action = 'account_created' AND actor = 'system'
                  AND details->>'account' = accounts.name AND details->'demo' = 'true')
      AND NOT EXISTS (SELECT FROM audit WHERE action = 'account_password_set' AND details->>'account' = accounts.name)
    """,
)


def upgrade() -> None:
    """What stands of accounts stays: nobody's password or role changes by this."""
    for statement in _STATEMENTS:
        op.execute(statement)

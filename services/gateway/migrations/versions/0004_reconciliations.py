"""The last comparison of what was told with what was heard."""

from alembic import op

revision = "gateway_0004"
down_revision = "gateway_0003"

_TABLE = """
CREATE TABLE reconciliations (
    singleton boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (singleton),
    asked text NOT NULL,
    checked_at timestamptz NOT NULL,
    found jsonb NOT NULL
)
"""


def upgrade() -> None:
    op.execute(_TABLE)

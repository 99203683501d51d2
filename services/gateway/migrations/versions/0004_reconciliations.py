"""The newest comparisons of what was told with what was heard."""

from alembic import op

revision = "gateway_0004"
down_revision = "gateway_0003"

_TABLE = """
CREATE TABLE reconciliations (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asked text NOT NULL UNIQUE,
    whole boolean NOT NULL,
    checked_at timestamptz NOT NULL,
    found jsonb NOT NULL
)
"""


def upgrade() -> None:
    op.execute(_TABLE)

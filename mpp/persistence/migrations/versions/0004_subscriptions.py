"""Since when a service listens to what: nobody misses an event of before."""

from alembic import op

revision = "core_0004"
down_revision = "core_0003"

_TABLE = """
CREATE TABLE subscriptions (
    subscription text NOT NULL,
    pattern text NOT NULL,
    began_at timestamptz NOT NULL,
    PRIMARY KEY (subscription, pattern)
)
"""


def upgrade() -> None:
    op.execute(_TABLE)

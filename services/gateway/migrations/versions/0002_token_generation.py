"""Each account counts how often its tokens were ended; a token carries the number it was made under."""

from alembic import op

revision = "gateway_0002"
down_revision = "gateway_0001"
former = "0002"


def upgrade() -> None:
    """Tokens from before this version carry no number, which is read as 0: they stay good until they run out."""
    op.execute("ALTER TABLE accounts ADD COLUMN token_generation integer NOT NULL DEFAULT 0")

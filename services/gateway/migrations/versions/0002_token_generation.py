"""Each account counts how often its tokens were ended; a token carries the number it was made under."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tokens from before this version carry no number, which is read as 0: they stay good until they run out."""
    op.execute("ALTER TABLE accounts ADD COLUMN token_generation integer NOT NULL DEFAULT 0")

"""Which cases have a secret that was made with their service's own key.

Those in the database have not, nor has one that a version without such a key files while this is done: it says nothing.
"""

from alembic import op

revision = "casework_0005"
down_revision = "casework_0004"


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD COLUMN own_secret boolean NOT NULL DEFAULT false")

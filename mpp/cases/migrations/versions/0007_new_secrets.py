"""How many secrets a case was given in place of the one of its filing. They are derived: the count is all that is kept.

A constant default: the table is not written anew. A process of the version before knows only the first secret.
"""

from alembic import op

revision = "casework_0007"
down_revision = "casework_0006"


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD COLUMN secret_issue integer NOT NULL DEFAULT 0")

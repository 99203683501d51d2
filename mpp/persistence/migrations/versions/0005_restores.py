"""That a database was brought back from a backup, and beyond what it goes on since then.

Of a database from before there is none to be told: it was never brought back by a command.
"""

from alembic import op

revision = "core_0005"
down_revision = "core_0004"

_TABLE = """
CREATE TABLE restores (
    stamp text COLLATE "C" PRIMARY KEY,
    backup text NOT NULL,
    restored_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    versions_after integer NOT NULL CHECK (versions_after >= 0),
    numbers_after integer NOT NULL CHECK (numbers_after >= 0),
    numbers_from integer NOT NULL,
    numbers_through integer NOT NULL
)
"""


def upgrade() -> None:
    op.execute(_TABLE)

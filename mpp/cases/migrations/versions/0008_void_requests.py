"""Numbers that an operator asked to void, until an official of the office that issued them has decided."""

from alembic import op

revision = "casework_0008"
down_revision = "casework_0007"

_TABLE = """
CREATE TABLE void_requests (
    office text NOT NULL,
    series text NOT NULL,
    year integer NOT NULL,
    seq integer NOT NULL,
    reason text NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL,
    PRIMARY KEY (office, series, year, seq),
    FOREIGN KEY (office, series, year, seq) REFERENCES numbers
)
"""


def upgrade() -> None:
    op.execute(_TABLE)

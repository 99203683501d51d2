"""Legal numbers that a restore has passed over, since they may have been given out after the backup."""

from alembic import op

revision = "casework_0006"
down_revision = "casework_0005"
depends_on = "core_0005"

_TABLE = """
CREATE TABLE number_gaps (
    office text NOT NULL,
    series text NOT NULL,
    year integer NOT NULL,
    first integer NOT NULL,
    last integer NOT NULL,
    restore text COLLATE "C" NOT NULL REFERENCES restores,
    PRIMARY KEY (office, series, year, first),
    CHECK (first <= last)
)
"""


def upgrade() -> None:
    op.execute(_TABLE)

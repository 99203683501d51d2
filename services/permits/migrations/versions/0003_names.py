"""Holders are found by the words of their names; permits from before get theirs afterwards, while all goes on."""

from alembic import op

revision = "permits_0003"
down_revision = "permits_0002"
depends_on = "casework_0009"

_STATEMENTS = (
    """
    CREATE TABLE permit_names (
        permit_id uuid NOT NULL REFERENCES permits,
        word text COLLATE "C" NOT NULL,
        PRIMARY KEY (permit_id, word)
    )
    """,
    "CREATE INDEX permit_names_word ON permit_names (word, permit_id)",
    "INSERT INTO name_fillings (words, done) SELECT 'permit_names', NOT EXISTS (SELECT FROM permits)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

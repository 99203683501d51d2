"""Epochs of the feed. Partners' cursors of before are those of the first one; a feed that is still empty begins with a
name of its own, so that cursors of another mall, or of one that is gone, are not taken for its own."""

from alembic import op

revision = "gateway_0005"
down_revision = "gateway_0004"

_STATEMENTS = (
    """
    CREATE TABLE feed_epochs (
        ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        epoch text NOT NULL UNIQUE,
        base bigint NOT NULL,
        began_at timestamptz NOT NULL,
        reason text NOT NULL
    )
    """,
    "ALTER TABLE feed_state ADD COLUMN epoch text, ADD COLUMN fingerprint text",
    """
    UPDATE feed_state SET epoch = CASE WHEN last > 0 THEN '1'
        ELSE substr(md5(random()::text || clock_timestamp()::text), 1, 8) END
    """,
    "ALTER TABLE feed_state ALTER COLUMN epoch SET NOT NULL",
    "INSERT INTO feed_epochs (epoch, base, began_at, reason) SELECT epoch, 0, now(), 'the first' FROM feed_state",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

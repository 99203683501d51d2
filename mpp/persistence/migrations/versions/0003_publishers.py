"""Who published a message: what the inbox was told, and what the outbox has sent under the service's own name.

`signed` is false for whatever a version sent that named nobody, also one that still runs while this is done: the relay
sends that again.
"""

from alembic import op

revision = "core_0003"
down_revision = "core_0002"

_STATEMENTS = (
    "ALTER TABLE inbox ADD COLUMN publisher text",
    "ALTER TABLE outbox ADD COLUMN signed boolean NOT NULL DEFAULT false",
    "CREATE INDEX outbox_unsigned ON outbox (id) WHERE published_at IS NOT NULL AND NOT signed",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

"""Windows of citizens that wait until the citizen was told are found by an index."""

from alembic import op

revision = "casework_0014"
down_revision = "casework_0013"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX tasks_untold ON tasks (opened_at, id) WHERE outcome IS NULL AND clock -> 'periods' = '[]'::jsonb"
    )

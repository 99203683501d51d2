"""A case's assessments are found by an index."""

from alembic import op

revision = "casework_0003"
down_revision = "casework_0002"
former = "0003"

_STATEMENTS = (
    # all assessments of a case, the void ones too: whoever opens the case reads them
    "CREATE INDEX levies_of_case ON levies (case_id)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

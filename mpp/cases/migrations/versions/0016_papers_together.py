"""One decision makes several papers, which are issued together."""

from alembic import op

revision = "casework_0016"
down_revision = "casework_0015"

_STATEMENTS = (
    "ALTER TABLE papers ADD COLUMN name text NOT NULL DEFAULT ''",
    "ALTER TABLE papers ADD COLUMN main uuid REFERENCES papers (id)",
    "ALTER TABLE papers DROP CONSTRAINT papers_status_check",
    "ALTER TABLE papers DROP CONSTRAINT papers_check1",
    """
    ALTER TABLE papers ADD CONSTRAINT papers_status_check
        CHECK (status IN ('awaiting', 'signed', 'issued', 'abandoned', 'superseded'))
    """,
    """
    ALTER TABLE papers ADD CONSTRAINT papers_check1
        CHECK ((sha256 IS NOT NULL) = (status IN ('signed', 'issued', 'superseded')))
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

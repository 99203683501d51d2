"""Births by their mother, residents by their birth date."""

from alembic import op

revision = "civil_registry_0030"
down_revision = "civil_registry_0020"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE reported_births (
        case_id uuid PRIMARY KEY REFERENCES cases (id),
        mother text NOT NULL,
        day date NOT NULL
    )
    """,
    "CREATE INDEX reported_births_of_mother ON reported_births (mother)",
    "CREATE INDEX residents_by_birth ON residents (birth_date)",
)


def upgrade() -> None:
    """Births that were reported before are not in it: the form holds the mother's NIK, and its pseudonym needs a key
    that a database does not have."""
    for statement in _STATEMENTS:
        op.execute(statement)

"""Who looked at whom, by person and by who looks; what the audit trail knows comes along."""

from alembic import op

revision = "civil_registry_0031"
down_revision = "civil_registry_0030"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE look_ups (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL,
        account text NOT NULL,
        office text NOT NULL,
        person text NOT NULL,
        purpose text NOT NULL,
        found boolean NOT NULL
    )
    """,
    """
    INSERT INTO look_ups (at, account, office, person, purpose, found)
    SELECT at, actor, coalesce(office, ''), details ->> 'person', details ->> 'purpose', (details ->> 'found')::boolean
    FROM audit WHERE action = 'resident_looked_up' ORDER BY id
    """,
    "CREATE INDEX look_ups_of_person ON look_ups (person, id)",
    "CREATE INDEX look_ups_by_account ON look_ups (account, at)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

"""Casework and the register of permits."""

from alembic import op

from mpp.cases import ddl as cases
from mpp.persistence import ddl as core

revision = "0001"
down_revision = None


def upgrade() -> None:
    core.core_v1(op.execute)
    cases.cases_v1(op.execute)
    op.execute(
        """
        CREATE TABLE permits (
            id uuid PRIMARY KEY,
            number text COLLATE "C" NOT NULL UNIQUE,
            service text NOT NULL,
            case_id uuid NOT NULL UNIQUE REFERENCES cases,
            person text,
            region text NOT NULL,
            status text NOT NULL CHECK (status IN ('valid', 'lapsed')),
            valid_from date NOT NULL,
            valid_until date,
            version integer NOT NULL CHECK (version > 0),
            changed_at timestamptz NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX permits_valid_of_person ON permits (person) WHERE status = 'valid'")

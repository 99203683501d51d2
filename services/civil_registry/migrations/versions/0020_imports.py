"""Imports of residents: what was taken from which files, and the rows that wait to be taken.

The rows are not logged by the server: after its crash they are read from the files again.
"""

from alembic import op

revision = "civil_registry_0020"
down_revision = "civil_registry_0002"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE resident_imports (
        id uuid PRIMARY KEY,
        sha256 text COLLATE "C" NOT NULL,
        as_of date NOT NULL,
        demo boolean NOT NULL,
        dry_run boolean NOT NULL,
        status text NOT NULL CHECK (status IN ('reading', 'taking', 'done')),
        position text COLLATE "C" NOT NULL,
        begun_at timestamptz NOT NULL,
        ended_at timestamptz,
        rows integer NOT NULL,
        added integer NOT NULL,
        changed integer NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX resident_imports_open ON resident_imports ((1)) WHERE status <> 'done'",
    """
    CREATE UNLOGGED TABLE resident_import_rows (
        file integer NOT NULL,
        line integer NOT NULL,
        key text COLLATE "C" NOT NULL,
        faults text[],
        held text,
        moves boolean NOT NULL DEFAULT false,
        as_of date,
        nik text COLLATE "C",
        person text,
        card text COLLATE "C",
        name text,
        sex text,
        birth_place text,
        birth_date date,
        relation text,
        region text,
        address text,
        rt text,
        rw text,
        status text,
        died_on date,
        religion text,
        marital_status text,
        blood_type text,
        education text,
        occupation text,
        citizenship text,
        mother_nik text,
        mother_name text,
        father_nik text,
        father_name text,
        PRIMARY KEY (file, line)
    )
    """,
    "CREATE INDEX resident_import_rows_key ON resident_import_rows (key)",
    "CREATE INDEX resident_import_rows_nik ON resident_import_rows (nik)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

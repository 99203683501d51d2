"""Services tell each other of their papers; those in the database count as told once they are asked for."""

from alembic import op

revision = "casework_0013"
down_revision = "casework_0012"

_STATEMENTS = (
    "ALTER TABLE papers ADD COLUMN version integer NOT NULL DEFAULT 0",
    "ALTER TABLE named_papers ALTER COLUMN source DROP NOT NULL",
    'ALTER TABLE named_papers ADD COLUMN tracking_code text COLLATE "C"',
    "CREATE INDEX named_papers_awaited ON named_papers (tracking_code, case_id) WHERE tracking_code IS NOT NULL",
    """
    CREATE TABLE known_papers (
        issuer text COLLATE "C" NOT NULL,
        paper uuid NOT NULL,
        service text COLLATE "C" NOT NULL,
        tracking_code text COLLATE "C" NOT NULL,
        number text COLLATE "C",
        code text COLLATE "C",
        holder text COLLATE "C",
        status text COLLATE "C" NOT NULL,
        until date,
        version integer NOT NULL,
        PRIMARY KEY (paper, issuer)
    )
    """,
    "CREATE INDEX known_papers_tracking ON known_papers (tracking_code)",
    "CREATE INDEX known_papers_number ON known_papers (number) WHERE number IS NOT NULL",
    "CREATE INDEX known_papers_code ON known_papers (code) WHERE code IS NOT NULL",
    "CREATE INDEX known_papers_until ON known_papers (until, paper) WHERE status = 'valid' AND until IS NOT NULL",
    """
    CREATE TABLE paper_needs (
        service text COLLATE "C" PRIMARY KEY,
        asked integer NOT NULL,
        asked_at timestamptz NOT NULL,
        answered_at timestamptz,
        added integer NOT NULL
    )
    """,
    """
    CREATE TABLE paper_requests (
        service text COLLATE "C" NOT NULL,
        asked_by text COLLATE "C" NOT NULL,
        after uuid,
        done boolean NOT NULL,
        answers integer NOT NULL,
        added integer NOT NULL,
        PRIMARY KEY (service, asked_by)
    )
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

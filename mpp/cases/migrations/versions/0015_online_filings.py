"""What applicants filed without a clerk, until a clerk has accepted it."""

from alembic import op

revision = "casework_0015"
down_revision = "casework_0014"

_STATEMENTS = (
    """
    CREATE TABLE online_filings (
        id uuid PRIMARY KEY,
        tracking_code text COLLATE "C" NOT NULL UNIQUE,
        service text NOT NULL,
        service_version integer NOT NULL,
        office text COLLATE "C" NOT NULL,
        status text NOT NULL CHECK (status IN ('waiting', 'declined', 'lapsed', 'withdrawn')),
        version integer NOT NULL CHECK (version > 0),
        body jsonb NOT NULL,
        filed_at timestamptz NOT NULL,
        ends_on date NOT NULL,
        ended_at timestamptz CHECK ((ended_at IS NULL) = (status = 'waiting')),
        reason text,
        erase_on date CHECK ((erase_on IS NULL) = (status = 'waiting'))
    )
    """,
    "CREATE INDEX online_filings_waiting ON online_filings (office, id) WHERE status = 'waiting'",
    "CREATE INDEX online_filings_ends ON online_filings (ends_on, id) WHERE status = 'waiting'",
    "CREATE INDEX online_filings_erase ON online_filings (erase_on, id) WHERE erase_on IS NOT NULL",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

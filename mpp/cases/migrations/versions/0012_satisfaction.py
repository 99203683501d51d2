"""The nine questions: one-time addresses, and answers that no row ties to a case."""

from alembic import op

revision = "casework_0012"
down_revision = "casework_0011"

_STATEMENTS = (
    """
    CREATE TABLE questionnaires (
        version text COLLATE "C" PRIMARY KEY,
        questions jsonb NOT NULL,
        first_met_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE satisfaction_addresses (
        hash text COLLATE "C" PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
        service text COLLATE "C" NOT NULL,
        office text COLLATE "C" NOT NULL,
        free boolean NOT NULL,
        ends_on date NOT NULL,
        answered boolean NOT NULL DEFAULT false
    )
    """,
    "CREATE INDEX satisfaction_addresses_end ON satisfaction_addresses (ends_on)",
    """
    CREATE TABLE satisfaction_answers (
        month date NOT NULL CHECK (extract(day from month) = 1),
        service text COLLATE "C" NOT NULL,
        office text COLLATE "C" NOT NULL,
        channel text COLLATE "C" NOT NULL CHECK (channel IN ('message', 'receipt', 'counter', 'other')),
        questionnaire text COLLATE "C" NOT NULL REFERENCES questionnaires,
        free boolean NOT NULL,
        answers jsonb NOT NULL
    )
    """,
    "CREATE INDEX satisfaction_answers_of ON satisfaction_answers (month, service, office)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

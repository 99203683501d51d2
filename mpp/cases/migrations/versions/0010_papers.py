"""Papers: what the mall issues and somebody can hold, from the decision to the signed file."""

from alembic import op

revision = "casework_0010"
down_revision = "casework_0009"

_STATEMENTS = (
    "ALTER TABLE cases ADD COLUMN signing jsonb",
    """
    CREATE TABLE papers (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        action text NOT NULL,
        kind text NOT NULL,
        template text NOT NULL,
        service text NOT NULL,
        number text COLLATE "C",
        code text COLLATE "C" NOT NULL,
        subject text,
        snapshot jsonb NOT NULL,
        facts jsonb NOT NULL,
        claims text[] NOT NULL,
        adapter text NOT NULL CHECK (adapter IN ('local', 'bsre', 'wet', 'none')),
        signer text,
        office text NOT NULL,
        status text NOT NULL CHECK (status IN ('awaiting', 'issued', 'abandoned', 'superseded')),
        superseded_by uuid REFERENCES papers CHECK ((superseded_by IS NOT NULL) = (status = 'superseded')),
        printed_later boolean NOT NULL,
        prepared_at timestamptz NOT NULL,
        signed_at timestamptz,
        how text,
        sha256 text COLLATE "C" CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        size bigint CHECK (size > 0),
        template_digest text COLLATE "C",
        failure text,
        attempts integer NOT NULL,
        CHECK ((sha256 IS NOT NULL) = (status IN ('issued', 'superseded')))
    )
    """,
    "CREATE INDEX papers_case ON papers (case_id, id)",
    "CREATE INDEX papers_awaiting ON papers (id) WHERE status = 'awaiting'",
    "CREATE INDEX papers_claims ON papers USING gin (claims) WHERE status = 'awaiting'",
    "CREATE INDEX papers_number ON papers (number) WHERE number IS NOT NULL",
    "CREATE UNIQUE INDEX papers_code ON papers (code) WHERE status <> 'abandoned'",
    "CREATE INDEX papers_code_given_up ON papers (code) WHERE status = 'abandoned'",
    "CREATE INDEX papers_content ON papers (sha256) WHERE sha256 IS NOT NULL",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

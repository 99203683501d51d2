"""Cases, tasks, timeline, legal numbers, catalogue versions, and the copy of who is alive."""

from alembic import op

revision = "casework_0001"
down_revision = None
branch_labels = ("casework",)
depends_on = "core_0001"
former = "0001"

_STATEMENTS = (
    """
    CREATE TABLE service_types (
        code text NOT NULL,
        version integer NOT NULL,
        digest text NOT NULL,
        source text NOT NULL,
        first_met_at timestamptz NOT NULL,
        PRIMARY KEY (code, version)
    )
    """,
    """
    CREATE TABLE cases (
        id uuid PRIMARY KEY,
        tracking_code text COLLATE "C" NOT NULL UNIQUE,
        service text NOT NULL,
        service_version integer NOT NULL,
        state text NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        office_of_origin text NOT NULL,
        office text NOT NULL,
        region text NOT NULL,
        applicant jsonb,
        proxy jsonb,
        person text,
        data jsonb NOT NULL,
        ticks jsonb NOT NULL,
        clock jsonb NOT NULL,
        due_at timestamptz,
        calendar_complete boolean NOT NULL,
        held text,
        number text COLLATE "C",
        submitted_at timestamptz NOT NULL,
        finished_at timestamptz,
        since timestamptz NOT NULL,
        alarm_at timestamptz,
        reported integer NOT NULL,
        escalated text,
        calendar text COLLATE "C" NOT NULL
    )
    """,
    "CREATE INDEX cases_open_of_person ON cases (person, id) WHERE person IS NOT NULL AND finished_at IS NULL",
    # a search by NIK, and one by the beginning of the name (mpp.cases.reading.search)
    "CREATE INDEX cases_person ON cases (person, id) WHERE person IS NOT NULL",
    """
    CREATE INDEX cases_applicant ON cases ((lower(applicant ->> 'name') COLLATE "C"), id)
    WHERE applicant ->> 'name' IS NOT NULL
    """,
    "CREATE INDEX cases_number ON cases (number) WHERE number IS NOT NULL",
    "CREATE INDEX cases_due ON cases (due_at, id) WHERE due_at IS NOT NULL",
    # what the timer reads: thresholds that lie behind, and open cases counted with another calendar
    "CREATE INDEX cases_alarm ON cases (alarm_at, id) WHERE alarm_at IS NOT NULL",
    "CREATE INDEX cases_calendar ON cases (calendar, id) WHERE finished_at IS NULL",
    "CREATE INDEX cases_escalated ON cases (id) WHERE escalated IS NOT NULL AND finished_at IS NULL",
    """
    CREATE TABLE case_offices (
        office text COLLATE "C" NOT NULL,
        case_id uuid NOT NULL REFERENCES cases,
        PRIMARY KEY (office, case_id)
    )
    """,
    """
    CREATE TABLE tasks (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        position integer NOT NULL,
        code text NOT NULL,
        office text COLLATE "C" NOT NULL,
        role text COLLATE "C" NOT NULL,
        opened_at timestamptz NOT NULL,
        due_at timestamptz,
        outcome text,
        closed_at timestamptz,
        claimed_by text,
        clock jsonb NOT NULL,
        alarm_at timestamptz,
        reported integer NOT NULL,
        UNIQUE (case_id, position)
    )
    """,
    "CREATE INDEX tasks_alarm ON tasks (alarm_at, case_id) WHERE alarm_at IS NOT NULL",
    "CREATE INDEX tasks_worklist ON tasks (office, role, coalesce(due_at, 'infinity'), id) WHERE outcome IS NULL",
    """
    CREATE TABLE timeline (
        case_id uuid NOT NULL REFERENCES cases,
        version integer NOT NULL,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        office text,
        action text NOT NULL,
        from_state text,
        to_state text NOT NULL,
        note text,
        changes jsonb NOT NULL,
        PRIMARY KEY (case_id, version)
    )
    """,
    """
    CREATE TABLE number_series (
        office text NOT NULL,
        series text NOT NULL,
        year integer NOT NULL,
        first integer NOT NULL,
        last integer NOT NULL,
        PRIMARY KEY (office, series, year)
    )
    """,
    """
    CREATE TABLE numbers (
        office text NOT NULL,
        series text NOT NULL,
        year integer NOT NULL,
        seq integer NOT NULL,
        number text COLLATE "C" NOT NULL UNIQUE,
        case_id uuid NOT NULL REFERENCES cases,
        issued_at timestamptz NOT NULL,
        voided text,
        voided_at timestamptz,
        voided_by text,
        PRIMARY KEY (office, series, year, seq)
    )
    """,
    """
    CREATE TABLE levies (
        id uuid PRIMARY KEY,
        number text COLLATE "C" NOT NULL UNIQUE,
        case_id uuid NOT NULL REFERENCES cases,
        amount bigint NOT NULL CHECK (amount > 0),
        due_on date NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'paid', 'void')),
        assessed_at timestamptz NOT NULL,
        paid_at timestamptz CHECK ((paid_at IS NOT NULL) = (state = 'paid')),
        how text CHECK (how IN ('bank', 'proof')),
        reference text COLLATE "C" UNIQUE
    )
    """,
    # a case has one assessment in force
    "CREATE UNIQUE INDEX levies_case ON levies (case_id) WHERE state <> 'void'",
    """
    CREATE TABLE documents (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        requirement text NOT NULL,
        sha256 text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        name text NOT NULL,
        media_type text NOT NULL,
        size bigint NOT NULL CHECK (size > 0),
        uploaded_at timestamptz NOT NULL,
        uploaded_by text NOT NULL,
        UNIQUE (case_id, requirement, sha256)
    )
    """,
    # what the gateway asks before it removes a content: does any case refer to it?
    "CREATE INDEX documents_content ON documents (sha256)",
    """
    CREATE TABLE calendar_tables (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL,
        digest text NOT NULL,
        source text NOT NULL,
        loaded_at timestamptz NOT NULL,
        loaded_by text NOT NULL
    )
    """,
    """
    CREATE TABLE persons (
        person text PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('alive', 'deceased')),
        region text,
        since date,
        version integer NOT NULL
    )
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

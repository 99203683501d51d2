"""The DDL of the case tables, by version; each case service's migrations call it (see `mpp.persistence.ddl`)."""

from __future__ import annotations

from mpp.persistence.ddl import Execute

_CASES_V1 = (
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


def cases_v1(execute: Execute) -> None:
    """Cases, tasks, timeline, legal numbers, catalogue versions, and the copy of who is alive."""
    for statement in _CASES_V1:
        execute(statement)


_CASES_V2 = (
    """
    ALTER TABLE levies
        ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version > 0),
        ADD COLUMN overdue_at timestamptz,
        ADD COLUMN void_reason text
    """,
    # what was told of them until now: assessed, paid; that one became void was not told
    "UPDATE levies SET version = 2 WHERE state = 'paid'",
    "UPDATE levies SET void_reason = 'reassessed' WHERE state = 'void'",
    "ALTER TABLE levies ADD CHECK ((void_reason IS NOT NULL) = (state = 'void'))",
    # what the timer reads: unpaid, and not told yet that the last day is over
    "CREATE INDEX levies_due ON levies (due_on, id) WHERE state = 'open' AND overdue_at IS NULL",
    """
    CREATE TABLE payments (
        id uuid PRIMARY KEY,
        levy_id uuid NOT NULL REFERENCES levies,
        case_id uuid NOT NULL REFERENCES cases,
        amount bigint NOT NULL CHECK (amount > 0),
        paid_at timestamptz NOT NULL,
        how text NOT NULL CHECK (how IN ('bank', 'proof')),
        reference text COLLATE "C" UNIQUE CHECK (how = 'proof' OR reference IS NOT NULL),
        late boolean NOT NULL,
        status text NOT NULL CHECK (status IN ('applied', 'waiting', 'unapplied', 'settled')),
        reason text CHECK ((reason IS NULL) = (status = 'applied')),
        note text,
        version integer NOT NULL CHECK (version >= 0),
        recorded_at timestamptz NOT NULL
    )
    """,
    # whether these were late is not known any more: nobody counted
    """
    INSERT INTO payments (id, levy_id, case_id, amount, paid_at, how, reference, late, status, version, recorded_at)
    SELECT gen_random_uuid(), id, case_id, amount, paid_at, coalesce(how, 'proof'), reference, false, 'applied', 0,
           paid_at
    FROM levies WHERE state = 'paid'
    """,
    "ALTER TABLE levies DROP COLUMN reference",
    "CREATE INDEX payments_case ON payments (case_id, id)",
    "CREATE INDEX payments_levy ON payments (levy_id)",
    # money that was recorded and is not applied: what the timer and an official look for
    "CREATE INDEX payments_open ON payments (id, case_id) WHERE status IN ('waiting', 'unapplied')",
)


def cases_v2(execute: Execute) -> None:
    """Payments are rows of their own, so that no money is lost; an assessment knows that it is overdue or why void."""
    for statement in _CASES_V2:
        execute(statement)


_CASES_V3 = (
    # all assessments of a case, the void ones too: whoever opens the case reads them
    "CREATE INDEX levies_of_case ON levies (case_id)",
)


def cases_v3(execute: Execute) -> None:
    """A case's assessments are found by an index."""
    for statement in _CASES_V3:
        execute(statement)


_PAPERS_V1 = (
    "ALTER TABLE cases ADD COLUMN papers jsonb NOT NULL DEFAULT '{}'",
    """
    CREATE TABLE named_papers (
        case_id uuid NOT NULL REFERENCES cases,
        requirement text COLLATE "C" NOT NULL,
        source uuid NOT NULL,
        document uuid,
        PRIMARY KEY (case_id, requirement)
    )
    """,
    "CREATE INDEX named_papers_source ON named_papers (source, case_id)",
    "CREATE INDEX named_papers_document ON named_papers (document, case_id) WHERE document IS NOT NULL",
)


def papers_v1(execute: Execute) -> None:
    """Cases know the papers that the mall itself issues; those in the database have none."""
    for statement in _PAPERS_V1:
        execute(statement)

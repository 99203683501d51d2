"""The register with its history: facts of two times, more of persons, cards and certificates, marriages, documents.

What stands is brought along: each resident and each card begins its history with what is known on the day of the
migration. Who is on a card without a relation gets one: the eldest is its head, the others are family.
"""

from alembic import op

revision = "civil_registry_0002"
down_revision = "civil_registry_0001"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE register_facts (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('person', 'card', 'marriage', 'document')),
        subject text COLLATE "C" NOT NULL,
        elements jsonb NOT NULL,
        valid_from date NOT NULL,
        valid_until date CHECK (valid_until > valid_from),
        recorded_at timestamptz NOT NULL,
        cause text NOT NULL,
        document text,
        recorded_by text NOT NULL
    )
    """,
    "CREATE INDEX register_facts_of ON register_facts (kind, subject, id)",
    """
    CREATE FUNCTION register_facts_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'facts of the register are never changed or deleted'; END $$
    """,
    """
    CREATE TRIGGER register_facts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON register_facts
    FOR EACH STATEMENT EXECUTE FUNCTION register_facts_stay()
    """,
    """
    ALTER TABLE family_cards
        ADD COLUMN status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'closed')),
        ADD COLUMN address text,
        ADD COLUMN rt text,
        ADD COLUMN rw text,
        ADD COLUMN source text NOT NULL DEFAULT 'mall',
        ADD COLUMN known_at timestamptz
    """,
    """
    ALTER TABLE residents
        DROP CONSTRAINT residents_status_check,
        ADD CONSTRAINT residents_status_check CHECK (status IN ('alive', 'deceased', 'moved_out', 'merged')),
        ALTER COLUMN family_card DROP NOT NULL,
        ADD COLUMN relation text CHECK (relation IN ('head', 'husband', 'wife', 'child', 'child_in_law', 'grandchild',
            'parent', 'parent_in_law', 'family', 'helper', 'other')),
        ADD COLUMN marital_status text CHECK (marital_status IN ('single', 'married', 'divorced', 'widowed')),
        ADD COLUMN citizenship text NOT NULL DEFAULT 'citizen' CHECK (citizenship IN ('citizen', 'foreigner')),
        ADD COLUMN religion text,
        ADD COLUMN education text,
        ADD COLUMN occupation text,
        ADD COLUMN blood_type text,
        ADD COLUMN mother_nik text,
        ADD COLUMN mother_name text,
        ADD COLUMN father_nik text,
        ADD COLUMN father_name text,
        ADD COLUMN merged_into text REFERENCES residents,
        ADD COLUMN source text NOT NULL DEFAULT 'mall',
        ADD COLUMN known_at timestamptz
    """,
    """
    UPDATE residents SET relation = CASE WHEN place = 1 THEN 'head' ELSE 'family' END FROM (
        SELECT nik AS whose, row_number() OVER (PARTITION BY family_card, status ORDER BY birth_date, nik) AS place
        FROM residents
    ) AS eldest WHERE whose = nik
    """,
    "CREATE UNIQUE INDEX residents_head ON residents (family_card) WHERE relation = 'head' AND status = 'alive'",
    "CREATE INDEX residents_of_mother ON residents (mother_nik) WHERE mother_nik IS NOT NULL",
    "CREATE INDEX residents_of_father ON residents (father_nik) WHERE father_nik IS NOT NULL",
    """
    ALTER TABLE certificates
        DROP CONSTRAINT certificates_kind_check,
        DROP CONSTRAINT certificates_case_id_key,
        ALTER COLUMN nik DROP NOT NULL,
        ADD COLUMN other_nik text REFERENCES residents,
        ADD COLUMN family_card uuid REFERENCES family_cards,
        ADD COLUMN happened_on date,
        ADD COLUMN status text NOT NULL DEFAULT 'in_force' CHECK (status IN ('in_force', 'superseded', 'cancelled')),
        ADD COLUMN supersedes uuid REFERENCES certificates
    """,
    """
    UPDATE certificates SET family_card = r.family_card,
        happened_on = CASE WHEN kind = 'birth' THEN r.birth_date ELSE r.died_on END
    FROM residents r WHERE r.nik = certificates.nik
    """,
    "DROP INDEX certificates_of_person",
    "CREATE UNIQUE INDEX certificates_once ON certificates (nik, kind)"
    " WHERE status = 'in_force' AND kind IN ('birth', 'death')",
    "CREATE INDEX certificates_of_case ON certificates (case_id)",
    "CREATE INDEX certificates_of_other ON certificates (other_nik) WHERE other_nik IS NOT NULL",
    """
    CREATE TABLE marriages (
        id uuid PRIMARY KEY,
        husband text REFERENCES residents,
        wife text REFERENCES residents,
        husband_name text,
        wife_name text,
        married_on date NOT NULL,
        certificate text,
        court_permit text,
        ended_on date,
        ended_by text CHECK (ended_by IN ('death', 'divorce', 'annulment')),
        CHECK (husband IS NOT NULL OR wife IS NOT NULL),
        CHECK ((ended_on IS NULL) = (ended_by IS NULL))
    )
    """,
    "CREATE UNIQUE INDEX marriages_of_wife ON marriages (wife) WHERE ended_on IS NULL",
    "CREATE UNIQUE INDEX marriages_of_husband ON marriages (husband) WHERE ended_on IS NULL AND court_permit IS NULL",
    "CREATE INDEX marriages_once_of_husband ON marriages (husband)",
    "CREATE INDEX marriages_once_of_wife ON marriages (wife)",
    """
    CREATE TABLE documents_held (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        number text COLLATE "C",
        nik text REFERENCES residents,
        family_card uuid REFERENCES family_cards,
        case_id uuid REFERENCES cases,
        valid_from date NOT NULL,
        until date,
        status text NOT NULL CHECK (status IN ('in_force', 'superseded', 'cancelled', 'lost', 'withdrawn')),
        superseded_by uuid REFERENCES documents_held,
        CHECK (nik IS NOT NULL OR family_card IS NOT NULL)
    )
    """,
    "CREATE INDEX documents_held_of_person ON documents_held (nik, kind)",
    "CREATE INDEX documents_held_of_card ON documents_held (family_card, kind)",
    "CREATE UNIQUE INDEX documents_held_number ON documents_held (kind, number) WHERE number IS NOT NULL",
    """
    INSERT INTO register_facts (kind, subject, elements, valid_from, recorded_at, cause, recorded_by)
    SELECT 'card', id::text, jsonb_build_object('number', number, 'region', region, 'status', status), current_date,
        now(), 'migrated', 'system' FROM family_cards ORDER BY id
    """,
    """
    INSERT INTO register_facts (kind, subject, elements, valid_from, recorded_at, cause, recorded_by)
    SELECT 'person', nik, jsonb_strip_nulls(jsonb_build_object('name', name, 'sex', sex, 'birth_date', birth_date,
        'birth_place', birth_place, 'status', status, 'died_on', died_on, 'family_card', family_card, 'relation',
        relation, 'citizenship', citizenship)), current_date, now(), 'migrated', 'system' FROM residents ORDER BY nik
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

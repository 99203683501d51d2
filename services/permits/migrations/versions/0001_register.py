"""The register of permits."""

from alembic import op

revision = "permits_0001"
down_revision = None
branch_labels = ("permits",)
depends_on = "casework_0001"
former = "0001"

_STATEMENTS = (
    """
    CREATE TABLE permits (
        id uuid PRIMARY KEY,
        number text COLLATE "C" NOT NULL UNIQUE,
        service text COLLATE "C" NOT NULL,
        service_version integer NOT NULL,
        owner text COLLATE "C" NOT NULL,
        case_id uuid NOT NULL REFERENCES cases,
        verification text COLLATE "C" NOT NULL UNIQUE,
        region text COLLATE "C" NOT NULL,
        status text COLLATE "C" NOT NULL
            CHECK (status IN ('valid', 'suspended', 'revoked', 'superseded', 'expired', 'lapsed')),
        version integer NOT NULL CHECK (version > 0),
        valid_from date NOT NULL,
        valid_until date CHECK (valid_until >= valid_from),
        holder jsonb,
        holder_key text COLLATE "C",
        person text,
        data jsonb NOT NULL,
        limit_group text,
        place text,
        warned integer,
        look_at date CHECK (look_at IS NULL OR status IN ('valid', 'suspended')),
        supersedes uuid UNIQUE REFERENCES permits,
        superseded_by uuid UNIQUE REFERENCES permits
            CHECK ((superseded_by IS NOT NULL) = (status = 'superseded')),
        changed_on date,
        changed_at timestamptz NOT NULL
    )
    """,
    # one per order of the register's lists (services.permits.queries)
    "CREATE INDEX permits_area ON permits (region, id)",
    "CREATE INDEX permits_until ON permits (valid_until, id) WHERE valid_until IS NOT NULL",
    "CREATE INDEX permits_service ON permits (service, id)",
    "CREATE INDEX permits_status ON permits (status, id)",
    "CREATE INDEX permits_person ON permits (person, id) WHERE person IS NOT NULL",
    "CREATE INDEX permits_holder ON permits (holder_key, id) WHERE holder_key IS NOT NULL",
    "CREATE INDEX permits_case ON permits (case_id)",
    # what the register's timer reads
    "CREATE INDEX permits_look_at ON permits (look_at, id) WHERE look_at IS NOT NULL",
    """
    CREATE TABLE permit_history (
        permit_id uuid NOT NULL REFERENCES permits,
        version integer NOT NULL,
        at timestamptz NOT NULL,
        event text NOT NULL,
        status text NOT NULL,
        actor text NOT NULL,
        office text,
        reason text,
        note text,
        PRIMARY KEY (permit_id, version)
    )
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

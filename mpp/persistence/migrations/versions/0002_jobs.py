"""Work for later: the jobs of a service (`mpp.jobs`)."""

from alembic import op

revision = "core_0002"
down_revision = "core_0001"

_STATEMENTS = (
    """
    CREATE TABLE jobs (
        id uuid PRIMARY KEY,
        kind text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        lane text COLLATE "C" NOT NULL,
        payload jsonb NOT NULL,
        status text NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'dead')),
        due_at timestamptz NOT NULL,
        attempts integer NOT NULL CHECK (attempts >= 0),
        slot integer CHECK ((slot IS NOT NULL) = (status = 'running')),
        holder text CHECK ((holder IS NOT NULL) = (status = 'running')),
        held_until timestamptz CHECK ((held_until IS NOT NULL) = (status = 'running')),
        reason text,
        enqueued_at timestamptz NOT NULL,
        begun_at timestamptz,
        settled_at timestamptz CHECK ((settled_at IS NOT NULL) = (status IN ('done', 'dead'))),
        UNIQUE (kind, key)
    )
    """,
    "CREATE INDEX jobs_waiting ON jobs (kind, lane, due_at, id) WHERE status = 'waiting'",
    # no more jobs of a lane under way than it has slots
    "CREATE UNIQUE INDEX jobs_running ON jobs (kind, lane, slot) WHERE status = 'running'",
    "CREATE INDEX jobs_dead ON jobs (id) WHERE status = 'dead'",
    "CREATE INDEX jobs_done ON jobs (settled_at) WHERE status = 'done'",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

"""Messages to citizens, and what people have said about being told."""

from alembic import op

revision = "casework_0011"
down_revision = "casework_0010"

_STATEMENTS = (
    """
    CREATE TABLE messages (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        case_version integer NOT NULL,
        moment text NOT NULL,
        facts jsonb NOT NULL,
        office text COLLATE "C" NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'delivered', 'call_list', 'reached',
            'not_reached', 'merged', 'withheld')),
        attempts integer NOT NULL DEFAULT 0,
        unsure boolean NOT NULL DEFAULT false,
        maybe_twice boolean NOT NULL DEFAULT false,
        refused text[] NOT NULL DEFAULT '{}',
        recipient text CHECK (recipient IN ('applicant', 'proxy')),
        channel text,
        language text,
        text_version integer,
        reason text,
        provider_id text,
        merged_into uuid REFERENCES messages CHECK ((merged_into IS NULL) = (state <> 'merged')),
        created_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        begun_at timestamptz,
        sent_at timestamptz,
        delivered_at timestamptz,
        on_call_list_at timestamptz,
        settled_at timestamptz,
        ticked_at timestamptz,
        ticked_by text,
        UNIQUE (case_id, case_version, moment)
    )
    """,
    "CREATE INDEX messages_open ON messages (state, due_at, id) WHERE state IN ('waiting', 'sending', 'sent')",
    "CREATE INDEX messages_call_list ON messages (on_call_list_at, id) WHERE state = 'call_list'",
    "CREATE INDEX messages_merged ON messages (merged_into) WHERE merged_into IS NOT NULL",
    """
    CREATE TABLE contact_preferences (
        holder text COLLATE "C" PRIMARY KEY,
        do_not_contact boolean NOT NULL,
        language text CHECK (language IN ('id', 'en')),
        changed_at timestamptz NOT NULL,
        changed_by text NOT NULL
    )
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

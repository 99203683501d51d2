"""Applicants are found by the words of their names; cases from before get theirs afterwards, while all goes on."""

from alembic import op

revision = "casework_0009"
down_revision = "casework_0008"

_STATEMENTS = (
    """
    CREATE TABLE case_names (
        case_id uuid NOT NULL REFERENCES cases,
        word text COLLATE "C" NOT NULL,
        PRIMARY KEY (case_id, word)
    )
    """,
    "CREATE INDEX case_names_word ON case_names (word, case_id)",
    'CREATE TABLE name_fillings (words text COLLATE "C" PRIMARY KEY, after uuid, done boolean NOT NULL)',
    "INSERT INTO name_fillings (words, done) SELECT 'case_names', NOT EXISTS (SELECT FROM cases)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

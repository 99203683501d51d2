"""Who an account is: the name and the NIP that stand on papers, and the NIK, encrypted."""

from alembic import op

revision = "gateway_0007"
down_revision = "gateway_0006"

_STATEMENTS = (
    "ALTER TABLE accounts ADD COLUMN full_name text",
    "ALTER TABLE accounts ADD COLUMN nip text",
    "ALTER TABLE accounts ADD COLUMN sealed_nik bytea",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

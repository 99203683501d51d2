"""Papers that the mall itself issues, as cases know them."""

from alembic import op

from mpp.cases.storage import ddl

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    ddl.papers_v1(op.execute)

"""Payments beside the levies that they pay."""

from alembic import op

from mpp.cases.storage import ddl

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    ddl.cases_v2(op.execute)

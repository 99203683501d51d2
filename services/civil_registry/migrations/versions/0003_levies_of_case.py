"""Assessments by case."""

from alembic import op

from mpp.cases.storage import ddl

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    ddl.cases_v3(op.execute)

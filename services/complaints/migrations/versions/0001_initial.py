"""Casework."""

from alembic import op

from mpp.cases.storage import ddl as cases
from mpp.persistence import ddl as core

revision = "0001"
down_revision = None


def upgrade() -> None:
    core.core_v1(op.execute)
    cases.cases_v1(op.execute)

"""Assessments by case; lists of the register by two things at once."""

from alembic import op

from mpp.cases.storage import ddl

revision = "0003"
down_revision = "0002"

REGISTER = (
    # "the suspended ones of this service", "those of this service that end next month", "the suspended ones here": with
    # one of the two in the index, a page of a rare thing walks through everything else
    "CREATE INDEX permits_service_status ON permits (service, status, id)",
    "CREATE INDEX permits_service_until ON permits (service, valid_until, id) WHERE valid_until IS NOT NULL",
    "CREATE INDEX permits_status_area ON permits (status, region, id)",
)


def upgrade() -> None:
    ddl.cases_v3(op.execute)
    for statement in REGISTER:
        op.execute(statement)

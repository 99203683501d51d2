"""Lists of the register by two things at once."""

from alembic import op

revision = "permits_0002"
down_revision = "permits_0001"
former = "0003"

_STATEMENTS = (
    # "the suspended ones of this service", "those of this service that end next month", "the suspended ones here": with
    # one of the two in the index, a page of a rare thing walks through everything else
    "CREATE INDEX permits_service_status ON permits (service, status, id)",
    "CREATE INDEX permits_service_until ON permits (service, valid_until, id) WHERE valid_until IS NOT NULL",
    "CREATE INDEX permits_status_area ON permits (status, region, id)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)

"""What a run of the tests is made on."""

from __future__ import annotations

from tests.support import broker, clamd, front, postgres
from tests.support.seed import SEED


def header() -> list[str]:
    """For the first lines of a run."""
    return [
        f"PostgreSQL: {postgres.choose_postgres()}",
        f"RabbitMQ: {broker.planned_rung()}",
        f"Virus scanner: {clamd.version()}",
        f"nginx: {front.program() or 'NONE: the front is not tested'}",
        f"Seed: {SEED} (MPP_TEST_SEED={SEED} repeats it)",
    ]

"""What `mpp doctor` proves of the register."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from mpp.clock import SystemClock
from mpp.hosting.seeding import Proof
from mpp.persistence.database import Database
from services.civil_registry.register import checking
from services.civil_registry.tables import register_facts

NAME = "register penduduk | register of residents"
_LATELY = 100_000  # facts: whose history is compared with what stands; all of two million would take minutes


def proofs(database: Database) -> Iterator[Proof]:
    """A line for each rule that does not hold, else one for all of them. No NIK and no name is said."""
    well = True
    today = SystemClock().now().date()
    with database.transaction() as tx:
        last = tx.execute(select(func.max(register_facts.c.id))).scalar() or 0
        for found in checking.broken(tx, today, facts_from=max(0, last - _LATELY)):
            well = False
            rule = next(rule for rule in checking.RULES if rule.code == found.code)
            some = ", ".join(found.subjects)
            told = f"{found.count} {rule.indonesian} ({some}) | {found.count} {rule.english}"
            yield Proof(NAME, told, rule.to_do)
    if well:
        yield Proof(NAME)

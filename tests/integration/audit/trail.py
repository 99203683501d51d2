"""A trail of audit entries on a real PostgreSQL, as somebody with rights on the database would work on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from mpp.audit.checkpoints import Signer, Verifier
from mpp.audit.findings import Report
from mpp.audit.ledger import Ledger, ledger_path, read_ledger
from mpp.casework.access.actors import Actor, Assignment
from mpp.clock import FixedClock
from mpp.persistence.audit import trail
from mpp.persistence.audit.check import check_service
from mpp.persistence.audit.sealer import Sealer
from mpp.persistence.database import Database

KEY = bytes(range(32))
CLERK = Actor("petugas.sukodono", (Assignment("35.15.14.2013", "clerk"),), counter="loket-1")
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


@dataclass
class Trail:
    """The trail of the permit service: its tables, its sealer, and the file of checkpoints outside."""

    url: str
    folder: Path
    key: bytes | None = KEY
    batch: int = 500
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))

    def __post_init__(self) -> None:
        self.database = Database(self.url, name="permits", pool_size=8)
        signer = None if self.key is None else Signer(self.key)
        self.ledger = Ledger(ledger_path(self.folder, "permits"), "mpp/35.15/permits", signer)
        self.sealer = self.new_sealer()

    def new_sealer(self) -> Sealer:
        return Sealer(self.database, self.clock, self.ledger.origin, self.ledger.append, self.batch)

    def write(self, case_id: str | None = None, action: str = "verify", **more: Any) -> int:
        """One entry in a transaction of its own; its id."""
        self.clock.advance(timedelta(seconds=1))
        with self.database.transaction() as tx:
            return trail.record(
                tx, at=self.clock.now(), actor=CLERK, office="dpmptsp", action=action, case_id=case_id, **more
            )

    def seal(self) -> int:
        return self.sealer.run_once()

    def sql(self, *statements: str) -> None:
        """What somebody with the owner's rights does behind the mall's back."""
        with self.database.engine.begin() as tx:
            for statement in statements:
                tx.execute(text(statement))

    def check(self, key: bytes | None = KEY) -> Report:
        notes = list(read_ledger(self.ledger.path)) if self.ledger.path.exists() else []
        verifier = None if key is None else Verifier(Signer(key).public)
        return check_service(self.url, "permits", notes, verifier)

    def first(self) -> tuple[str, int | None]:
        """The kind of the first finding, and the entry it names."""
        findings = self.check().findings
        assert findings, "nothing was found"
        return findings[0].kind, findings[0].entry

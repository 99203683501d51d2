"""Runs the sealer of a service's audit trail beside its relay, in one copy of the service at a time."""

from __future__ import annotations

import random
import time
import uuid
from pathlib import Path
from typing import Any

import eventlet
import structlog
from eventlet import tpool
from eventlet.event import Event as Signal
from prometheus_client import Counter, Gauge

from mpp.audit.checkpoints import Checkpoint, Signer
from mpp.audit.ledger import Ledger, ledger_path
from mpp.clock import Clock
from mpp.failures import describe
from mpp.persistence.audit.sealer import Sealer
from mpp.persistence.database import Database, DatabaseAway
from mpp.persistence.lease import Lease

log = structlog.get_logger(__name__)

POLL = 0.4  # with the work of a pass the promise is 1 s
SHORTEST_PAUSE = 0.05
LONGEST_BACK_OFF = 5.0
STOP_TIMEOUT = 1.0

sealed = Gauge(
    "mpp_audit_sealed", "Audit entries in the service's chain, by this process's last checkpoint", ["service"]
)
failures = Counter("mpp_audit_sealer_failures_total", "Passes of the audit sealer cut short", ["service", "reason"])


def ledger_of(settings: Any, service: str) -> Ledger | None:
    """The file of checkpoints that the settings ask for; None where they name no folder."""
    folder: Path | None = getattr(settings, "audit_folder", None)
    if folder is None:
        return None
    key: bytes | None = getattr(settings, "audit_key", None)
    origin = f"mpp/{getattr(settings, 'region', '-')}/{service}"
    return Ledger(ledger_path(folder, service), origin, None if key is None else Signer(key))


class SealerRunner:
    """Seals for ever in a greenlet; the lease lets one copy of the service do it."""

    def __init__(self, database: Database, clock: Clock, ledger: Ledger | None, lease_seconds: float = 10.0) -> None:
        self._name = database.name
        self._ledger = ledger
        self._lease = Lease(database, "sealer", uuid.uuid4().hex, lease_seconds)
        origin = database.name if ledger is None else ledger.origin
        self._sealer = Sealer(database, clock, origin, None if ledger is None else self._publish)
        self._greenlet: Any = None
        self._stopping = Signal()

    def start(self) -> None:
        """Begin, and say what the checkpoints will be worth."""
        if self._ledger is None:
            log.warning("audit.no_checkpoints", service=self._name, hint="MPP_AUDIT_DIR is not set")
        elif not self._ledger.signed:
            log.warning("audit.unsigned_checkpoints", service=self._name, hint="MPP_AUDIT_KEY is not set")
        self._greenlet = eventlet.spawn(self._run)

    def stop(self) -> None:
        """Seal what is committed by now, if it is ours to do, and give up the lease."""
        if not self._stopping.ready():
            self._stopping.send(None)
        if self._greenlet is not None and not self._greenlet.dead:
            with eventlet.Timeout(STOP_TIMEOUT, False):
                self._greenlet.wait()
            self._greenlet.kill()  # what it leaves is sealed by the next start
        try:
            self._lease.release()
        except DatabaseAway:
            pass

    def kill(self) -> None:
        """Die on the spot, as a process does: the lease stays until it expires."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def _run(self) -> None:
        pause = POLL
        while True:
            began = time.monotonic()
            last = self._stopping.ready()  # one more pass after the signal: commands have ended by then
            try:
                if self._lease.hold():
                    self._sealer.run_once()
                pause = POLL
            except Exception as error:
                log.warning("audit.sealing_failed", service=self._name, **describe(error))
                failures.labels(self._name, type(error).__name__).inc()
                pause = min(pause * 2, LONGEST_BACK_OFF)
            if last:
                return
            # the time of the pass counts: under load the next one begins as soon as when there is little to do
            left = pause * random.uniform(0.8, 1.0) - (time.monotonic() - began)
            with eventlet.Timeout(max(SHORTEST_PAUSE, left), False):
                self._stopping.wait()

    def _publish(self, checkpoint: Checkpoint) -> None:
        """In a thread: a disk that takes its time must not stop the other greenlets."""
        assert self._ledger is not None
        tpool.execute(self._ledger.append, checkpoint)
        sealed.labels(self._name).set(checkpoint.size)

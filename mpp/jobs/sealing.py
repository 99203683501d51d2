"""Runs the sealer of a service's audit trail beside its relay, in one copy of the service at a time."""

from __future__ import annotations

import uuid

import structlog
from eventlet import tpool
from prometheus_client import Gauge

from mpp.audit.checkpoints import Checkpoint, Signer
from mpp.audit.ledger import Ledger, continue_from, former_path, ledger_path
from mpp.audit.settings import AuditSettings
from mpp.clock import Clock
from mpp.jobs.loops import Loop, Pace
from mpp.persistence.audit.sealer import Sealer
from mpp.persistence.database import Database
from mpp.persistence.lease import Lease

log = structlog.get_logger(__name__)

PACE = Pace(every=0.7, jitter=0.2, spacing=0.05, back_off=0.8)  # with the work of a pass the promise is 1 s
STOP_TIMEOUT = 1.0  # what a last pass leaves is sealed by the next start

sealed = Gauge(
    "mpp_audit_sealed", "Audit entries in the service's chain, by this process's last checkpoint", ["service"]
)


def ledger_of(settings: AuditSettings, region: str, service: str) -> Ledger | None:
    """The service's file of checkpoints, which goes on where that of a former version ends; None without a folder.

    Says in the log what it is worth. Raises OSError where the former file cannot be read.
    """
    if settings.folder is None:
        log.warning("audit.no_checkpoints", service=service, hint="MPP_AUDIT_DIR is not set")
        return None
    path, key = ledger_path(settings.folder, service), settings.key_of(service)
    for folder in (settings.folder, settings.folder_before):
        if folder is not None and continue_from(former_path(folder, service), path):
            log.info("audit.ledger_continued", service=service)
    if key is None:
        log.warning("audit.unsigned_checkpoints", service=service, hint=f"{service.upper()}_AUDIT_KEY is not set")
    elif service not in settings.keys:
        log.warning("audit.shared_key", service=service, hint=f"{service.upper()}_AUDIT_KEY is not set")
    return Ledger(path, f"mpp/{region}/{service}", None if key is None else Signer(key))


class Sealing:
    """Seals in the passes of its `loop`; the lease lets one copy of the service do it.

    The last pass, after the commands have ended, seals what is committed by then.
    """

    def __init__(self, database: Database, clock: Clock, ledger: Ledger | None, lease_seconds: float = 10.0) -> None:
        self._name = database.name
        self._ledger = ledger
        self._lease = Lease(database, "sealer", uuid.uuid4().hex, lease_seconds)
        origin = database.name if ledger is None else ledger.origin
        self._sealer = Sealer(database, clock, origin, None if ledger is None else self._publish)
        release = self._lease.release
        self.loop = Loop(
            database.name, "sealer", self._pass, PACE, patience=STOP_TIMEOUT, last_pass=True, ended=release
        )

    def _pass(self) -> None:
        if self._lease.hold():
            self._sealer.run_once()

    def _publish(self, checkpoint: Checkpoint) -> None:
        """In a thread: a disk that takes its time must not stop the other greenlets."""
        assert self._ledger is not None
        tpool.execute(self._ledger.append, checkpoint)
        sealed.labels(self._name).set(checkpoint.size)

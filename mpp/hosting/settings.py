"""What a running service reads of the mall's settings (`mpp.operations.settings` reads them from the environment)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mpp.audit.settings import AuditSettings
from mpp.persistence.retention import Retention

if TYPE_CHECKING:
    from mpp.messages.channels.making import MessageSecrets
    from mpp.papers.signing.settings import BsreSettings, LocalKey

MOST_UPLOAD_BYTES = 32 * 2**20  # no mall may take larger documents: its front lets none through (deploy/nginx/mpp.conf)


@dataclass(frozen=True)
class ServiceSettings:
    """The same for every service; the secrets in it are not part of the repr."""

    region: str = "35.15"  # a region folder, or the code of a region that is shipped
    timer_seconds: float = 15.0  # how often a service looks for what has become due
    retry_delays: tuple[timedelta, ...] | None = None  # between attempts at an event; None: as the inbox has them
    retention: Retention = Retention()
    audit: AuditSettings = AuditSettings()
    files: Path | None = None  # the folder of uploaded documents; None: this process takes none
    upload_max_bytes: int = 10 * 2**20  # of one document
    case_max_bytes: int = 300 * 2**20  # of all documents of a case; an applicant may send as much in a day
    account_day_bytes: int = 3 * 2**30  # that one account may hand in within a day
    scanner: str | None = None  # clamd, as `mpp.files.scanner.Clamd` has it; None: documents are not scanned
    proxies: int = 0  # trusted reverse proxies in front of the mall, whose X-Forwarded-For is believed
    public_url: str | None = None  # where citizens reach the mall, as it stands on papers and receipts
    local_url: str = "http://localhost:8000"  # where the mall is reached on its own machine
    broker_metrics: str | None = None  # RabbitMQ's own, such as `http://rabbitmq:15692`; None: nobody looks at them
    partner_queue_bytes: int = 256 * 2**20  # that may wait in a partner's queue
    draft_key: bytes | None = field(default=None, repr=False)  # of half-filled forms; None: none are kept
    session_key: bytes | None = field(default=None, repr=False)  # of the pages' cookies; None: no pages are served
    bank_keys: tuple[bytes, ...] = field(default=(), repr=False)  # with which the bank signs; two while one changes
    signing_key: LocalKey | None = None  # that signs papers with a simulated signature; None: none is signed so
    bsre: BsreSettings | None = None  # BSrE's client service; None: this mall has none
    message_secrets: MessageSecrets | None = field(default=None, repr=False)  # of the providers that tell people

    @property
    def mall_url(self) -> str:
        """The address that papers name."""
        return self.public_url or self.local_url

"""Every setting of a running mall, read from the environment in one place and checked before anything starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from mpp.audit.settings import AuditSettings, audit_key_name
from mpp.hosting.settings import MOST_UPLOAD_BYTES, ServiceSettings
from mpp.operations.environment import Environment
from mpp.operations.problem import Problem
from mpp.operations.signing import bsre, signing_key
from mpp.operations.telling import message_secrets
from mpp.papers.qr.address import LONGEST_MALL
from mpp.papers.qr.keys import Keyring
from mpp.persistence.retention import Retention

PAPER_KEYRING = "MPP_PAPER_PUBLIC_KEYS"
_LONGEST_UNUSED = timedelta(days=49)  # RabbitMQ counts milliseconds in 32 bits


Given = TypeVar("Given")


@dataclass(frozen=True)
class Settings:
    """What the environment says. Secrets are not part of the repr; None means that it is not set.

    `for_services` is the part that services read while they run; the rest is for whoever prepares and starts them.
    """

    for_services: ServiceSettings = ServiceSettings()
    data: Path = Path(".data")
    bind: str = "127.0.0.1"
    port: int = 8000
    ops_bind: str = "127.0.0.1"
    ops_port: int | None = None
    probes: Mapping[str, str] = field(default_factory=dict)  # the internal addresses of all processes, for the doctor
    demo: bool = False
    demo_password: str | None = field(default=None, repr=False)
    operator_password: str | None = field(default=None, repr=False)  # of the account that makes all others
    amqp_uri: str | None = field(default=None, repr=False)
    amqp_uris: Mapping[str, str] = field(default_factory=dict, repr=False)
    database_urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    admin_database_url: str | None = field(default=None, repr=False)
    admin_amqp_uri: str | None = field(default=None, repr=False)
    broker_api: str | None = field(default=None, repr=False)
    partner_queue_unused: timedelta = timedelta(days=30)
    partner_accounts: Mapping[str, str] = field(default_factory=dict, repr=False)
    person_key: bytes | None = field(default=None, repr=False)
    tracking_keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)  # of the secrets of applicants
    paper_keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)  # that sign the QR codes of papers
    paper_keyring: Keyring | None = None  # their public halves, of everybody
    backup_folder: Path | None = None  # where backups stand beside each other
    backup_key: str | None = field(default=None, repr=False)  # either half: closing needs the public one alone
    token_private_key: str | None = field(default=None, repr=False)
    token_public_key: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, environment: Mapping[str, str], services: Iterable[str]) -> Settings:
        """The settings of this environment. Raises Problem, naming the variable, for a value that cannot be."""
        given = Environment(environment)
        names = list(services)
        data = given.path("MPP_DATA") or cls.data
        return cls(
            for_services=_for_services(given, data, names),
            data=data,
            bind=given.text("MPP_BIND") or cls.bind,
            port=given.port("PORT") or cls.port,
            ops_bind=given.text("MPP_OPS_BIND") or cls.ops_bind,
            ops_port=given.port("MPP_OPS_PORT"),
            probes=given.addresses("MPP_PROBES"),
            demo=given.flag("MPP_DEMO"),
            demo_password=given.text("MPP_DEMO_PASSWORD"),
            operator_password=given.text("MPP_OPERATOR_PASSWORD"),
            amqp_uri=given.amqp_uri("AMQP_URI"),
            amqp_uris=given.amqp_uris(names),
            database_urls=given.database_urls(names),
            admin_database_url=given.database_url("MPP_ADMIN_DATABASE_URL"),
            admin_amqp_uri=given.amqp_uri("MPP_ADMIN_AMQP_URI"),
            broker_api=given.text("MPP_BROKER_API"),
            partner_queue_unused=_unused(given, cls.partner_queue_unused),
            partner_accounts=given.accounts("MPP_PARTNER_ACCOUNTS"),
            person_key=given.key("MPP_PERSON_KEY"),
            tracking_keys=_tracking_keys(given, names),
            paper_keys=_keys(given, {service: paper_key_name(service) for service in names}),
            paper_keyring=_paper_keyring(given),
            backup_folder=given.path("MPP_BACKUP_DIR"),
            backup_key=given.text("MPP_BACKUP_KEY"),
            token_private_key=given.text("MPP_TOKEN_PRIVATE_KEY"),
            token_public_key=given.text("MPP_TOKEN_PUBLIC_KEY"),
        )

    @property
    def address(self) -> str:
        """Where the mall answers HTTP, host:port."""
        return f"{self.bind}:{self.port}"

    def amqp_uri_of(self, service: str) -> str | None:
        """The broker account of one service: its own where there is one."""
        return self.amqp_uris.get(service, self.amqp_uri)


def backups_beside(settings: Settings) -> Path:
    """Where backups stand: the place that is named, else beside the data folder of a mall on one machine."""
    return settings.backup_folder or settings.data.absolute().parent / "backups"


def with_audit_folder(settings: Settings) -> Settings:
    """The settings of a mall on one machine, whose checkpoints go beside its data unless another place is named."""
    audit = settings.for_services.audit
    audit = replace(audit, folder=audit.folder or settings.data / "audit")
    return replace(settings, for_services=replace(settings.for_services, audit=audit))


def tracking_key_name(service: str) -> str:
    """The variable of the key that a service makes the secrets of its applicants with."""
    return f"{service.upper()}_TRACKING_KEY"


def paper_key_name(service: str) -> str:
    """The variable of the key that a service signs the QR codes of its papers with."""
    return f"MPP_{service.upper()}_PAPER_KEY"


def required(value: Given | None, name: str) -> Given:
    """The value, or the Problem that this variable is missing."""
    if value is None:
        raise missing(name)
    return value


def missing(name: str) -> Problem:
    """The Problem that this variable is missing."""
    return Problem(f"{name} belum diisi", f"{name} is not set")


def _unused(given: Environment, default: timedelta) -> timedelta:
    days = given.days("MPP_PARTNER_QUEUE_DAYS", default)
    if days > _LONGEST_UNUSED:
        raise Problem(
            f"MPP_PARTNER_QUEUE_DAYS={days.days} lebih dari {_LONGEST_UNUSED.days} hari",
            f"MPP_PARTNER_QUEUE_DAYS={days.days} is more than {_LONGEST_UNUSED.days} days",
        )
    return days


def _upload_max(given: Environment, default: int) -> int:
    size = given.number("MPP_UPLOAD_MAX_BYTES") or default
    if size > MOST_UPLOAD_BYTES:
        raise Problem(
            f"MPP_UPLOAD_MAX_BYTES={size} lebih dari {MOST_UPLOAD_BYTES} byte",
            f"MPP_UPLOAD_MAX_BYTES={size} is more than {MOST_UPLOAD_BYTES} bytes",
        )
    return size


def _for_services(given: Environment, data: Path, names: Iterable[str]) -> ServiceSettings:
    default = ServiceSettings()
    bank_keys = (given.key("MPP_BANK_KEY"), given.key("MPP_BANK_KEY_BEFORE"))
    return ServiceSettings(
        region=given.region(),
        timer_seconds=given.number("MPP_TIMER_SECONDS") or default.timer_seconds,
        retry_delays=given.delays("MPP_RETRY_DELAYS"),
        retention=_retention(given),
        audit=_audit(given, names),
        files=given.path("MPP_FILES_DIR") or data / "files",
        upload_max_bytes=_upload_max(given, default.upload_max_bytes),
        case_max_bytes=given.number("MPP_CASE_MAX_BYTES") or default.case_max_bytes,
        account_day_bytes=given.number("MPP_ACCOUNT_DAY_BYTES") or default.account_day_bytes,
        scanner=given.scanner("MPP_SCANNER"),
        proxies=given.number("MPP_PROXIES") or default.proxies,
        public_url=given.public_url("MPP_PUBLIC_URL", LONGEST_MALL),
        local_url=f"http://localhost:{given.port('PORT') or Settings.port}",
        broker_metrics=given.text("MPP_BROKER_METRICS"),
        partner_queue_bytes=given.number("MPP_PARTNER_QUEUE_BYTES") or default.partner_queue_bytes,
        draft_key=given.key("MPP_DRAFT_KEY"),
        session_key=given.key("MPP_SESSION_KEY"),
        bank_keys=tuple(key for key in bank_keys if key is not None),
        signing_key=signing_key(given),
        bsre=bsre(given),
        message_secrets=message_secrets(given),
    )


def _tracking_keys(given: Environment, services: Iterable[str]) -> dict[str, bytes]:
    return _keys(given, {service: tracking_key_name(service) for service in services})


def _paper_keyring(given: Environment) -> Keyring | None:
    listed = given.text(PAPER_KEYRING)
    try:
        return None if listed is None else Keyring.read(listed)
    except ValueError as error:
        raise Problem(
            f"{PAPER_KEYRING} bukan daftar kunci (buat dengan `mpp secrets`): {error}",
            f"{PAPER_KEYRING} is no list of keys (make it with `mpp secrets`)",
        ) from None


def _audit(given: Environment, services: Iterable[str]) -> AuditSettings:
    names = {service: audit_key_name(service) for service in services}
    return AuditSettings(
        folder=given.path("MPP_AUDIT_DIR"),
        folder_before=given.path("MPP_AUDIT_DIR_BEFORE"),
        keys=_keys(given, names),
        shared_key=given.key("MPP_AUDIT_KEY"),
        public_keys=_keys(given, {service: f"{service.upper()}_AUDIT_PUBLIC_KEY" for service in names}),
        shared_public_key=given.key("MPP_AUDIT_PUBLIC_KEY"),
    )


def _keys(given: Environment, names: Mapping[str, str]) -> dict[str, bytes]:
    """The keys that are set, by service; `names` are those of their variables."""
    found = {service: given.key(name) for service, name in names.items()}
    return {service: key for service, key in found.items() if key is not None}


def _retention(given: Environment) -> Retention:
    default = Retention()
    outbox = given.days("MPP_OUTBOX_DAYS", default.outbox)
    inbox = given.days("MPP_INBOX_DAYS", default.inbox)
    if inbox <= outbox:
        # what is sent again from an outbox would be handled twice by whoever has forgotten it
        raise Problem(
            f"MPP_INBOX_DAYS={inbox.days} harus lebih besar daripada MPP_OUTBOX_DAYS={outbox.days}: peristiwa yang "
            "dikirim ulang harus masih dikenal",
            f"MPP_INBOX_DAYS={inbox.days} must be more than MPP_OUTBOX_DAYS={outbox.days}: an event that is sent again "
            "must still be known",
        )
    return Retention(
        outbox,
        inbox,
        given.days("MPP_IDEMPOTENCY_DAYS", default.idempotency),
        given.days("MPP_JOBS_DAYS", default.jobs),
    )

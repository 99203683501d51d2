"""Every setting of a running mall, read from the environment in one place and checked before anything starts."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from mpp.operations.problem import Problem

KEY_BYTES = 32
_LONGEST_DELAY = 86_400  # seconds


@dataclass(frozen=True)
class Settings:
    """What the environment says. Secrets are not part of the repr; None means that it is not set."""

    region: str = "35.15"
    data: Path = Path(".data")
    bind: str = "127.0.0.1"
    port: int = 8000
    ops_bind: str = "127.0.0.1"
    ops_port: int | None = None
    catalogue_folder: Path | None = None
    calendar_files: tuple[Path, ...] = ()
    audit_folder: Path | None = None  # where the checkpoints of the audit trail go
    files_folder: Path | None = None  # where uploaded documents go; None: `files` in the data folder
    upload_max_bytes: int = 10 * 1024 * 1024
    demo: bool = False
    timer_seconds: float = 15.0  # how often a case service looks for what has become due
    proxies: int = 0  # trusted reverse proxies in front of the gateway, whose X-Forwarded-For is believed
    retry_delays: tuple[timedelta, ...] | None = None  # between attempts at an event; None: as the inbox has them
    amqp_uri: str | None = field(default=None, repr=False)
    amqp_uris: Mapping[str, str] = field(default_factory=dict, repr=False)
    database_urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    admin_database_url: str | None = field(default=None, repr=False)
    admin_amqp_uri: str | None = field(default=None, repr=False)
    broker_api: str | None = field(default=None, repr=False)
    partner_accounts: Mapping[str, str] = field(default_factory=dict, repr=False)
    person_key: bytes | None = field(default=None, repr=False)
    token_private_key: str | None = field(default=None, repr=False)
    token_public_key: str | None = field(default=None, repr=False)
    audit_key: bytes | None = field(default=None, repr=False)  # signs the checkpoints (Ed25519)
    bank_keys: tuple[bytes, ...] = field(default=(), repr=False)  # with which the bank signs; more while one changes
    audit_public_key: bytes | None = None  # what a checker needs who does not hold the key

    @classmethod
    def read(cls, environment: Mapping[str, str], services: Iterable[str]) -> Settings:
        """The settings of this environment. Raises Problem, naming the variable, for a value that cannot be.

        An empty value is the same as none: compose hands on empty variables for what is not set.
        """
        given = {name: value.strip() for name, value in environment.items() if value.strip()}
        names = list(services)
        return cls(
            region=given.get("MPP_REGION", cls.region),
            data=Path(given.get("MPP_DATA", str(cls.data))),
            bind=given.get("MPP_BIND", cls.bind),
            port=_port(given, "PORT") or cls.port,
            ops_bind=given.get("MPP_OPS_BIND", cls.ops_bind),
            ops_port=_port(given, "MPP_OPS_PORT"),
            catalogue_folder=_folder(given, "MPP_CATALOGUE_DIR"),
            calendar_files=tuple(Path(p) for p in given.get("MPP_CALENDAR_FILES", "").split(":") if p),
            audit_folder=Path(given["MPP_AUDIT_DIR"]) if "MPP_AUDIT_DIR" in given else None,
            files_folder=Path(given["MPP_FILES_DIR"]) if "MPP_FILES_DIR" in given else None,
            upload_max_bytes=_number(given, "MPP_UPLOAD_MAX_BYTES") or cls.upload_max_bytes,
            demo=given.get("MPP_DEMO", "0").lower() in ("1", "true", "yes", "ya"),
            timer_seconds=float(_number(given, "MPP_TIMER_SECONDS") or cls.timer_seconds),
            proxies=_number(given, "MPP_PROXIES"),
            retry_delays=_delays(given, "MPP_RETRY_DELAYS"),
            amqp_uri=_amqp_uri(given, "AMQP_URI"),
            amqp_uris=_by_service(given, names, _amqp_uri, "AMQP_URI"),
            database_urls=_by_service(given, names, _database_url, "DATABASE_URL"),
            admin_database_url=_database_url(given, "MPP_ADMIN_DATABASE_URL"),
            admin_amqp_uri=_amqp_uri(given, "MPP_ADMIN_AMQP_URI"),
            broker_api=given.get("MPP_BROKER_API"),
            partner_accounts=_accounts(given, "MPP_PARTNER_ACCOUNTS"),
            person_key=_key(given, "MPP_PERSON_KEY"),
            token_private_key=given.get("MPP_TOKEN_PRIVATE_KEY"),
            token_public_key=given.get("MPP_TOKEN_PUBLIC_KEY"),
            audit_key=_key(given, "MPP_AUDIT_KEY"),
            bank_keys=_bank_keys(given),
            audit_public_key=_key(given, "MPP_AUDIT_PUBLIC_KEY"),
        )

    @property
    def files(self) -> Path:
        """The folder of uploaded documents."""
        return self.files_folder or self.data / "files"

    def amqp_uri_of(self, service: str) -> str | None:
        """The broker account of one service: its own where there is one."""
        return self.amqp_uris.get(service, self.amqp_uri)


def required(value: str | None, name: str) -> str:
    """The value, or the Problem that this variable is missing."""
    if value is None:
        raise missing(name)
    return value


def missing(name: str) -> Problem:
    """The Problem that this variable is missing."""
    return Problem(f"{name} belum diisi", f"{name} is not set")


def _by_service(
    given: Mapping[str, str], services: Iterable[str], read: Callable[[Mapping[str, str], str], str | None], what: str
) -> dict[str, str]:
    found = {service: read(given, f"{service.upper()}_{what}") for service in services}
    return {service: value for service, value in found.items() if value is not None}


def _database_url(given: Mapping[str, str], name: str) -> str | None:
    """SQLAlchemy would read plain postgresql:// as another driver, one that blocks every greenlet."""
    url = given.get(name)
    for prefix in ("postgresql://", "postgres://", "postgresql+psycopg2://"):
        if url is not None and url.startswith(prefix):
            return "postgresql+psycopg2://" + url.removeprefix(prefix)
    if url is not None:
        form = "postgresql://user:password@host/database"
        raise Problem(f"{name} harus berbentuk {form}", f"{name} must look like {form}")
    return None


def _amqp_uri(given: Mapping[str, str], name: str) -> str | None:
    uri = given.get(name)
    if uri is not None and not (uri.startswith(("amqp://", "amqps://")) and urlsplit(uri).hostname):
        form = "amqp://user:password@host:5672/vhost"
        raise Problem(f"{name} harus berbentuk {form}", f"{name} must look like {form}")
    return uri


def _port(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Problem(f"{name}={text} bukan nomor port (1-65535)", f"{name}={text} is not a port (1-65535)")
    return int(text)


def _number(given: Mapping[str, str], name: str) -> int:
    text = given.get(name, "0")
    if not text.isdecimal():
        raise Problem(f"{name}={text} bukan bilangan", f"{name}={text} is not a number")
    return int(text)


def _delays(given: Mapping[str, str], name: str) -> tuple[timedelta, ...] | None:
    """Seconds, separated by commas: after the last of them an event is dead."""
    text = given.get(name)
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 0 < int(part) <= _LONGEST_DELAY for part in parts):
        raise Problem(f"{name}={text} bukan deret detik (5,30,300,1800)", f"{name}={text} is no list of seconds")
    return tuple(timedelta(seconds=int(part)) for part in parts)


def _folder(given: Mapping[str, str], name: str) -> Path | None:
    text = given.get(name)
    if text is None:
        return None
    if not Path(text).is_dir():
        raise Problem(f"{name}={text} bukan folder", f"{name}={text} is not a folder")
    return Path(text)


def _key(given: Mapping[str, str], name: str) -> bytes | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        key = binascii.unhexlify(text)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise Problem(
            f"{name} harus {KEY_BYTES * 2} digit heksadesimal (buat dengan `mpp secrets`)",
            f"{name} must be {KEY_BYTES * 2} hexadecimal digits (make it with `mpp secrets`)",
        )
    return key


def _bank_keys(given: Mapping[str, str]) -> tuple[bytes, ...]:
    keys = (_key(given, "MPP_BANK_KEY"), _key(given, "MPP_BANK_KEY_BEFORE"))
    return tuple(key for key in keys if key is not None)


def _accounts(given: Mapping[str, str], name: str) -> dict[str, str]:
    pairs = [pair.partition(":") for pair in given.get(name, "").split(",") if pair.strip()]
    accounts = {user.strip(): password for user, _, password in pairs}
    if any(not password or not user.replace("_", "").isalnum() for user, password in accounts.items()):
        raise Problem(
            f"{name} harus berbentuk nama:sandi,nama:sandi (nama: huruf, angka, garis bawah)",
            f"{name} must look like name:password,name:password (names: letters, digits, underscores)",
        )
    return accounts

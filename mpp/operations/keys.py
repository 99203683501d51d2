"""The secrets of a mall: made once into the data folder by `mpp run`, or printed for a `.env` by `mpp secrets`."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

from mpp.audit.settings import AuditSettings
from mpp.disk import write_whole
from mpp.hosting.definition import definitions
from mpp.operations.environment import KEY_BYTES
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings
from mpp.papers.qr.keys import Keyring, PaperKey, PaperSigner
from mpp.papers.signing.settings import LocalKey

_FILE = "keys.json"


@dataclass(frozen=True)
class Keys:
    """The keys of persons, of the audit trail, of the bank, of drafts and of sessions (hex), and the token keys
    (base64 of DER, one line each).

    `tracking`, `audit` and `papers` (hex) are what the tracking keys, the audit keys and the keys of papers of all
    services are made from: they run in one process here. `audit` itself has signed the checkpoints of former versions;
    `papers_since` is the day on which the keys of papers were made. `signing` is the key of simulated signatures with
    its certificate (`LocalKey`).
    """

    person: str
    token_private: str
    token_public: str
    audit: str
    bank: str
    tracking: str
    drafts: str
    sessions: str
    papers: str
    papers_since: str
    signing: str

    def tracking_key(self, service: str) -> bytes:
        """The key of the secrets of one service's applicants."""
        return hmac.new(bytes.fromhex(self.tracking), service.encode(), hashlib.sha256).digest()

    def audit_key(self, service: str) -> bytes:
        """The key that one service's checkpoints are signed with."""
        return _audit_key(bytes.fromhex(self.audit), service)

    def paper_key(self, service: str) -> bytes:
        """The key that one service signs the QR codes of its papers with."""
        return hmac.new(bytes.fromhex(self.papers), b"paper " + service.encode(), hashlib.sha256).digest()


def fresh() -> Keys:
    """New keys from the operating system's randomness."""
    from mpp.papers.signing.local import new_key
    from mpp.tokens.signed import new_keys

    private, public = new_keys()
    person, audit, bank, tracking, drafts, sessions, papers = (secrets.token_hex(KEY_BYTES) for _ in range(7))
    now = datetime.now(UTC)
    signing = new_key(now).written()
    day = now.date().isoformat()
    return Keys(person, private, public, audit, bank, tracking, drafts, sessions, papers, day, signing)


def with_keys(settings: Settings) -> Settings:
    """The settings, their missing keys filled from the data folder, where they are made on the first start.

    Losing the file would orphan data: persons could no longer be matched across services, and the secrets on the
    receipts would open nothing.
    """
    kept = _kept(settings.data / _FILE)
    private, public = settings.token_private_key, settings.token_public_key
    if private is None and public is None:
        private, public = kept.token_private, kept.token_public
    paper_keys = {name: kept.paper_key(name) for name in signing_papers()} | dict(settings.paper_keys)
    return replace(
        settings,
        paper_keys=paper_keys,
        paper_keyring=settings.paper_keyring or keyring_of(paper_keys, date.fromisoformat(kept.papers_since)),
        person_key=settings.person_key or bytes.fromhex(kept.person),
        tracking_keys={name: kept.tracking_key(name) for name in _secretive()} | dict(settings.tracking_keys),
        token_private_key=private,
        token_public_key=public,
        for_services=replace(
            settings.for_services,
            audit=_with_audit_keys(settings.for_services.audit, bytes.fromhex(kept.audit)),
            draft_key=settings.for_services.draft_key or bytes.fromhex(kept.drafts),
            session_key=settings.for_services.session_key or bytes.fromhex(kept.sessions),
            bank_keys=settings.for_services.bank_keys or (bytes.fromhex(kept.bank),),
            signing_key=settings.for_services.signing_key or LocalKey.read(kept.signing),
        ),
    )


def _secretive() -> list[str]:
    return [name for name, definition in definitions().items() if definition.gives_secrets]


def signing_papers() -> list[str]:
    """The services whose papers have a QR code that they sign."""
    return [name for name, definition in definitions().items() if definition.paper_kinds]


def keyring_of(keys: Mapping[str, bytes], since: date) -> Keyring:
    """The public halves of the services' keys, all in use since that day."""
    return Keyring(tuple(PaperKey(name, PaperSigner(key).public, since) for name, key in keys.items()))


def with_audit_keys(settings: Settings) -> Settings:
    """The settings with the audit keys of the mall in the data folder, where there is one. Raises Problem."""
    path = settings.data / _FILE
    if not path.exists():
        return settings
    audit = _with_audit_keys(settings.for_services.audit, bytes.fromhex(_kept(path).audit))
    return replace(settings, for_services=replace(settings.for_services, audit=audit))


def with_paper_keys(settings: Settings) -> Settings:
    """The settings with what papers are recognised by, of the mall in the data folder, where there is one.

    Raises Problem."""
    path = settings.data / _FILE
    return with_keys(settings) if path.exists() else settings


def _with_audit_keys(given: AuditSettings, kept: bytes) -> AuditSettings:
    shared = given.shared_key or kept
    made = {name: _audit_key(shared, name) for name in definitions()}
    return replace(given, shared_key=shared, keys=made | dict(given.keys))


def _audit_key(shared: bytes, service: str) -> bytes:
    return hmac.new(shared, b"audit " + service.encode(), hashlib.sha256).digest()


def bank_key_of(folder: Path) -> bytes | None:
    """The bank's key of the mall with this data folder, None where there is no such mall. Raises Problem."""
    path = folder / _FILE
    return bytes.fromhex(_kept(path).bank) if path.exists() else None


def _kept(path: Path) -> Keys:
    try:
        found = json.loads(path.read_text())
        if len(bytes.fromhex(found["person"])) != KEY_BYTES:  # the one that nothing could replace
            raise ValueError
    except FileNotFoundError:
        found = {}
    except (ValueError, TypeError, KeyError):
        raise Problem(f"{path} rusak: pulihkan dari cadangan", f"{path} is damaged: restore it from a backup") from None
    names = {field.name for field in fields(Keys)}
    if not names <= set(found):  # the first start, or a version of the mall that has a key more
        found = {**vars(fresh()), **found}
        write_whole(path, json.dumps(found), 0o600)
    return Keys(**{name: found[name] for name in names})

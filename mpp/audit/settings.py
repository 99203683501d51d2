"""Where the checkpoints of the audit trail go, with whose key they are signed, and with which keys they are checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mpp.audit.checkpoints import Signer, Verifier


@dataclass(frozen=True)
class AuditSettings:
    """The secrets in it are not part of the repr. A process has the keys of its own services, and a checker may have
    the public ones alone.

    `folder` holds a folder for each service; None: no checkpoints are written. `folder_before` is the one that all
    services of a former version had. `shared_key` is the key that they had, and signs for a service without one of its
    own; `shared_public_key` is what is left of it with a checker.
    """

    folder: Path | None = None
    folder_before: Path | None = None
    keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    shared_key: bytes | None = field(default=None, repr=False)
    public_keys: Mapping[str, bytes] = field(default_factory=dict)
    shared_public_key: bytes | None = None

    def key_of(self, service: str) -> bytes | None:
        """What the checkpoints of the service are signed with (Ed25519); None: they are not."""
        return self.keys.get(service, self.shared_key)

    def verifier_of(self, service: str) -> Verifier | None:
        """Checks the checkpoints of the service; None where no key is known."""
        own = _public(self.keys.get(service)) or self.public_keys.get(service)
        shared = self.shared_public_key or _public(self.shared_key)
        if own is None:
            return None if shared is None else Verifier(shared)
        return Verifier(own, shared)


def audit_key_name(service: str) -> str:
    """The variable of the key that a service signs the checkpoints of its audit trail with."""
    return f"{service.upper()}_AUDIT_KEY"


def _public(key: bytes | None) -> bytes | None:
    return None if key is None else Signer(key).public

"""Which keys a mall had, without saying them: a restored mall with other keys would not know its own people."""

from __future__ import annotations

import hashlib

from mpp.operations.settings import Settings

_LENGTH = 16  # hexadecimal digits: enough to tell keys of 32 random bytes apart


def fingerprints(settings: Settings) -> dict[str, str]:
    """By the name of the setting; of those that this process knows. A container knows only what it was given."""
    found: dict[str, bytes] = {}
    if settings.person_key is not None:
        found["MPP_PERSON_KEY"] = settings.person_key
    for service, key in settings.tracking_keys.items():
        found[f"{service.upper()}_TRACKING_KEY"] = key
    if settings.token_public_key is not None:
        found["MPP_TOKEN_PUBLIC_KEY"] = settings.token_public_key.encode()
    return {name: _of(name, key) for name, key in sorted(found.items())}


def _of(name: str, key: bytes) -> str:
    return hashlib.sha256(name.encode() + b"\0" + key).hexdigest()[:_LENGTH]

"""The keys of papers: each service signs with its own, and everybody may have the list of the public ones."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mpp.json_values import JsonObject, day, objects, optional_text, text, texts

KEY_BYTES = 32
_ID_BYTES = 6  # of the thumbprint: the same letters stand in the list and, as ASCII, in the signed message
_LISTED = re.compile(r"([a-z][a-z0-9_]*)=([A-Za-z0-9_-]{43})@(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)?")


@dataclass(frozen=True)
class PaperKey:
    """A public key (32 bytes, Ed25519): whose it is, which kinds of papers it may sign, and the days on which it was
    in use. `until` None: it still is."""

    service: str
    public: bytes
    since: date
    until: date | None = None
    kinds: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What a signature names the key by: eight letters of its thumbprint (RFC 7638, RFC 8037)."""
        seen = {"crv": "Ed25519", "kty": "OKP", "x": encoded(self.public)}
        thumbprint = hashlib.sha256(json.dumps(seen, separators=(",", ":")).encode()).digest()
        return encoded(thumbprint[:_ID_BYTES])

    def listed(self) -> str:
        """The key as the setting has it: `permits=<base64url>@2026-11-27..`."""
        until = "" if self.until is None else self.until.isoformat()
        return f"{self.service}={encoded(self.public)}@{self.since.isoformat()}..{until}"

    def to_json(self) -> JsonObject:
        """The key as it is published: a JWK with members of ours."""
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "kid": self.id,
            "x": encoded(self.public),
            "service": self.service,
            "kinds": list(self.kinds),
            "from": self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
        }

    @classmethod
    def from_json(cls, told: JsonObject) -> PaperKey:
        """The key of a published JWK. Raises ValueError for one that is not of papers."""
        public, until = decoded(text(told, "x")), optional_text(told, "until")
        if (text(told, "kty"), text(told, "crv")) != ("OKP", "Ed25519") or len(public) != KEY_BYTES:
            raise ValueError("not an Ed25519 key")
        last = None if until is None else date.fromisoformat(until)
        return cls(text(told, "service"), public, day(told, "from"), last, texts(told, "kinds"))


@dataclass(frozen=True)
class Keyring:
    """The public keys of all papers, former ones as well: a paper outlives the key that signed it."""

    keys: tuple[PaperKey, ...] = ()

    def find(self, key_id: str) -> PaperKey | None:
        """The key that a signature names."""
        return next((key for key in self.keys if key.id == key_id), None)

    def current(self, service: str) -> PaperKey | None:
        """The key that a service signs with now."""
        return next((key for key in self.keys if key.service == service and key.until is None), None)

    def to_json(self) -> JsonObject:
        """The published list: a JWK set (RFC 7517)."""
        return {"keys": [key.to_json() for key in self.keys]}

    @classmethod
    def from_json(cls, told: JsonObject) -> Keyring:
        """The keyring of a published list. Raises ValueError."""
        return cls(tuple(PaperKey.from_json(key) for key in objects(told, "keys")))

    def listed(self) -> str:
        """The keys as the setting has them, separated by commas."""
        return ",".join(key.listed() for key in self.keys)

    @classmethod
    def read(cls, setting: str) -> Keyring:
        """The keyring of the setting, without kinds. Raises ValueError for what cannot be, and for two keys of one
        service that have no end."""
        found = cls(tuple(_read(entry.strip()) for entry in setting.split(",") if entry.strip()))
        current = [key.service for key in found.keys if key.until is None]
        if len(set(current)) < len(current) or len({key.id for key in found.keys}) < len(found.keys):
            raise ValueError("two current keys of one service, or one key twice")
        return found


class PaperSigner:
    """The private key of one service."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = PaperKey("", self.public, date.min).id

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(message)


def with_kinds(keyring: Keyring, kinds: Iterable[tuple[str, tuple[str, ...]]]) -> Keyring:
    """The keyring whose keys know what each service may sign."""
    by_service = dict(kinds)
    return Keyring(
        tuple(PaperKey(k.service, k.public, k.since, k.until, by_service.get(k.service, ())) for k in keyring.keys)
    )


def encoded(value: bytes) -> str:
    """Base64url without padding, as JWK and the address have it."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def decoded(value: str) -> bytes:
    """The bytes of `encoded`. Raises ValueError."""
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error


def _read(entry: str) -> PaperKey:
    found = _LISTED.fullmatch(entry)
    if found is None:
        raise ValueError(f"not a key: {entry[:20]}")
    service, public, since, until = found.groups()
    last = None if until is None else date.fromisoformat(until)
    key = PaperKey(service, decoded(public), date.fromisoformat(since), last)
    if key.until is not None and key.until < key.since:
        raise ValueError(f"the key of {service} ends before it begins")
    return key

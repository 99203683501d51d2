"""Checkpoints: what the head of a service's chain was, when, and signed (Ed25519). Pure.

Each is a signed note in the form of C2SP's tlog-checkpoint, with the head of our chain in the place of a tree's root:

    mpp/35.15/permits                                   origin: the region and the service
    1204                                                size: entries sealed
    ioXHnnDBQVVbKWKy3+3RAPLqGSSBIAOUmWhRxfJbFdk=        head of the chain at that size
    time 2026-11-23T02:00:00.000000Z

    — mpp/35.15/permits AZ8x...                         4 bytes that name the key, 64 bytes of signature

A mall without a key writes the line UNSIGNED instead of the signature. A file holds one note after another; notes are
only ever added.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mpp.audit.chain import moment

UNSIGNED = "— tanpa tanda tangan (unsigned: MPP_AUDIT_KEY is not set)"
KEY_BYTES = 32
_ED25519 = b"\x01"  # the algorithm's number in a signed note
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
_BODY_LINES = 4
_SIGNED_LENGTH = 92  # base64 of 4 and 64 bytes


@dataclass(frozen=True)
class Checkpoint:
    """`size` entries were sealed at `at` (UTC), and the head of the chain was `head` (32 bytes)."""

    origin: str
    size: int
    head: bytes
    at: datetime

    @property
    def service(self) -> str:
        return self.origin.rpartition("/")[2]

    def body(self) -> str:
        """The text that is signed."""
        lines = (
            self.origin,
            str(self.size),
            base64.b64encode(self.head).decode(),
            f"time {moment(self.at)}",
        )
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True)
class Written:
    """A note of a file: where it begins (line, 1..) and its checkpoint, None where the text is damaged."""

    line: int
    checkpoint: Checkpoint | None
    signature: str | None  # the signature's line; None where there is none
    body: str = ""

    @property
    def unsigned(self) -> bool:
        return self.signature == UNSIGNED


class Signer:
    """Signs with a key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(key)
        self.public = self._key.public_key().public_bytes_raw()

    def line(self, checkpoint: Checkpoint) -> str:
        """The signature's line."""
        signature = self._key.sign(checkpoint.body().encode())
        signed = base64.b64encode(_key_id(checkpoint.origin, self.public) + signature).decode()
        return f"— {checkpoint.origin} {signed}"


class Verifier:
    """Checks with the service's public key (32 bytes), and with the former one, which all services had."""

    def __init__(self, public: bytes, former: bytes | None = None) -> None:
        self._keys = tuple(_PublicKey(key) for key in (public, former) if key is not None)

    def accepts(self, note: Written) -> bool:
        """Whether the note is a whole one, signed with one of the keys."""
        return any(key.accepts(note) for key in self._keys)

    def accepts_as_former(self, note: Written) -> bool:
        """Whether it is signed with the former key."""
        return any(key.accepts(note) for key in self._keys[1:])


class _PublicKey:
    def __init__(self, public: bytes) -> None:
        self._public = public
        self._key = Ed25519PublicKey.from_public_bytes(public)

    def accepts(self, note: Written) -> bool:
        if note.checkpoint is None or note.signature is None:
            return False
        origin = note.checkpoint.origin
        prefix = f"— {origin} "
        if not note.signature.startswith(prefix):
            return False
        text = note.signature.removeprefix(prefix)
        try:
            signed = base64.b64decode(text, validate=True)
            self._key.verify(signed[4:], note.body.encode())
        except (binascii.Error, ValueError, InvalidSignature):
            return False
        # the last letter carries bits that decoding drops: only the spelling that we write is ours
        return signed[:4] == _key_id(origin, self._public) and base64.b64encode(signed).decode() == text


def render(checkpoint: Checkpoint, signer: Signer | None) -> str:
    """The note, with the blank line that ends it."""
    signature = UNSIGNED if signer is None else signer.line(checkpoint)
    return f"{checkpoint.body()}\n{signature}\n\n"


def parse(lines: Iterator[str]) -> Iterator[Written]:
    """The notes of a file, first one first. Nothing raises: what cannot be read is a note without a checkpoint."""
    pending: tuple[int, list[str]] | None = None
    for number, block in _blocks(lines):
        if block[0].startswith("— ") and len(block) == 1:
            if pending is not None:
                yield _note(pending[0], pending[1], block[0])
                pending = None
            else:
                yield Written(number, None, block[0])
            continue
        if pending is not None:
            yield _note(pending[0], pending[1], None)
        pending = (number, block)
    if pending is not None:
        yield _note(pending[0], pending[1], None)


def _blocks(lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """The runs of lines between blank lines, each with the number of its first line."""
    block: list[str] = []
    begin = 1
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\n")
        if text:
            if not block:
                begin = number
            block.append(text)
        elif block:
            yield begin, block
            block = []
    if block:
        yield begin, block


def _note(line: int, block: list[str], signature: str | None) -> Written:
    body = "".join(f"{each}\n" for each in block)
    # Without a whole signature's line a note was torn off by a power cut: it says nothing.
    checkpoint = _read(block) if signature is not None else None
    if checkpoint is not None and not _whole(checkpoint.origin, str(signature)):
        checkpoint = None
    return Written(line, checkpoint, signature, body)


def _whole(origin: str, signature: str) -> bool:
    return signature == UNSIGNED or (
        signature.startswith(f"— {origin} ") and len(signature) == len(f"— {origin} ") + _SIGNED_LENGTH
    )


def _read(block: list[str]) -> Checkpoint | None:
    if len(block) != _BODY_LINES:
        return None
    origin, size, head, time = block
    try:
        at = datetime.strptime(time.removeprefix("time "), _TIME).replace(tzinfo=UTC)
        found = Checkpoint(origin, int(size), base64.b64decode(head, validate=True), at)
    except ValueError:
        return None
    whole = found.body().splitlines() == block and len(found.head) == hashlib.sha256().digest_size
    return found if whole and found.size > 0 else None


def _key_id(origin: str, public: bytes) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n" + _ED25519 + public).digest()[:4]

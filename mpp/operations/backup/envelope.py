"""Encryption of what is written: age (C2SP), in a stream, so that size costs no memory.

Who makes a backup needs the public half alone (`age1...`): whoever steals the server cannot read what it has written.
Only restoring needs the private half (`AGE-SECRET-KEY-1...`). The program `age` reads the same files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pyrage
from pyrage import x25519

from mpp.operations.problem import Problem

SUFFIX = ".age"
NAME = "MPP_BACKUP_KEY"


class Readable(Protocol):
    """Where bytes come from."""

    def read(self, size: int = ..., /) -> bytes: ...


class Writable(Protocol):
    """Where bytes go."""

    def write(self, part: bytes, /) -> int: ...


class WrongKey(Exception):
    """The key does not open what it was tried on."""


class Damaged(Exception):
    """What was read is not what was written."""


@dataclass(frozen=True)
class Envelope:
    """Closes for `public`; opens where the private half is known."""

    public: str
    private: str | None = None

    @classmethod
    def of(cls, key: str | None) -> Envelope | None:
        """Of either half of a key, None without one. Raises Problem for what is no key."""
        if key is None:
            return None
        try:
            if key.startswith("AGE-SECRET-KEY-1"):
                return cls(str(x25519.Identity.from_str(key).to_public()), key)
            return cls(str(x25519.Recipient.from_str(key)))
        except (pyrage.IdentityError, pyrage.RecipientError):
            raise Problem(
                f"{NAME} bukan kunci cadangan (buat dengan `mpp backup-key`)",
                f"{NAME} is no backup key (make it with `mpp backup-key`)",
            ) from None

    def close(self, plain: Readable, into: Writable) -> None:
        """Encrypt all of `plain`."""
        pyrage.encrypt_io(plain, into, [x25519.Recipient.from_str(self.public)])

    def open(self, closed: Readable, into: Writable) -> None:
        """Decrypt all of `closed`. Raises WrongKey and Damaged; what was written until then counts for nothing."""
        if self.private is None:
            raise WrongKey
        try:
            pyrage.decrypt_io(closed, into, [x25519.Identity.from_str(self.private)])
        except pyrage.DecryptError as error:
            # what age cannot even begin to read is damaged; what it reads and finds no key for is another's
            raise (WrongKey if "key" in str(error) else Damaged)(str(error)) from None
        except OSError as error:
            if error.errno is not None:  # of the disk, not of the text
                raise
            raise Damaged(str(error)) from None


def fresh() -> Envelope:
    """A new key, both halves."""
    identity = x25519.Identity.generate()
    return Envelope(str(identity.to_public()), str(identity))

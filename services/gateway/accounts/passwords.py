"""Password hashes (argon2id), made and checked where they cannot hold up anybody else.

One check takes a tenth of a second of computing; twenty at once inside the event loop would stop every other
request for seconds. So they run in real threads, a few at a time, and the rest wait in line.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.gateway.threads import ThreadPool


class Passwords:
    """Makes and checks hashes in `threads`. The defaults are RFC 9106's second choice (64 MiB)."""

    def __init__(self, threads: ThreadPool, hasher: PasswordHasher | None = None) -> None:
        self.threads = threads
        self._hasher = hasher or PasswordHasher()
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        """A new hash of the password."""
        return self.threads.run(self._hash, password)

    def check(self, stored: str | None, password: str) -> bool:
        """Whether the password is the one that was hashed.

        With no stored hash (an unknown name) it computes as long as with one and says no, so that the time of the
        answer does not tell which names exist.
        """
        if self._nobody is None:
            self._nobody = self.hash("nobody knows this account")
        right = self.threads.run(self._verify, stored or self._nobody, password)
        return right and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(stored)

    def _hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

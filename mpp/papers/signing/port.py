"""What every way of signing promises: the signed file with the facts of its signature, or one of four failures.

A signed file begins with the very bytes that were given to be signed; `pades.check` looks at that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn, Protocol


class Passphrase:
    """What a signer types to sign. It is in nothing that is written: no text, no JSON, no pickle."""

    __slots__ = ("_said",)

    def __init__(self, said: str) -> None:
        self._said = said

    def reveal(self) -> str:
        """The words themselves, for the one request that needs them."""
        return self._said

    def __repr__(self) -> str:
        return "Passphrase(...)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a passphrase is not written down")


@dataclass(frozen=True)
class Signer:
    """Who signs: the account, the name as it stands on the paper, and the NIK where the way of signing needs one."""

    account: str
    name: str | None = None
    nik: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Signature:
    """The facts of one signature in a PDF.

    `intact`: nothing within what it covers was changed. `whole`: it covers the file to its end, but for itself.
    `trusted`: its certificate leads to one that is trusted here. `by` is the name in the certificate, `named` the name
    that the signature itself gives; `revision` counts from 1.
    """

    intact: bool
    whole: bool
    trusted: bool
    by: str
    fingerprint: str
    at: datetime | None = None
    named: str | None = None
    revision: int = 1
    changed_after: bool = False

    @property
    def good(self) -> bool:
        """Whether it is right about the whole file as it is; not whether its certificate is trusted."""
        return self.intact and self.whole and not self.changed_after


@dataclass(frozen=True)
class Signed:
    """The signed file. `reference` is the signing service's own name of it, where it gives one."""

    pdf: bytes = field(repr=False)
    signature: Signature
    reference: str | None = None


class SigningFailed(Exception):
    """Nothing is signed, as far as is known. `code` is a word for rows, logs and problems; it says nothing personal."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotRegistered(SigningFailed):
    """The signing service does not know this signer; nothing was signed and nothing used up."""

    def __init__(self) -> None:
        super().__init__("signer_not_registered")


class WrongPassphrase(SigningFailed):
    """Nothing was signed and nothing used up; the signer may try again."""

    def __init__(self) -> None:
        super().__init__("passphrase_wrong")


class SigningUnavailable(SigningFailed):
    """It cannot be signed now, and nothing was: it may be tried again. `code` says what is missing."""


class AnswerRefused(SigningFailed):
    """What came back is not what was asked for: another content type, another document, a broken signature."""


class OutcomeUnknown(SigningFailed):
    """It may have been signed. Nothing is sent again before that is looked up, by `reference` where one was told, or by
    the hash of what was sent."""

    def __init__(self, code: str = "outcome_unknown", reference: str | None = None) -> None:
        super().__init__(code)
        self.reference = reference


class Signing(Protocol):
    """A way of signing that gives the file at once."""

    def sign(self, pdf: bytes, signer: Signer, passphrase: Passphrase | None = None) -> Signed:
        """The file with one signature more. Raises SigningFailed."""

    def look_up(self, pdf: bytes, reference: str | None = None) -> Signed | None:
        """What came of an outcome that was unknown: the signed file of this very one, or None where it was not signed.

        Raises OutcomeUnknown where that cannot be told.
        """

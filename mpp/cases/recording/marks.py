"""What the QR code on a paper says. The service that signs it with its key is a port: see `CaseHost.qr_of`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PaperMark:
    """What a paper says of itself: `service` is the case service that issues it, `code` the verification code in
    capitals without groups, `holder` the name of whoever holds it (the mark shows initials of it)."""

    service: str
    kind: str
    code: str
    number: str | None
    issued_on: date
    holder: str | None


QrOf = Callable[[PaperMark], str]


def plain_address(mark: PaperMark) -> str:
    """Where to ask about the paper, below the address of the mall; for who has no key."""
    return f"/v/{mark.code}"

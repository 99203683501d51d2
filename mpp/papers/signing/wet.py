"""`wet`: a numbered print is signed by hand and stamped, and scanned; a second person confirms that the scan is it.

So there is no file to be signed here: the print is handed out as it was rendered, and what counts is the scan.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scan:
    """A signed sheet as it was handed in: its hash and size in bytes, and by which account."""

    sha256: str
    size: int
    by: str


def may_confirm(scan: Scan, account: str, signer: str | None) -> bool:
    """Whether this account may say that the scan is the sheet: neither who scanned nor who signed it may."""
    return account not in (scan.by, signer)

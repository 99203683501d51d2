"""`wet`: a numbered print is signed by hand and stamped, and scanned; a second person confirms that the scan is it.

So there is no file to be signed here: the print is handed out as it was rendered, and what counts is the scan.
"""

from __future__ import annotations

from dataclasses import dataclass

SCANS = ("application/pdf", "image/jpeg", "image/png")


@dataclass(frozen=True)
class Scan:
    """A signed sheet as it was handed in: by whom, and which print it is of (the hash of the print)."""

    sha256: str
    size: int
    kind: str
    by: str
    printed: str


def may_confirm(scan: Scan, account: str, signer: str | None) -> str | None:
    """Why this account may not confirm the scan, as a code of a problem; None where it may.

    Neither who scanned it nor who signed: somebody who compares the sheet with the screen.
    """
    return "second_person" if account in (scan.by, signer) else None

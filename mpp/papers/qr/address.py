"""What the QR code of a paper says: `https://<mall>/v/<code>#<signed claims>`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mpp.casework.codes.verification import normalise, path_of
from mpp.papers.qr import cose
from mpp.papers.qr.claims import Claims
from mpp.papers.qr.keys import PaperSigner, decoded, encoded

# A QR code of version 15 at level M holds 412 characters; printed at 38 mm a telephone reads it.
LONGEST = 390
# Of the mall's own address: what is left carries the longest number of any shipped service, and initials.
LONGEST_MALL = 64
_CODE_IN_IT = re.compile(r"https?://[^\s#?]+/v/([0-9A-Z]+)#([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Read:
    """What stands in a QR code, not checked yet."""

    code: str
    message: bytes


def text_of(mall: str, claims: Claims, signer: PaperSigner) -> str:
    """What the QR code says, at most 390 characters; `mall` is the address of the mall, such as `https://mpp.go.id`.

    A decision never fails for a long number: where all of it is too long the initials go, and then the claims.
    """
    address = f"{mall}{path_of(claims.code)}"
    for said in (claims, Claims(claims.issuer, claims.kind, claims.code, claims.date, claims.number)):
        whole = f"{address}#{encoded(cose.sign(said.to_cbor(), signer))}"
        if len(whole) <= LONGEST:
            return whole
    return address


def read(text: str) -> Read:
    """The parts of what a QR code says. Raises ValueError where it is not that of a paper with claims."""
    found = _CODE_IN_IT.fullmatch(text.strip()) if len(text) <= 2 * LONGEST else None
    code = None if found is None else normalise(found.group(1))
    if found is None or code is None:
        raise ValueError("not the address of a paper")
    return Read(code, decoded(found.group(2)))

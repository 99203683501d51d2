"""The QR code as a drawing. Level M: what was tried on paper; a higher one makes smaller modules, which read worse."""

from __future__ import annotations

from io import BytesIO

import segno

from mpp.papers.qr.address import LONGEST

_RANDOM = 200  # characters: a longer text carries claims


def drawn(text: str) -> str:
    """The QR code of the text, as SVG without a quiet zone. Raises ValueError for one that is too long to be read."""
    if len(text) > LONGEST:
        raise ValueError(f"a QR code of more than {LONGEST} characters")
    # Choosing among eight masks takes longer than printing all else; signed claims look random under any of them.
    mask = 0 if len(text) > _RANDOM else None
    out = BytesIO()
    segno.make(text, error="m", boost_error=False, micro=False, mask=mask).save(
        out, kind="svg", border=0, xmldecl=False
    )
    return out.getvalue().decode()

"""QR codes, drawn here: nothing is fetched from elsewhere."""

from __future__ import annotations

import io

import segno


def qr_of(address: str) -> str:
    """A QR code as SVG, without a style of its own: the policy of the pages allows none."""
    out = io.BytesIO()
    code = segno.make(address, error="m")
    code.save(out, kind="svg", xmldecl=False, omitsize=True, border=2, svgclass="qr", lineclass=None)
    return out.getvalue().decode()

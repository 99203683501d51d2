"""What the demo clerks are called whose names tell of a place: those of Sidoarjo, and those of any other region."""

from __future__ import annotations

import re

from mpp import regions

VILLAGE, WORKS = "petugas.sukodono", "petugas.dpubmsda"  # of Sidoarjo: at a village counter, and at the public works
_LONGEST = 40


def called_after(office: str) -> str:
    """The name of a clerk at this office: that of the place it serves, or its code."""
    place = regions.region_name(office) or office
    return f"petugas.{re.sub('[^a-z0-9]+', '-', place.lower()).strip('-')[:_LONGEST]}"

"""Region parts of identity numbers. Which codes are assigned is data (`mpp.regions`); only the form is known here."""

from collections.abc import Callable

RegionKnown = Callable[[str], bool]  # takes a dotted Kemendagri code such as "35.15.14"; `mpp.regions.exists`

UNKNOWN_REGION = "region_unknown"


def dotted(six_digits: str) -> str:
    """`351514` -> `35.15.14`."""
    return f"{six_digits[:2]}.{six_digits[2:4]}.{six_digits[4:6]}"


def warnings_for(region: str, known: RegionKnown | None) -> tuple[str, ...]:
    """A code may belong to a district that no longer exists or is newer than our list: a warning, never a refusal."""
    return () if known is None or known(region) else (UNKNOWN_REGION,)

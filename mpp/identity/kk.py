"""Nomor kartu keluarga (family card number): 6 digits of region, DDMMYY of recording, 4 of sequence (domain.md 4.2)."""

from dataclasses import dataclass
from datetime import date

from mpp.identity.dates import latest_past_date, only_digits
from mpp.identity.regions import RegionKnown, dotted, warnings_for
from mpp.identity.validation import InvalidIdentity


@dataclass(frozen=True)
class FamilyCardNumber:
    """A well-formed no. KK. Unlike a NIK it changes with a move, a death of the head, a divorce or a split."""

    number: str
    region: str
    recorded_on: date
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:  # as with a NIK: not into logs
        return f"FamilyCardNumber(region={self.region!r}, warnings={self.warnings!r})"


def parse_kk(text: str, today: date, region_known: RegionKnown | None = None) -> FamilyCardNumber:
    """Read a no. KK; an unknown region is a warning.

    InvalidIdentity: not_digits, invalid_length, invalid_date, invalid_sequence.
    """
    number = only_digits(text, 16)
    recorded_on = latest_past_date(int(number[6:8]), int(number[8:10]), int(number[10:12]), today)
    if number[12:] == "0000":
        raise InvalidIdentity("invalid_sequence")
    region = dotted(number[:6])
    return FamilyCardNumber(number, region, recorded_on, warnings_for(region, region_known))

"""NIK, the population number: 6 digits of region, DDMMYY of birth (day + 40 for women), 4 of sequence.

Sources: domain.md 4.1 (structure, century rule, 0000 refused, unknown region only a warning).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from mpp.identity.dates import latest_past_date, only_digits
from mpp.identity.regions import RegionKnown, dotted, warnings_for
from mpp.identity.validation import InvalidIdentity

Sex = Literal["male", "female"]


@dataclass(frozen=True)
class Nik:
    """A well-formed NIK. `region` is the district of FIRST registration (dotted), which a move never changes."""

    number: str
    region: str
    birth_date: date
    sex: Sex
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:  # the number must not reach a log by way of a repr
        return f"Nik(region={self.region!r}, warnings={self.warnings!r})"

    def disagreements(self, birth_date: date | None = None, sex: Sex | None = None) -> tuple[str, ...]:
        """Warnings where the biodata say something else. A corrected birth date leaves the NIK as it was, so this is
        never a refusal."""
        found = []
        if birth_date is not None and birth_date != self.birth_date:
            found.append("birth_date_differs")
        if sex is not None and sex != self.sex:
            found.append("sex_differs")
        return tuple(found)


def parse_nik(text: str, today: date, region_known: RegionKnown | None = None) -> Nik:
    """Read a NIK. The two-digit year means the latest year that does not lie after `today`.

    InvalidIdentity: not_digits, invalid_length, invalid_date, invalid_sequence. A region that `region_known`
    does not know is the warning `region_unknown`.
    """
    number = only_digits(text, 16)
    day, month, year = int(number[6:8]), int(number[8:10]), int(number[10:12])
    sex: Sex = "male"
    if day > 40:
        sex, day = "female", day - 40
    birth_date = latest_past_date(day, month, year, today)
    if number[12:] == "0000":
        raise InvalidIdentity("invalid_sequence")
    region = dotted(number[:6])
    return Nik(number, region, birth_date, sex, warnings_for(region, region_known))

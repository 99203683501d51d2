"""NIP, the number of a civil servant: birth YYYYMMDD, appointment YYYYMM, sex 1|2, 3 of sequence (domain.md 5.3).

Contract staff (PPPK) carry 21 in the place of the month of appointment. A village head has no NIP.
"""

from dataclasses import dataclass
from datetime import date

from mpp.identity.dates import only_digits, real_date
from mpp.identity.nik import Sex
from mpp.identity.validation import InvalidIdentity

_PPPK = 21


@dataclass(frozen=True)
class Nip:
    """A well-formed NIP. `appointed_month` is None for contract staff."""

    number: str
    birth_date: date
    appointed_year: int
    appointed_month: int | None
    sex: Sex

    def __repr__(self) -> str:  # holds a birth date: not into logs
        return "Nip()"

    @property
    def printed(self) -> str:
        """As letters print it: `19740324 200604 1 015`."""
        n = self.number
        return f"{n[:8]} {n[8:14]} {n[14]} {n[15:]}"


def parse_nip(text: str, today: date) -> Nip:
    """Read a NIP; blanks between its groups are allowed.

    InvalidIdentity: not_digits, invalid_length, invalid_date (of birth), invalid_appointment, invalid_sex,
    invalid_sequence.
    """
    number = only_digits(text.replace(" ", ""), 18)
    birth_date = real_date(int(number[:4]), int(number[4:6]), int(number[6:8]))
    if birth_date is None or birth_date > today:
        raise InvalidIdentity("invalid_date")
    year, month = int(number[8:12]), int(number[12:14])
    begins = real_date(year, 1 if month == _PPPK else month, 1)
    if begins is None or begins > today or begins <= birth_date:
        raise InvalidIdentity("invalid_appointment")
    if number[14] not in "12":
        raise InvalidIdentity("invalid_sex")
    if number[15:] == "000":
        raise InvalidIdentity("invalid_sequence")
    sex: Sex = "male" if number[14] == "1" else "female"
    return Nip(number, birth_date, year, None if month == _PPPK else month, sex)

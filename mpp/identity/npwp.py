"""NPWP, the tax number: 16 digits (of a person: the NIK; of an organisation: 0 and its old number), or the old 15.

The old form is `01.234.567.8-901.000`: nine digits of which the last checks the others (Luhn), tax office, branch.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mpp.identity.dates import only_digits
from mpp.identity.nik import parse_nik
from mpp.identity.validation import InvalidIdentity

_OLD_PRINTED = re.compile(r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}\.[0-9]-[0-9]{3}\.[0-9]{3}")


@dataclass(frozen=True)
class Npwp:
    """A well-formed tax number. `number` is the 16-digit form; of an old 15-digit one, 0 and these digits.

    `holder` is `person` where the number is a NIK, `organisation` for a 16-digit number that is none, and `unknown`
    for the old form, which both had. `check_digit_differs` is a warning: the check digit is practice, not law.
    """

    number: str
    holder: Literal["person", "organisation", "unknown"]
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:  # may hold a NIK: not into logs
        return f"Npwp(holder={self.holder!r}, warnings={self.warnings!r})"


def parse_npwp(text: str, today: date) -> Npwp:
    """Read an NPWP of 16 digits, of 15 digits, or in the old printed form.

    InvalidIdentity: not_digits, invalid_length, and for a person's number what a NIK may be refused for.
    """
    text = text.strip()
    if _OLD_PRINTED.fullmatch(text):
        text = re.sub(r"[.-]", "", text)
    if len(text) == 15:
        old = only_digits(text, 15)
        return Npwp("0" + old, "unknown", _check(old))
    number = only_digits(text, 16)
    if number[0] == "0":
        return Npwp(number, "organisation", _check(number[1:]))
    if number[:2] == "10":  # no province begins so: a number given out since the 16 digits came
        return Npwp(number, "organisation")
    return Npwp(parse_nik(number, today).number, "person")


def _check(old: str) -> tuple[str, ...]:
    if old.strip("0") == "":
        raise InvalidIdentity("invalid_sequence")
    total = 0
    for position, digit in enumerate(reversed(old[:9])):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return () if total % 10 == 0 else ("check_digit_differs",)

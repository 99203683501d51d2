"""Phone numbers, as people write them, to E.164."""

import re
from dataclasses import dataclass

import phonenumbers

from mpp.identity.validation import InvalidIdentity

_FROM_ABROAD = re.compile(
    r"^\(?0[ \-.]?0(?=[ \-.)]*[1-9])"
)  # as most of the world dials; no number of Indonesia begins so
_LONGEST = 32  # more than any number with blanks and brackets; the library would search through 250 characters


@dataclass(frozen=True)
class Phone:
    """A possible and assigned number. `mobile`: can receive text messages."""

    e164: str
    mobile: bool

    def __repr__(self) -> str:  # personal data: not into logs
        return f"Phone(mobile={self.mobile!r})"


def parse_phone(text: str) -> Phone:
    """Read a phone number: Indonesian as dialled at home (0812...), any country with + or 00. InvalidIdentity
    `invalid_phone`; so is one with letters, which stand for nothing on a phone of today and are typing errors."""
    if len(text) > _LONGEST or any(letter.isalpha() for letter in text):
        raise InvalidIdentity("invalid_phone")
    try:
        number = phonenumbers.parse(_FROM_ABROAD.sub("+", text.strip()), "ID")
    except phonenumbers.NumberParseException:
        raise InvalidIdentity("invalid_phone") from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise InvalidIdentity("invalid_phone")
    kind = phonenumbers.number_type(number)
    mobile = kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), mobile)

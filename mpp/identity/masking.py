"""Masking of personal data: one place, used by answers, logs and events.

A mask shows the last four digits, as a public page may (domain.md section 8); the region and birth date stay hidden.
"""

import re
from collections.abc import Iterable
from functools import partial

STAR = "*"
_SHOWN = 4

# 15 digits and more: NIK, no. KK, NPWP, NIP, also several written together.
_LONG_RUN = re.compile(r"[0-9]{15,}")
# A NIK as people group it (3515 1405 0868 9990, 351514-050868-9990): 16 digits with single separators.
_GROUPED = re.compile(r"(?<![0-9])[1-9](?:[ .\-]?[0-9]){15}(?![0-9])")
_NPWP = re.compile(r"(?<![0-9])[0-9]{2}\.[0-9]{3}\.[0-9]{3}\.[0-9]-[0-9]{3}\.[0-9]{3}(?![0-9])")
# 0, 62 or +62, then an area or mobile prefix; single separators between the digits; not a date such as 02-11-2026.
_PHONE = re.compile(
    r"(?<![0-9])(?<![0-9]\.)(?![0-9]{2}[-. ][0-9]{2}[-. ](?:19|20)[0-9]{2}(?![0-9]))"
    r"(?:\(?(?:\+|00)?62\)?[ .\-]?(?:\(?0\)?[ .\-]?)?|\(?0)[2-9](?:[ .\-]?\)?[ .\-]?[0-9]){7,11}(?![0-9])"
)
_FOREIGN = re.compile(r"\+[1-9](?:[ .\-]?[0-9]){7,13}(?![0-9])")

# Identifiers of machines hold long runs of digits by chance: UUIDs, trace ids and hashes stay readable in logs.
_WORD = re.compile(r"[0-9A-Za-z-]+")
_MACHINE_ID = re.compile(
    r"(?=[0-9-]*[a-f])(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)

# None of the patterns above matches fewer.
_ENOUGH_DIGITS = re.compile(r"(?:[0-9][^0-9]*){8}")


def mask_nik(nik: str) -> str:
    """`************9990`: the last four digits; a text of four characters or less is masked completely."""
    return _mask_digits(nik)


def mask_phone(phone: str) -> str:
    """`+6281234567890` -> `*********7890`: the last four digits; separators go."""
    return _mask_digits(re.sub(r"[^0-9]", "", phone))


def mask_name(name: str) -> str:
    """The first letter of each word: `Siti Aminah` -> `S*** A*****`."""
    return " ".join(word[0] + STAR * (len(word) - 1) if len(word) > 1 else STAR for word in name.split())


def mask_text(text: str) -> str:
    """Free text or a log line without identity numbers and phone numbers.

    Each run of 15 digits or more, grouped NIK, printed NPWP and Indonesian or international phone number becomes
    stars. Rather too much than too little: a long order number goes, too. UUIDs and hexadecimal ids of the usual
    lengths stay. Names are not found.
    """
    if not _ENOUGH_DIGITS.search(text) or _MACHINE_ID.fullmatch(text):
        return text  # most of what a log holds
    for pattern in (_LONG_RUN, _GROUPED, _NPWP, _PHONE, _FOREIGN):
        kept = [word.span() for word in _WORD.finditer(text) if _MACHINE_ID.fullmatch(word[0])]
        text = pattern.sub(partial(_starred, kept), text)
    return text


def mask_names(text: str, names: Iterable[str]) -> str:
    """Free text without these people's names: each word of a name, of three letters and more, as by `mask_name`.

    `Ibu Aminah datang` with `Siti Aminah` becomes `Ibu A***** datang`. A nickname or a third person is not found.
    """
    words = {word for name in names for word in re.findall(r"[^\W\d_]{3,}", name)}
    if not words:
        return text
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(rf"\b(?:{pattern})\b", lambda found: mask_name(found[0]), text, flags=re.IGNORECASE)


def _starred(kept: list[tuple[int, int]], found: re.Match[str]) -> str:
    if any(begin <= found.start() and found.end() <= end for begin, end in kept):
        return found[0]
    return STAR * len(found[0])


def _mask_digits(digits: str) -> str:
    if len(digits) <= _SHOWN:
        return STAR * len(digits)
    return STAR * (len(digits) - _SHOWN) + digits[-_SHOWN:]

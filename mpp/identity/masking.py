"""Masking of personal data: one place, used by answers, logs and events.

A mask shows the last four digits, as a public page may (domain.md section 8); the region and birth date stay hidden.
"""

import re
from collections.abc import Iterable, Iterator

from mpp.identity.folding import fold

STAR = "*"
_SHOWN = 4

# What people put between the digits of one number: any run of it, or nothing (`fold` knows one blank, dash and dot).
_GAP = r"(?:[ .\-_/\\()~]|%20)*"
_DIGIT = rf"{_GAP}[0-9]"
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)[0-9]{2}"
_BAR = r" *[-. /] *"
_DATE = rf"(?:{_DAY}{_BAR}{_MONTH}{_BAR}{_YEAR}|{_YEAR}{_BAR}{_MONTH}{_BAR}{_DAY})(?![0-9])"

# 15 digits and more: NIK, no. KK, NPWP, NIP, also several written together.
_LONG_RUN = re.compile(r"[0-9]{15,}")
# A NIK in groups (3515 1405 0868 9990, 351514 - 050868 - 9990): 16 digits; not the first and last day of something.
_GROUPED = re.compile(rf"(?<![0-9])(?!{_DATE}{_GAP}{_DATE})[1-9](?:{_DIGIT}){{15}}(?![0-9])")
# NPWP (01.312.166.0-091.000) and NIP (19740324 200604 1 015), in the groups in which they are printed.
_NPWP = re.compile(rf"(?<![0-9]){_GAP.join(f'[0-9]{{{n}}}' for n in (2, 3, 3, 1, 3, 3))}(?![0-9])")
_NIP = re.compile(rf"(?<![0-9]){_GAP.join(f'[0-9]{{{n}}}' for n in (8, 6, 1, 3))}(?![0-9])")
# 0, 62 or +62, then an area or mobile prefix; not a date, as 02-11-2026.
_PHONE = re.compile(
    rf"(?<![0-9])(?<![0-9]\.)(?!{_DATE})"
    rf"(?:\(?(?:(?:\+|00){_GAP})?6{_GAP}2(?:{_GAP}0)?|\(?0){_GAP}[2-9](?:{_DIGIT}){{7,11}}(?![0-9])"
)
_FOREIGN = re.compile(rf"\+{_GAP}[1-9](?:{_DIGIT}){{7,13}}(?![0-9])")
_PATTERNS = (_LONG_RUN, _NIP, _GROUPED, _NPWP, _PHONE, _FOREIGN)

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
    """Free text or a log line without identity numbers and phone numbers, as long as it was.

    Each run of 15 digits or more, grouped NIK, printed NPWP and NIP, and Indonesian or international phone number
    becomes stars, however it is spelled: wide or foreign digits, invisible characters and any run of separators between
    them. Rather too much than too little: a long order number goes, too. UUIDs and hexadecimal ids of the usual lengths
    stay, and so do dates. Names are not found.
    """
    folded = fold(text)
    if not _ENOUGH_DIGITS.search(folded.text) or _MACHINE_ID.fullmatch(folded.text):
        return text  # most of what a log holds
    return folded.starred(_numbers(folded.text), shown=0)


def mask_names(text: str, names: Iterable[str]) -> str:
    """Free text without these people's names: each word of a name, of three letters and more, as by `mask_name`.

    `Ibu Aminah datang` with `Siti Aminah` becomes `Ibu A***** datang`. A nickname or a third person is not found.
    """
    words = {word for name in names for word in re.findall(r"[^\W\d_]{3,}", fold(name).text)}
    if not words:
        return text
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    folded = fold(text)
    found = re.finditer(rf"\b(?:{either})\b", folded.text, flags=re.IGNORECASE)
    return folded.starred((each.span() for each in found), shown=1)


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers of people stand in a folded text. A pattern does not see what an earlier one has found."""
    begin = 0
    for word in _WORD.finditer(text):
        if _MACHINE_ID.fullmatch(word[0]):
            yield from _numbers_between(text[begin : word.start()], begin)
            begin = word.end()
    yield from _numbers_between(text[begin:], begin)


def _numbers_between(part: str, offset: int) -> Iterator[tuple[int, int]]:
    for pattern in _PATTERNS:
        spans = [found.span() for found in pattern.finditer(part)]
        for begin, end in spans:
            part = part[:begin] + STAR * (end - begin) + part[end:]
            yield begin + offset, end + offset


def _mask_digits(digits: str) -> str:
    if len(digits) <= _SHOWN:
        return STAR * len(digits)
    return STAR * (len(digits) - _SHOWN) + digits[-_SHOWN:]

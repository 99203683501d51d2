"""The words that a file of residents may use, and what each of them is in the register. Pure.

A value stands as the code of the ministry's reference table, as its word, or as the register's own word; case, blanks
and punctuation do not matter. Codes: the tables behind the forms F-1.01 and F-2.01.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mpp.identity.dates import real_date

_PUNCTUATION = re.compile(r"[\s./_,()-]+")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]00:00:00(?:\.0+)?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?:[T ]00:00(?::00)?)?")
_REMEMBERED = 200  # spellings of a column; a file has a few


class Words:
    """The words of one column: what is written -> the register's own word."""

    def __init__(self, words: Mapping[str, tuple[str, ...]]) -> None:
        self._known = {_plain(each): mine for mine, theirs in words.items() for each in (mine, *theirs)}
        self._seen: dict[str, str | None] = {}

    def read(self, told: str) -> str | None:
        """The register's word; None for what is none of these."""
        try:
            return self._seen[told]
        except KeyError:
            found = self._known.get(_plain(told))
            if len(self._seen) < _REMEMBERED:
                self._seen[told] = found
            return found


def _plain(told: str) -> str:
    told = told.strip()
    sign = told[-1] if told[-1:] in ("+", "-") and told[:-1].isalpha() else ""  # of a blood group
    return _PUNCTUATION.sub(" ", told[: len(told) - len(sign)]).strip().upper() + sign


SEX = Words({"male": ("1", "L", "LK", "LAKI LAKI", "PRIA"), "female": ("2", "P", "PR", "PEREMPUAN", "WANITA")})
RELATION = Words(
    {
        "head": ("1", "KEPALA KELUARGA"),
        "husband": ("2", "SUAMI"),
        "wife": ("3", "ISTRI", "ISTERI"),
        "child": ("4", "ANAK"),
        "child_in_law": ("5", "MENANTU"),
        "grandchild": ("6", "CUCU"),
        "parent": ("7", "ORANG TUA", "ORANGTUA"),
        "parent_in_law": ("8", "MERTUA"),
        "family": ("9", "FAMILI LAIN", "FAMILI"),
        "helper": ("10", "PEMBANTU"),
        "other": ("11", "LAINNYA"),
    }
)
RELIGION = Words(
    {
        "islam": ("1",),
        "kristen": ("2", "PROTESTAN"),
        "katolik": ("3", "KATHOLIK"),
        "hindu": ("4",),
        "buddha": ("5", "BUDHA"),
        "khonghucu": ("6", "KONGHUCU"),
        "kepercayaan": ("7", "KEPERCAYAAN TERHADAP TUHAN YME", "PENGHAYAT KEPERCAYAAN"),
    }
)
MARITAL = Words(
    {
        "single": ("1", "BELUM KAWIN"),
        "married": ("2", "KAWIN", "KAWIN TERCATAT", "KAWIN BELUM TERCATAT"),
        "divorced": ("3", "CERAI HIDUP", "CERAI HIDUP TERCATAT", "CERAI HIDUP BELUM TERCATAT"),
        "widowed": ("4", "CERAI MATI"),
    }
)
EDUCATION = Words(
    {
        "1": ("TIDAK BELUM SEKOLAH", "BELUM SEKOLAH"),
        "2": ("BELUM TAMAT SD SEDERAJAT", "BELUM TAMAT SD"),
        "3": ("TAMAT SD SEDERAJAT", "SD"),
        "4": ("SLTP SEDERAJAT", "SLTP"),
        "5": ("SLTA SEDERAJAT", "SLTA"),
        "6": ("DIPLOMA I II", "D I II"),
        "7": ("AKADEMI DIPLOMA III S MUDA", "AKADEMI DIPLOMA III SARJANA MUDA", "D III"),
        "8": ("DIPLOMA IV STRATA I", "D IV S1"),
        "9": ("STRATA II", "S2"),
        "10": ("STRATA III", "S3"),
    }
)
BLOOD = Words(
    {
        **{f"{group}{sign}": () for group in ("A", "B", "AB", "O") for sign in ("", "+", "-")},
        "unknown": ("TIDAK TAHU", "TDK TAHU", "TIDAK DIKETAHUI"),
    }
)
CITIZENSHIP = Words({"citizen": ("1", "WNI", "INDONESIA"), "foreigner": ("2", "WNA", "ASING")})
STATUS = Words(
    {
        "alive": ("1", "HIDUP"),
        "deceased": ("2", "MATI", "MENINGGAL", "MENINGGAL DUNIA"),
        "moved_out": ("3", "PINDAH"),
    }
)


def day(told: str) -> str | None:
    """The day as ISO text, from `2026-11-28`, `28-11-2026`, `28/11/2026` or `28.11.2026`; None for what is no day.

    The month never stands first, so no day is read in two ways.
    """
    if found := _ISO.fullmatch(told):
        year, month, day_ = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.fullmatch(told):
        day_, month, year = (int(part) for part in found.groups())
    else:
        return None
    made = real_date(year, month, day_)
    return None if made is None else made.isoformat()

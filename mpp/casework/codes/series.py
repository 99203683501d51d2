"""Series of legal numbers, and the books in which each of them is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from mpp.casework.codes.numbers import NumberTemplate

DISTRICT, DAY = "district", "day"
DIVISIONS = (DISTRICT, DAY)  # in the order in which they stand in the name of a book
_WORDS = {DISTRICT: re.compile(r"[0-9]{6}"), DAY: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")}
_DAYS_BOOK = re.compile(rf".+\.({_WORDS[DAY].pattern})")


@dataclass(frozen=True)
class Division:
    """What a book is of beside its office and year: a kecamatan (six digits), a day; None: of all of them."""

    district: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class NumberSeries:
    """How the legal numbers of a service's documents are made.

    They are counted in a book of each office and year; with `per` in one of each kecamatan, each day, or both. The name
    of an undivided book is that of the series; a divided one's says what it is of: `pbg.351514.2026-11-27`.
    """

    series: str
    template: NumberTemplate
    classification: str = ""
    per: tuple[str, ...] = ()

    @property
    def by_district(self) -> bool:
        """Whether a number can only be given for a matter in a kecamatan."""
        return DISTRICT in self.per or DISTRICT in self.template.parts

    def book(self, district: str, day: date) -> str:
        """The name of the book in which a document on a matter in this kecamatan is numbered on a local day."""
        words = {DISTRICT: district, DAY: day.isoformat()}
        return ".".join([self.series, *(words[each] for each in self.per)])

    def division(self, book: str) -> Division | None:
        """What the book of this name is of; None where the series has no such book."""
        if not self.per:
            return Division() if book == self.series else None
        words = book.removeprefix(f"{self.series}.").split(".")
        if not book.startswith(f"{self.series}.") or len(words) != len(self.per):
            return None
        of = dict(zip(self.per, words, strict=True))
        if any(_WORDS[each].fullmatch(word) is None for each, word in of.items()):
            return None
        try:
            return Division(of.get(DISTRICT), date.fromisoformat(of[DAY]) if DAY in of else None)
        except ValueError:  # the 31st of November
            return None

    def named_by(self, book: str) -> bool:
        """Whether this is the name of the series, as its undivided books have it, or may be that of a divided one."""
        return book == self.series or (bool(self.per) and book.startswith(f"{self.series}."))


def district_of(region: str) -> str:
    """`35.15.14.2013` and `35.15.14` -> `351514`; empty for a whole kabupaten or kota."""
    parts = region.split(".")
    return "".join(parts[:3]) if len(parts) > 2 else ""


def day_of(book: str) -> date | None:
    """The day that the book is of, by its name; None for one that is not of a day."""
    found = _DAYS_BOOK.fullmatch(book)
    try:
        return None if found is None else date.fromisoformat(found[1])
    except ValueError:
        return None

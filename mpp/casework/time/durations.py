"""Lengths of legal periods as a catalogue writes them: `3wd`, `60d`, `10h`, `30min`."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_WRITTEN = re.compile(r"([1-9][0-9]{0,3})(wd|d|h|min)")


class Unit(StrEnum):
    """What a period is counted in."""

    WORKING_DAYS = "wd"  # hari kerja
    CALENDAR_DAYS = "d"  # hari
    HOURS = "h"  # jam layanan
    MINUTES = "min"  # menit layanan


MOST_WORKING_DAYS = 1250  # five years: each is looked at, and no law gives longer


@dataclass(frozen=True)
class Duration:
    """A legal period: a positive amount (at most 9999) of one unit. `str()` gives the written form back."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= 9999:
            raise ValueError(f"a duration is 1 to 9999 units, not {self.amount}")

    def __str__(self) -> str:
        return f"{self.amount}{self.unit.value}"

    @property
    def in_service_time(self) -> bool:
        """True for hours and minutes, which run only while the office is open."""
        return self.unit in (Unit.HOURS, Unit.MINUTES)

    def same_kind(self, other: "Duration") -> bool:
        """Whether both are counted alike, so that one can be taken from or added to the other."""
        return self.unit is other.unit or (self.in_service_time and other.in_service_time)

    @property
    def minutes(self) -> int:
        """Minutes of service time; ValueError for a period counted in days."""
        if not self.in_service_time:
            raise ValueError(f"{self} is not counted in service time")
        return self.amount * (60 if self.unit is Unit.HOURS else 1)


@lru_cache(maxsize=256)  # a catalogue knows a few dozen
def parse(text: str) -> Duration:
    """Read a written period. ValueError, naming the text, for anything but `<1..9999>(wd|d|h|min)`, and for more than
    1250 working days."""
    found = parse_stored(text)
    if found.unit is Unit.WORKING_DAYS and found.amount > MOST_WORKING_DAYS:
        raise ValueError(f"too long: {text[:40]!r} (at most {MOST_WORKING_DAYS}wd)")
    return found


@lru_cache(maxsize=256)  # every stored clock names one
def parse_stored(text: str) -> Duration:
    """Read a period that was taken once, however long it was allowed to be then. ValueError, naming the text."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"not a duration: {text[:40]!r} (write it like 3wd, 60d, 10h or 30min)")
    return Duration(int(found[1]), Unit(found[2]))

"""Rules of the register that are neither workflow nor clock. Pure."""

from __future__ import annotations

from datetime import date

from mpp.casework.time.durations import Duration, Unit

BIRTH = "birth"
DEATH = "death"

# An unassigned district: whoever is in it is nobody (design: demo data).
DEMO_DISTRICT = "35.15.99"
_HIGHEST_SEQUENCE = 9999
_FEMALE_DAY = 40


class SequenceFull(ValueError):
    """All 9,999 numbers of this district and birth date are taken."""


def nik_prefix(district: str, birth_date: date, sex: str) -> str:
    """The first twelve digits of a NIK: district of first registration, birth date (day + 40 for women)."""
    day = birth_date.day + (_FEMALE_DAY if sex == "female" else 0)
    return f"{district.replace('.', '')}{day:02d}{birth_date.month:02d}{birth_date.year % 100:02d}"


def card_prefix(district: str, recorded_on: date) -> str:
    """The first twelve digits of a family card's number: district, and the day of recording."""
    return f"{district.replace('.', '')}{recorded_on:%d%m%y}"


def nik(prefix: str, sequence: int) -> str:
    """The whole NIK, or number of a family card. Raises SequenceFull."""
    if sequence > _HIGHEST_SEQUENCE:
        raise SequenceFull(prefix)
    return f"{prefix}{sequence:04d}"


def district_of(region: str) -> str:
    """The district of a village's code; a district's own code stays."""
    return ".".join(region.split(".")[:3])


def district_of_card(region: str, *, demo: bool) -> str:
    """The district whose numbers a family is given: nobody's own, where it is one of the demo."""
    return DEMO_DISTRICT if demo else district_of(region)


def reported_late(happened: date, reported: date, within: Duration | None) -> bool:
    """Whether a report comes after the limit of the law, counted in calendar days from the day itself."""
    if within is None:
        return False
    if within.unit is not Unit.CALENDAR_DAYS:
        raise ValueError("the limit of a report is counted in calendar days")
    return (reported - happened).days > within.amount

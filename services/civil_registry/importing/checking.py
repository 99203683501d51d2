"""Reading files and checking each row by itself: the part of an import that needs no register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mpp import regions
from services.civil_registry.importing.reading import opened
from services.civil_registry.importing.report import Report
from services.civil_registry.importing.rows import Checker, Fault, Told


@dataclass(frozen=True)
class Source:
    """The files of one import, and how they are to be read.

    `as_of` is the day whose state they tell, for rows that name none; `regency` that which the mall serves.
    """

    files: Sequence[Path]
    as_of: date
    regency: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None


@dataclass(frozen=True)
class Row:
    """A row with its place. `told` is None for one that is not taken; `card` is its family card, as far as it says."""

    file: int
    line: int
    told: Told | None
    card: str | None
    faults: Sequence[str] = ()  # `refused:reason:column`, `warning:reason:column`


def rows(source: Source, today: date) -> Iterator[Row]:
    """Every row of the files, checked.

    Raises BadHeader, Unreadable and OSError.
    """
    for number, file in enumerate(source.files, start=1):
        with opened(file, source.renamed, source.encoding) as found:
            checker = Checker(found.places, today, source.as_of, source.regency, regions.exists)
            for line, row in found.rows:
                checked = checker.check(row)
                faults = [f"{_what(each)}:{each.reason}:{each.field}" for each in checked.faults]
                told = checked.told if checked.taken else None
                yield Row(number, line, told, checked.told.get("card"), faults)


def report_on(report: Report, file: int, line: int, faults: Iterable[str], held: str | None = None) -> None:
    """Put into the report what is said of a row, and why it is not taken, if not for one of its own faults."""
    for fault in faults:
        report.add(file, line, *fault.split(":"))
    if held not in (None, "refused"):
        report.add(file, line, "conflict", held)


def _what(fault: Fault) -> str:
    return "warning" if fault.warning else "refused"

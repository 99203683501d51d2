"""Reading files and checking each row by itself: the part of an import that needs no register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mpp import regions
from services.civil_registry.importing.reading import opened
from services.civil_registry.importing.report import Report
from services.civil_registry.importing.rows import Checker, Told


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


def rows(source: Source, today: date, report: Report) -> Iterator[Row]:
    """Every row of the files, checked; what is wrong goes into the report.

    Raises BadHeader, Unreadable and OSError.
    """
    for number, file in enumerate(source.files, start=1):
        with opened(file, source.renamed, source.encoding) as found:
            checker = Checker(found.places, today, source.as_of, source.regency, regions.exists)
            for line, row in found.rows:
                checked = checker.check(row)
                for fault in checked.faults:
                    what = "warning" if fault.warning else "refused"
                    report.add(number, line, what, fault.reason, fault.field)
                yield Row(number, line, checked.told if checked.taken else None, checked.told.get("card"))

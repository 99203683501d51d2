"""The report of an import: one line for each reason that a row has, and the sums. No personal data stand in it.

Whoever prepared the file finds the row by its number; so the report may be sent to who has to mend it.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.civil_registry.importing.reasons import REASONS

HEADER = ("file", "row", "what", "reason", "column", "id", "en")
LISTED = 100_000  # lines; beyond them a file is broken as a whole, and the sums say of what


class Report:
    """Counts every reason, and lists the first LISTED ones."""

    def __init__(self, writer: Any = None) -> None:
        self._writer = writer
        self.counts: Counter[tuple[str, str, str]] = Counter()  # (what, reason, column)
        self._listed = 0

    def add(self, file: int, row: int, what: str, reason: str, column: str = "") -> None:
        """Note that this row is a `refused`, a `conflict` or has a `warning`, and why."""
        self.counts[what, reason, column] += 1
        if self._writer is not None and self._listed < LISTED:
            self._listed += 1
            self._writer.writerow((file, row, what, reason, column, *REASONS[reason]))

    def sums(self) -> list[tuple[str, str, str, int]]:
        """What, reason, column and how many rows, the most frequent first."""
        return [(*about, count) for about, count in self.counts.most_common()]


@contextmanager
def written(file: Path | None) -> Iterator[Report]:
    """A report that goes to this file as CSV; None: only the sums. Raises OSError."""
    if file is None:
        yield Report()
        return
    with file.open("x", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        yield Report(writer)

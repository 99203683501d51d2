"""Is every number of a book there, once, or passed over on record?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from mpp.persistence.values import AnyRow

# The numbers of a book and its gaps as spans, each beside the end of those before it.
_WRONG = text(
    """
    WITH held AS (
        SELECT office, series, year, seq AS first, seq AS last FROM numbers
        UNION ALL SELECT office, series, year, first, last FROM number_gaps
        UNION ALL SELECT office, series, year, last + 1, last + 1 FROM number_series
    ), spans AS (
        SELECT h.office, h.series, h.year, h.first, coalesce(max(h.last) OVER earlier, s.first - 1, h.first) AS ended
        FROM held h LEFT JOIN number_series s USING (office, series, year)
        WINDOW earlier AS (
            PARTITION BY h.office, h.series, h.year ORDER BY h.first, h.last
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
    SELECT office, series, year, first, ended FROM spans WHERE first <> ended + 1
    ORDER BY office, series, year, first
    LIMIT :most
    """
)


@dataclass(frozen=True)
class Wrong:
    """Numbers of a book that are missing without a reason; or (`missing` is false) that are there twice, or outside."""

    office: str
    series: str
    year: int
    first: int
    last: int
    missing: bool


def wrong_numbers(tx: Connection, most: int = 20) -> Sequence[Wrong]:
    """The first findings; none when the books are whole."""
    return [_wrong(row) for row in tx.execute(_WRONG, {"most": most})]


def _wrong(row: AnyRow) -> Wrong:
    if row.first > row.ended + 1:
        return Wrong(row.office, row.series, row.year, row.ended + 1, row.first - 1, True)
    return Wrong(row.office, row.series, row.year, row.first, row.first, False)

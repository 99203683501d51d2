"""What a service of cases holds, told to whoever copies it away or brings it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, union_all

from mpp.cases.storage.paper_table import papers
from mpp.cases.storage.tables import cases, documents, number_series


@dataclass(frozen=True)
class Series:
    """A book of legal numbers and the last that was given out."""

    office: str
    series: str
    year: int
    last: int


def series(tx: Connection) -> Sequence[Series]:
    """Every book of legal numbers."""
    c = number_series.c
    rows = tx.execute(select(c.office, c.series, c.year, c.last).order_by(c.office, c.series, c.year))
    return [Series(*row) for row in rows]


def cases_held(tx: Connection) -> int:
    """How many cases there are."""
    return tx.execute(select(func.count()).select_from(cases)).scalar_one()


def named_contents(tx: Connection) -> Iterator[tuple[str, int]]:
    """The contents of documents and papers that cases name, each once in the order of their hashes: SHA-256, size."""
    signed = select(papers.c.sha256, papers.c.size).where(papers.c.sha256.is_not(None))
    named = union_all(select(documents.c.sha256, documents.c.size), signed).subquery()
    query = select(named.c.sha256, func.max(named.c.size)).group_by(named.c.sha256)
    streamed = query.order_by(named.c.sha256).execution_options(stream_results=True, max_row_buffer=1000)
    for sha256, size in tx.execute(streamed):
        yield str(sha256), int(size)

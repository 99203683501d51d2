"""Legal numbers that a restore has passed over: they may stand on papers that the mall does not remember."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from mpp.cases.storage.holdings import Series
from mpp.cases.storage.tables import number_gaps, number_series
from mpp.casework.bounds import NUMBER_MAX
from mpp.json_values import JsonObject
from mpp.persistence.restores import Restored
from mpp.persistence.tables import restores
from mpp.persistence.values import AnyRow

_ALL = (
    select(number_gaps, restores.c.restored_at, restores.c.until, restores.c.backup)
    .join(restores, restores.c.stamp == number_gaps.c.restore)
    .order_by(number_gaps.c.office, number_gaps.c.series, number_gaps.c.year, number_gaps.c.first)
)


class BookIsFull(Exception):
    """There are no numbers left beyond those to pass over; the text names the book."""


@dataclass(frozen=True)
class Gap:
    """From `first` to `last` no number of the book is given any more, since the database is of the moment `until`."""

    office: str
    series: str
    year: int
    first: int
    last: int
    restored_at: datetime
    until: datetime
    backup: str

    def to_json(self) -> JsonObject:
        return {
            "office": self.office,
            "series": self.series,
            "year": self.year,
            "first": self.first,
            "last": self.last,
            "restored_at": self.restored_at.isoformat(),
            "until": self.until.isoformat(),
            "backup": self.backup,
        }


def listed(tx: Connection) -> Sequence[Gap]:
    """Every gap of every book."""
    return [_gap(row) for row in tx.execute(_ALL)]


def of_book(tx: Connection, key: JsonObject) -> Sequence[Gap]:
    """The gaps of one book."""
    return [_gap(row) for row in tx.execute(_ALL.where(*(number_gaps.c[name] == key[name] for name in key)))]


def pass_over(tx: Connection, known: Sequence[Series], margin: int, restored: Restored) -> Iterator[Gap]:
    """Let the books of a database that was brought back go on beyond what was given out since; what is passed over.

    `known` are books as something newer knows them; beyond that `margin` numbers are left out, in every book of a year
    in which numbers may have been given out since. Raises BookIsFull.
    """
    newer: dict[tuple[str, str, int], int] = {}
    for book in known:
        newer[_key(book)] = max(book.last, newer.get(_key(book), 0))
    rows = tx.execute(select(number_series)).all()
    here = {(row.office, row.series, row.year): row.last for row in rows}
    for key in sorted(newer.keys() | here.keys()):
        last = here.get(key, 0)
        beyond = max(last, newer.get(key, 0)) + (margin if key[2] >= restored.numbers_from else 0)
        if beyond > NUMBER_MAX:
            raise BookIsFull("/".join(map(str, key)))
        if beyond > last:
            yield _move(tx, key, last, beyond, restored, known=key in here)


def _move(tx: Connection, key: tuple[str, str, int], last: int, beyond: int, restored: Restored, *, known: bool) -> Gap:
    columns = dict(zip(("office", "series", "year"), key, strict=True))
    c = number_series.c
    if known:
        where = (c.office == key[0], c.series == key[1], c.year == key[2])
        tx.execute(update(number_series).where(*where).values(last=beyond))
    else:
        tx.execute(insert(number_series).values(**columns, first=last + 1, last=beyond))
    tx.execute(insert(number_gaps).values(**columns, first=last + 1, last=beyond, restore=restored.stamp))
    return Gap(*key, last + 1, beyond, restored.restored_at, restored.until, restored.backup)


def beyond_unknown(year: int) -> ColumnElement[int]:
    """How many numbers a book of this year may have given out that this database does not know at all."""
    c = restores.c
    of_year = select(func.max(c.numbers_after)).where(c.numbers_from <= year, c.numbers_through >= year)
    return func.coalesce(of_year.scalar_subquery(), 0)


def pass_over_unknown(tx: Connection, key: JsonObject, first: int, last: int) -> None:
    """Leave on record that a book which was unknown begins beyond these numbers."""
    newest = select(restores.c.stamp).order_by(restores.c.numbers_after.desc(), restores.c.stamp.desc()).limit(1)
    stamp = tx.execute(newest).scalar_one()
    tx.execute(insert(number_gaps).values(**key, first=first, last=last, restore=stamp))


def _key(book: Series) -> tuple[str, str, int]:
    return book.office, book.series, book.year


def _gap(row: AnyRow) -> Gap:
    return Gap(row.office, row.series, row.year, row.first, row.last, row.restored_at, row.until, row.backup)

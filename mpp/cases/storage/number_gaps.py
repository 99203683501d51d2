"""Legal numbers that a restore has passed over: they may stand on papers that the mall does not remember."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)

from mpp.cases.storage.holdings import Series
from mpp.cases.storage.tables import number_gaps, number_series
from mpp.casework.bounds import NUMBER_MAX
from mpp.casework.codes.series import day_of
from mpp.json_values import JsonObject, text, whole
from mpp.persistence.restores import Restored
from mpp.persistence.tables import restores
from mpp.persistence.values import AnyRow, SqlValues

AHEAD = timedelta(hours=14)  # no place on earth is further ahead of UTC
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
    or a day in which numbers may have been given out since. Raises BookIsFull.
    """
    newer: dict[tuple[str, str, int], int] = {}
    for book in known:
        newer[_key(book)] = max(book.last, newer.get(_key(book), 0))
    rows = tx.execute(select(number_series)).all()
    here = {(row.office, row.series, row.year): row.last for row in rows}
    for key in sorted(newer.keys() | here.keys()):
        last = here.get(key, 0)
        beyond = max(last, newer.get(key, 0)) + (0 if _is_over(key, restored) else margin)
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


def beyond_unknown(series: str, year: int) -> ColumnElement[int]:
    """How many numbers a book of this name and year may have given out that this database does not know at all."""
    return _given_out(*_may_have_been_used(series, year))


def _given_out(*used: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(
        select(func.max(restores.c.numbers_after)).where(*used).scalar_subquery(), literal_column("0", Integer)
    )


def by_day(series: str) -> bool:
    """Whether a book of this name is one of a day."""
    return day_of(series) is not None


def beyond_unknown_of(*, day: bool) -> ColumnElement[int]:
    """`beyond_unknown` for a statement that is prepared: of any book of a day, or of a year. It wants `period_of`."""
    if day:
        return _given_out(*_of_day(bindparam("day_over"), bindparam("day_ahead")))
    return _given_out(*_of_year(bindparam("book_year")))


def period_of(series: str, year: int) -> SqlValues:
    """The values that `beyond_unknown_of` wants for a book of this name and year."""
    day = day_of(series)
    if day is None:
        return {"book_year": year}
    over, ahead = _moments(day)
    return {"day_over": over, "day_ahead": ahead}


def pass_over_unknown(tx: Connection, key: JsonObject, first: int, last: int) -> None:
    """Leave on record that a book which was unknown begins beyond these numbers."""
    c = restores.c
    used = _may_have_been_used(text(key, "series"), whole(key, "year"))
    newest = select(c.stamp).where(*used).order_by(c.numbers_after.desc(), c.stamp.desc()).limit(1)
    stamp = tx.execute(newest).scalar_one()
    tx.execute(insert(number_gaps).values(**key, first=first, last=last, restore=stamp))


def _is_over(key: tuple[str, str, int], restored: Restored) -> bool:
    """Whether the year or the day of a book had ended before the moment that the database is of."""
    day = day_of(key[1])
    if day is None:
        return key[2] < restored.numbers_from
    return day < restored.until.astimezone(UTC).date()  # the local day is that of UTC, or the next


def _may_have_been_used(series: str, year: int) -> tuple[ColumnElement[bool], ...]:
    """The restores of a database that was of a moment before the end of such a book, made after it had begun."""
    day = day_of(series)
    return _of_year(year) if day is None else _of_day(*_moments(day))


def _of_year(year: int | BindParameter[int]) -> tuple[ColumnElement[bool], ...]:
    return restores.c.numbers_from <= year, restores.c.numbers_through >= year


def _of_day(
    over: datetime | BindParameter[datetime], ahead: datetime | BindParameter[datetime]
) -> tuple[ColumnElement[bool], ...]:
    return restores.c.until < over, restores.c.restored_at >= ahead


def _moments(day: date) -> tuple[datetime, datetime]:
    """When the day is over, and from when on a book of it may have been used, in any zone."""
    begins = datetime.combine(day, time(), UTC)
    return begins + timedelta(days=1), begins - AHEAD


def _key(book: Series) -> tuple[str, str, int]:
    return book.office, book.series, book.year


def _gap(row: AnyRow) -> Gap:
    return Gap(row.office, row.series, row.year, row.first, row.last, row.restored_at, row.until, row.backup)

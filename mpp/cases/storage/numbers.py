"""Legal numbers: gap-free per book, allocated in the issuing transaction (guarantee 7).

For the operator also: continuing a paper book, and the list of what was given out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Select,
    Table,
    and_,
    bindparam,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from mpp.cases.storage import number_gaps
from mpp.cases.storage.tables import number_series, numbers, void_requests
from mpp.casework.access.offices import OfficeTree
from mpp.casework.codes.series import NumberSeries, district_of
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.casework.rules.service_type import ServiceType
from mpp.json_values import JsonObject
from mpp.persistence import pipelined
from mpp.persistence.values import AnyRow, AnyValues

_NEW = insert(numbers)
_VOID = update(numbers).where(numbers.c.number == bindparam("of_number"))
_BEGUN: ColumnElement[bool] = literal_column("xmax = 0").label("begun")  # the row was inserted, not updated


def _drawing(*, day: bool) -> Executable:
    """The next number of any book: one of a day, or of a year."""
    beyond = number_gaps.beyond_unknown_of(day=day) + literal_column("1")
    return (
        upsert(number_series)
        .values(
            office=bindparam("office"),
            series=bindparam("series"),
            year=bindparam("year"),
            first=literal_column("1"),
            last=beyond,
        )
        .on_conflict_do_update(
            index_elements=["office", "series", "year"], set_={"last": number_series.c.last + literal_column("1")}
        )
        .returning(number_series.c.last, _BEGUN)
    )


_DRAW = {day: _drawing(day=day) for day in (False, True)}


@dataclass(frozen=True)
class SeriesKey:
    """One book: its office, its name, which is that of the series where the series is not divided, and the local
    year."""

    office: str
    series: str
    year: int

    def columns(self) -> JsonObject:
        """As the tables have it."""
        return {"office": self.office, "series": self.series, "year": self.year}


def allocate(
    tx: Connection,
    service_type: ServiceType,
    case_id: str,
    office: str,
    offices: OfficeTree,
    region: str,
    local_now: datetime,
    series: NumberSeries | None = None,
) -> str:
    """The next number of the service's series, or of the given one, in the office's book of the local year (and day,
    and of the kecamatan of the matter, which is at `region`); gone if the transaction rolls back.

    The row of the book stays locked until then: whoever draws the next number of it waits. So the caller takes no
    further lock (lock order: case, then number), has read before all that it needs, and only queues what it writes
    (`pipelined.later`): the next trip to the database is that of the commit.
    Raises Refused 422 naming the field where the matter is in no kecamatan and the number needs one.
    """
    book = series or service_type.number
    if book is None:
        raise RuntimeError(f"{service_type.code} has no number series")
    district = district_of(region)
    if book.by_district and not district:
        place = service_type.place_field
        raise invalid(FieldError("region" if place is None else f"data.{place.name}", "no_district"))
    name = book.book(district, local_now.date())
    key = SeriesKey(office, name, local_now.year).columns()
    drawn = {**key, **number_gaps.period_of(name, local_now.year)}
    row = pipelined.now(tx, _DRAW[number_gaps.by_day(name)], drawn).one()
    seq: int = row.last
    if row.begun and seq > 1:
        number_gaps.pass_over_unknown(tx, key, 1, seq - 1)
    number = written(service_type, book, office, offices.region, district, local_now.date(), seq)
    pipelined.later(tx, _NEW, {**key, "seq": seq, "number": number, "case_id": case_id, "issued_at": local_now})
    return number


def written(
    service_type: ServiceType, book: NumberSeries, office: str, region: str, district: str, day: date, seq: int
) -> str:
    """How the number at place `seq` of the office's book stands on a document issued on a local day: in the kabupaten
    or kota `region`, on a matter in the kecamatan `district` (six digits)."""
    return book.template.render(
        seq=seq,
        date=day,
        code=service_type.code,
        office=office.upper(),
        region=region,
        district=district,
        classification=book.classification,
    )


def start(tx: Connection, key: SeriesKey, last: int) -> JsonObject:
    """Continue a paper book whose last number is `last`: the mall's first number is the one after it.

    May be corrected as long as the mall has issued nothing; then Refused 409 `number_series_started`. A book that a
    restored mall does not remember may have been started before, and goes on beyond what it can have given out.
    """
    unknown = number_gaps.beyond_unknown(key.series, key.year)
    statement = upsert(number_series).values(**key.columns(), first=last + 1, last=unknown + last)
    continued = statement.on_conflict_do_update(
        index_elements=["office", "series", "year"],
        set_={"first": last + 1, "last": last},
        where=number_series.c.last < number_series.c.first,  # nothing issued
    ).returning(number_series.c.last)
    found = tx.execute(continued).scalar_one_or_none()
    if found is None:
        issued = tx.execute(select(number_series.c.last).where(*of_book(number_series, key))).scalar_one()
        raise Refused(409, "number_series_started", params={"last": issued})
    if found > last:
        number_gaps.pass_over_unknown(tx, key.columns(), last + 1, found)
    return {**key.columns(), "first": last + 1, "last": found}


def with_requests() -> Select[AnyValues]:
    """The lines of all books, each with what was asked for it and is not decided (see `mpp.cases.storage.voids`)."""
    its = and_(*(void_requests.c[name] == numbers.c[name] for name in ("office", "series", "year", "seq")))
    asked = (void_requests.c.reason, void_requests.c.asked_at, void_requests.c.asked_by)
    return select(numbers, *asked).outerjoin(void_requests, its)


def book(tx: Connection, key: SeriesKey, after: int, limit: int) -> JsonObject:
    """The book from the number after `after` on: where it began, its newest number, and a page of its lines.

    Voided numbers stand in it with their reason, numbers that a restore has passed over as gaps. Raises Refused 404 for
    a book that nobody has begun.
    """
    series = tx.execute(select(number_series).where(*of_book(number_series, key))).first()
    if series is None:
        raise not_found()
    query = with_requests().where(*of_book(numbers, key), numbers.c.seq > after).order_by(numbers.c.seq)
    rows = tx.execute(query.limit(limit + 1)).all()
    return {
        **key.columns(),
        "first": series.first,
        "last": series.last,
        "gaps": [gap.to_json() for gap in number_gaps.of_book(tx, key.columns())],
        "items": [line(row) for row in rows[:limit]],
        "next": rows[limit - 1].seq if len(rows) > limit else None,
    }


def books(tx: Connection, key: SeriesKey, after: str, limit: int) -> JsonObject:
    """A page of the books of the office and year whose name is that of `key` or begins with it, by name."""
    c = number_series.c
    named = or_(c.series == key.series, c.series.startswith(f"{key.series}.", autoescape=True))
    query = select(number_series).where(c.office == key.office, c.year == key.year, named, c.series > after)
    rows = tx.execute(query.order_by(c.series).limit(limit + 1)).mappings().all()
    more = rows[limit - 1]["series"] if len(rows) > limit else None
    return {"items": [dict(row) for row in rows[:limit]], "next": more}


def line(row: AnyRow) -> JsonObject:
    """A line of a book: `voided` says why, when and by whom; `voiding` the same of what waits for an official."""
    voided = voiding = None
    if row.voided is not None:
        voided = {"reason": row.voided, "at": row.voided_at.isoformat(), "by": row.voided_by}
    if row.asked_at is not None:
        voiding = {"reason": row.reason, "at": row.asked_at.isoformat(), "by": row.asked_by}
    return {
        "seq": row.seq,
        "number": row.number,
        "case": row.case_id,
        "issued_at": row.issued_at.isoformat(),
        "voided": voided,
        "voiding": voiding,
    }


def of_book(table: Table, key: SeriesKey) -> tuple[ColumnElement[bool], ...]:
    """The rows of this book."""
    return tuple(table.c[name] == value for name, value in key.columns().items())


def void(tx: Connection, number: str, reason: str, by: str, now: datetime) -> None:
    """The number of a document that was never issued stands in its book as void, and is never given again."""
    pipelined.later(tx, _VOID, {"of_number": number, "voided": reason, "voided_at": now, "voided_by": by})

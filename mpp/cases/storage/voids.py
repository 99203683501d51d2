"""Voiding a legal number: an operator asks for it, an official of the office that issued it confirms or refuses.

A number whose document is in force is not voided: the document would go on to hold, and to be verified as real, under
a number that its book calls void. A document that is out of force never comes back into force, so that nothing has to
be locked but the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, insert, select, update

from mpp.cases.storage.numbers import SeriesKey, line, of_book, with_requests
from mpp.cases.storage.tables import cases, levies, numbers, void_requests
from mpp.casework.refusals import Refused
from mpp.json_values import JsonObject
from mpp.persistence.values import AnyRow


@dataclass(frozen=True)
class Issued:
    """A number of a book whose row is locked, with who has asked to void it (None: nobody)."""

    seq: int
    number: str
    case_id: str
    asked_by: str | None


def lock(tx: Connection, key: SeriesKey, seq: int) -> Issued:
    """The number, if it is not void yet. Raises Refused 404 `number_not_issued` and 409 `number_voided`."""
    row = tx.execute(select(numbers).where(*of_book(numbers, key), numbers.c.seq == seq).with_for_update()).first()
    if row is None:
        raise Refused(404, "number_not_issued")
    if row.voided is not None:
        raise Refused(409, "number_voided")
    asked = select(void_requests.c.asked_by).where(*of_book(void_requests, key), void_requests.c.seq == seq)
    return Issued(seq, row.number, str(row.case_id), tx.execute(asked).scalar_one_or_none())


def in_force_by_itself(tx: Connection, issued: Issued) -> bool:
    """Whether a number that stands in no register of a service is in force: that of a levy which is not void, or the
    one by which its case was decided."""
    levy = tx.execute(select(levies.c.state).where(levies.c.number == issued.number)).scalar_one_or_none()
    if levy is not None:
        return bool(levy != "void")
    decided = select(exists().where(cases.c.id == issued.case_id, cases.c.number == issued.number))
    return bool(tx.execute(decided).scalar_one())


def ask(tx: Connection, key: SeriesKey, issued: Issued, reason: str, actor: str, now: datetime) -> JsonObject:
    """Somebody asks to void it; the line of the book then. Raises Refused 409 `void_asked`."""
    if issued.asked_by is not None:
        raise Refused(409, "void_asked")
    values = {**key.columns(), "seq": issued.seq, "reason": reason, "asked_at": now, "asked_by": actor}
    tx.execute(insert(void_requests).values(**values))
    return _line(tx, key, issued)


def confirm(tx: Connection, key: SeriesKey, issued: Issued, actor: str, now: datetime) -> JsonObject:
    """The number is void, for the reason that was given when it was asked for. Raises Refused 409 `void_not_asked`."""
    asked = _drop(tx, key, issued)
    where = and_(*of_book(numbers, key), numbers.c.seq == issued.seq)
    tx.execute(update(numbers).where(where).values(voided=asked.reason, voided_at=now, voided_by=actor))
    return _line(tx, key, issued)


def refuse(tx: Connection, key: SeriesKey, issued: Issued) -> JsonObject:
    """The number stays. Raises Refused 409 `void_not_asked`."""
    _drop(tx, key, issued)
    return _line(tx, key, issued)


def waiting(tx: Connection, offices: frozenset[str] | None, most: int) -> Sequence[JsonObject]:
    """What was asked for and is not decided, oldest first; of these offices, or of all (None)."""
    query = with_requests().where(void_requests.c.asked_at.is_not(None))
    if offices is not None:
        query = query.where(void_requests.c.office.in_(sorted(offices)))
    rows = tx.execute(query.order_by(void_requests.c.asked_at, void_requests.c.seq).limit(most)).all()
    return [{**SeriesKey(row.office, row.series, row.year).columns(), **line(row)} for row in rows]


def _drop(tx: Connection, key: SeriesKey, issued: Issued) -> AnyRow:
    where = and_(*of_book(void_requests, key), void_requests.c.seq == issued.seq)
    row = tx.execute(delete(void_requests).where(where).returning(void_requests)).first()
    if row is None:
        raise Refused(409, "void_not_asked")
    return row


def _line(tx: Connection, key: SeriesKey, issued: Issued) -> JsonObject:
    return line(tx.execute(with_requests().where(*of_book(numbers, key), numbers.c.seq == issued.seq)).one())

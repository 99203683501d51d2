"""Assessments and payments as values, and the reads that give them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, bindparam, select

from mpp.cases.storage import tables
from mpp.persistence import pipelined
from mpp.persistence.values import AnyRow

OPEN, PAID, VOID = "open", "paid", "void"
_OF_CASE = select(tables.levies).where(tables.levies.c.case_id == bindparam("of_case"))


@dataclass(frozen=True)
class Levy:
    """An assessment (SKRD); `amount` in whole rupiah, `due_on` its last day, `overdue_at` when that was told."""

    id: str
    number: str
    case_id: str
    amount: int
    due_on: date
    state: str
    assessed_at: datetime
    paid_at: datetime | None = None
    how: str | None = None
    version: int = 1
    overdue_at: datetime | None = None
    void_reason: str | None = None


@dataclass(frozen=True)
class PaymentRow:
    """Money that was paid on an assessment; `reason` says why it is not applied, or how it was settled."""

    id: str
    levy_id: str
    case_id: str
    amount: int
    paid_at: datetime
    how: str
    reference: str | None
    late: bool
    status: str
    reason: str | None
    note: str | None
    version: int
    recorded_at: datetime


def levies(tx: Connection, *where: ColumnElement[bool]) -> list[Levy]:
    """The assessments for which this holds."""
    return [_levy(row) for row in tx.execute(select(tables.levies).where(*where))]


def levies_of(tx: Connection, case_id: str) -> list[Levy]:
    """The assessments of a case."""
    return [_levy(row) for row in pipelined.now(tx, _OF_CASE, {"of_case": case_id})]


def levy(tx: Connection, levy_id: str) -> Levy:
    """The assessment of this id, which is there."""
    return _levy(tx.execute(select(tables.levies).where(tables.levies.c.id == levy_id)).one())


def levy_in_force(tx: Connection, case_id: str) -> Levy | None:
    """The assessment that counts: a case has at most one that is not void."""
    row = tx.execute(select(tables.levies).where(tables.levies.c.case_id == case_id, tables.levies.c.state != VOID))
    found = row.first()
    return None if found is None else _levy(found)


def payments(tx: Connection, *where: ColumnElement[bool]) -> list[PaymentRow]:
    """The payments for which this holds, oldest first."""
    query = select(tables.payments).where(*where).order_by(tables.payments.c.id)
    return [payment_of(row) for row in tx.execute(query)]


def payment(tx: Connection, payment_id: str) -> PaymentRow:
    """The payment of this id, which is there."""
    return payment_of(tx.execute(select(tables.payments).where(tables.payments.c.id == payment_id)).one())


def payment_of(row: AnyRow) -> PaymentRow:
    """The payment in a row of its table."""
    return PaymentRow(**{name: getattr(row, name) for name in PaymentRow.__dataclass_fields__})


def _levy(row: AnyRow) -> Levy:
    return Levy(**{name: getattr(row, name) for name in Levy.__dataclass_fields__})

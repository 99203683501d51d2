"""Levies (retribusi): assessed under a number of their own (SKRD), paid through the bank or by a checked proof.

The bank says that an assessment was paid; nobody at a counter does. Its report is taken once: the same reference with
the same words is the same payment, with other words it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from mpp.cases import numbers, store
from mpp.cases.hooks import Effect, Work
from mpp.cases.store import Record
from mpp.cases.tables import levies
from mpp.cases.writing import CaseWriter, Doing
from mpp.casework import standing, workflow
from mpp.casework.clock import deadline
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.clock import new_id
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline

OPEN, PAID, VOID = "open", "paid", "void"


# ------------------------------------------------------------------------- effects


def assess(work: Work) -> None:
    """Give the levy its number and due date; one that was assessed before and is not paid becomes void."""
    levy, case = work.kind.levy, work.record.case
    if levy is None:
        raise RuntimeError(f"{work.kind.code} assesses a levy and has none")
    calendar = work.runtime.calendar
    former = update(levies).where(levies.c.case_id == case.id, levies.c.state == OPEN)
    work.tx.execute(former.values(state=VOID))
    local = work.now.astimezone(calendar.zone)
    number = numbers.allocate(
        work.tx, work.kind, case.id, work.kind.owner, work.runtime.offices, local, series=levy.series
    )
    due = deadline(work.now, levy.due, calendar, work.kind.clock_office_kind).due_at
    levy_id = new_id()
    values = {
        "id": levy_id,
        "number": number,
        "case_id": case.id,
        "amount": int(case.data[levy.assess]["amount"]),
        "due_on": due.astimezone(calendar.zone).date(),
        "state": OPEN,
        "assessed_at": work.now,
    }
    work.tx.execute(insert(levies).values(**values))
    work.emit("permits.levy.assessed.v1", levy_id, 1, _told(work, values))


def settle(work: Work) -> None:
    """A clerk's proof of payment was checked and found right."""
    row = _of_case(work.tx, work.record.case.id)
    if row is None or row.state != OPEN:
        return  # the bank was faster
    _pay(work, row, paid_at=work.now, how="proof", reference=None)


EFFECTS = {
    "assess_levy": Effect(assess, needs_number=False),
    "settle_levy": Effect(settle, needs_number=False),
}


def _pay(work: Work, row: Row[Any], *, paid_at: datetime, how: str, reference: str | None) -> None:
    values = {"state": PAID, "paid_at": paid_at, "how": how, "reference": reference}
    work.tx.execute(update(levies).where(levies.c.id == row.id).values(**values))
    told = {**_told(work, row._mapping), "paid_at": paid_at.isoformat(), "how": how}
    work.emit("permits.levy.paid.v1", row.id, 2, told)


def _told(work: Work, levy: Mapping[Any, Any]) -> dict[str, Any]:
    due: date = levy["due_on"]
    return {
        "number": levy["number"],
        "service": work.kind.code,
        "case": work.record.case.id,
        "region": work.record.region,
        "amount": levy["amount"],
        "due_on": due.isoformat(),
    }


def _of_case(tx: Connection, case_id: str) -> Row[Any] | None:
    return tx.execute(select(levies).where(levies.c.case_id == case_id, levies.c.state != VOID)).first()


def levy_of_case(tx: Connection, record: Record) -> dict[str, Any] | None:
    """The assessment in force, for the body of a case."""
    row = _of_case(tx, record.case.id)
    if row is None:
        return None
    return {
        "number": row.number,
        "amount": row.amount,
        "due_on": row.due_on.isoformat(),
        "state": row.state,
        "paid_at": None if row.paid_at is None else row.paid_at.isoformat(),
        "how": row.how,
    }


# ------------------------------------------------------------------------- the bank


@dataclass(frozen=True)
class Payment:
    """What the bank reports: which assessment, how much, when, and its own reference."""

    number: str
    amount: int
    paid_at: datetime
    reference: str


class Payments:
    """Takes the bank's reports for one case service."""

    def __init__(self, database: Database, writer: CaseWriter) -> None:
        self._database = database
        self._writer = writer

    def take(self, payment: Payment, doing: Doing, deadline: Deadline) -> dict[str, Any]:
        """Record the payment and let the case go on.

        Raises Refused: 404 `levy_unknown`; 422 naming `amount`; 409 `payment_reference_reused`, `levy_paid`,
        `levy_void`. A payment for a case on hold is recorded, and the case goes on by a checked proof.
        """
        with self._database.transaction(deadline) as tx:
            key = {"key": f"payment:{payment.reference}"}
            tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
            case_id = tx.execute(select(levies.c.case_id).where(levies.c.number == payment.number)).scalar_one_or_none()
            record = None if case_id is None else store.find(tx, id_=case_id, lock=True)
            known = tx.execute(select(levies).where(levies.c.reference == payment.reference)).first()
            if known is not None:
                return _again(known, payment)
            if record is None:
                raise Refused(404, "levy_unknown")
            row = tx.execute(select(levies).where(levies.c.number == payment.number)).one()
            return self._take(tx, record, row, payment, doing)

    def _take(self, tx: Connection, record: Record, row: Row[Any], payment: Payment, doing: Doing) -> dict[str, Any]:
        if payment.amount != row.amount:
            raise invalid(FieldError("amount", "wrong_amount", {"expected": row.amount}))
        if row.state == PAID and row.how == "proof" and row.reference is None:  # the money of the checked proof
            tx.execute(update(levies).where(levies.c.id == row.id).values(reference=payment.reference))
            return _answer(payment, row.paid_at)
        if row.state == PAID:
            raise Refused(409, "levy_paid")
        kind = self._writer.versions.get(tx, record.case.service, record.case.service_version)
        if row.state == VOID or kind.levy is None or standing.finished(kind, record.case):
            raise Refused(409, "levy_void")
        work = self._writer.work(tx, kind, record, doing)
        _pay(work, row, paid_at=payment.paid_at, how="bank", reference=payment.reference)
        action = workflow.find_action(kind, kind.levy.paid)
        if record.case.held is None and record.case.state in action.from_states:
            self._writer.declared(tx, kind, record, action, doing, note=None, data={}, ticks={})
        return _answer(payment, payment.paid_at)


def _again(known: Row[Any], payment: Payment) -> dict[str, Any]:
    if (known.number, known.amount) != (payment.number, payment.amount):
        raise Refused(409, "payment_reference_reused")
    return _answer(payment, known.paid_at)


def _answer(payment: Payment, paid_at: datetime) -> dict[str, Any]:
    return {
        "number": payment.number,
        "amount": payment.amount,
        "reference": payment.reference,
        "paid_at": paid_at.astimezone(UTC).isoformat(),
        "status": PAID,
    }

"""Levies (retribusi): assessed under a number of their own (SKRD), paid, overdue or void; and the money paid on them.

Each change of an assessment is an event of its own, with the number and the whole rupiah and without personal data, so
that the treasury keeps its list right. Money is a row of its own (`payments`): what reached the bank stays on record
also where it cannot be applied. The caller of everything here holds the case's row.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import Connection, insert, update

from mpp.cases.levies import last_day, rows
from mpp.cases.levies.rows import OPEN, PAID, VOID, Levy, PaymentRow
from mpp.cases.recording.hooks import Drawn, Effect, Recalled, Write, nothing_left
from mpp.cases.recording.work import Work
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.tables import levies, payments
from mpp.casework.codes.series import NumberSeries
from mpp.casework.rules.service_type import ServiceType
from mpp.clock import new_id
from mpp.json_values import JsonObject, day, mapping, moment, whole
from mpp.persistence import pipelined
from mpp.persistence.audit import trail
from mpp.persistence.values import SqlValue

log = structlog.get_logger(__name__)

_NEW_LEVY = insert(levies)
APPLIED, WAITING, UNAPPLIED, SETTLED = "applied", "waiting", "unapplied", "settled"
# why an assessment is void
REASSESSED, CASE_ENDED = "reassessed", "case_ended"
# why money is not applied; the first two end by themselves
ON_HOLD, OTHER_STEP = "case_on_hold", "other_step"
LEVY_VOID, LEVY_PAID, LATE = "levy_void", "levy_paid", "late"


# ------------------------------------------------------------------------- effects


def _what_is_assessed(work: Work) -> JsonObject:
    """The amount, and the last day to pay it: both are printed, so they are counted when the decision is made."""
    levy, counted = work.service_type.levy, last_day.counted(work, work.now)
    if levy is None or counted is None:
        raise RuntimeError(f"{work.service_type.code} assesses a levy and has none")
    assessed = mapping(work.record.case.data, levy.assess)
    basis = assessed.get("basis")  # an assessment that says what it was counted from
    told: JsonObject = {} if basis is None else {"basis": basis}
    due_on, at = counted.day.isoformat(), work.now.isoformat()
    return {"amount": whole(assessed, "amount"), "due_on": due_on, "assessed_at": at, **told}


def assess(work: Work, facts: JsonObject) -> Write:
    """Enter the levy under its number. One that was assessed before becomes void; money that was paid on it is then
    not applied, for a person to settle."""
    former = rows.levy_in_force(work.tx, work.record.case.id)
    if former is not None:
        void(work, former, REASSESSED)
    paid = levy_of_case(work.tx, work.record)["payments"]

    def write(work: Work, drawn: Drawn) -> JsonObject:
        assessed = Levy(
            id=new_id(),
            number=drawn.number,
            case_id=work.record.case.id,
            amount=whole(facts, "amount"),
            due_on=day(facts, "due_on"),
            state=OPEN,
            assessed_at=moment(facts, "assessed_at"),
        )
        pipelined.later(work.tx, _NEW_LEVY, asdict(assessed))
        work.emit(_type(work, "levy", "assessed"), assessed.id, 1, _told(work, assessed))
        return {"levy": _levy_body(assessed), "payments": paid}

    return write


def _series(service_type: ServiceType) -> NumberSeries | None:
    return None if service_type.levy is None else service_type.levy.series


def _assessed_before(work: Work) -> Recalled | None:
    """The assessment in force, for a paper that is printed later."""
    levy = rows.levy_in_force(work.tx, work.record.case.id)
    if levy is None:
        return None
    return Recalled(levy.number, None, {"amount": levy.amount, "due_on": levy.due_on.isoformat()})


def settle(work: Work, facts: JsonObject) -> Write:
    """A proof of payment was checked and found right: the levy is paid, whether the bank has reported it or not."""
    _settle(work)
    return nothing_left


def _settle(work: Work) -> None:
    row = rows.levy_in_force(work.tx, work.record.case.id)
    if row is None:
        return
    known = rows.payments(work.tx, payments.c.levy_id == row.id, payments.c.status.in_((WAITING, UNAPPLIED)))
    of_it = [p for p in known if p.status == WAITING or p.reason == LATE]
    for payment in of_it:
        apply_after_all(work, payment)
    if row.state != OPEN:
        return  # the bank was faster
    if of_it:
        pay(work, row, paid_at=of_it[0].paid_at, how="bank", late=of_it[0].late)
        return
    pay(work, row, paid_at=work.now, how="proof", late=False)
    money = Money(row.amount, work.now, "proof", None, late=False)
    record_payment(work, row, money, APPLIED, None)


EFFECTS = {
    "assess_levy": Effect(
        assess, prepare=_what_is_assessed, draws=_series, recall=_assessed_before, needs_number=False
    ),
    "settle_levy": Effect(settle, needs_number=False),
}


# ------------------------------------------------------------------------- what becomes of an assessment


def pay(work: Work, row: Levy, *, paid_at: datetime, how: str, late: bool) -> None:
    """An open assessment is paid."""
    told: JsonObject = {"paid_at": paid_at.isoformat(), "how": how, "late": late}
    _change(work, row, "paid", told, state=PAID, paid_at=paid_at, how=how)


def void(work: Work, row: Levy, reason: str) -> None:
    """An assessment does not count any more; what was paid on it is not applied."""
    _change(work, row, "voided", {"reason": reason}, state=VOID, void_reason=reason, paid_at=None, how=None)
    for payment in rows.payments(work.tx, payments.c.levy_id == row.id, payments.c.status.in_((APPLIED, WAITING))):
        _payment_changes(work, payment, row, UNAPPLIED, LEVY_VOID)


def case_ended(work: Work) -> None:
    """The case is finished: an unpaid assessment is void, and money that waited for the case will not be applied."""
    if work.service_type.levy is None:
        return
    row = rows.levy_in_force(work.tx, work.record.case.id)
    if row is None:
        return
    if row.state == OPEN:
        void(work, row, CASE_ENDED)
    for payment in rows.payments(work.tx, payments.c.levy_id == row.id, payments.c.status == WAITING):
        _payment_changes(work, payment, row, UNAPPLIED, CASE_ENDED)


def look_at_due(work: Work) -> int:
    """The last day of an unpaid assessment is over: it is overdue, told once. The number of changes (0 or 1)."""
    row = rows.levy_in_force(work.tx, work.record.case.id)
    if row is None or row.state != OPEN:
        return 0
    if work.record.finished_at is not None:  # it ended before an end made assessments void
        void(work, row, CASE_ENDED)
        return 1
    last = last_day.of(work, row)
    if row.overdue_at is not None or last is None or last >= work.today:
        return 0
    _change(work, row, "overdue", {"overdue_since": overdue_since(row.due_on)}, overdue_at=work.now)
    return 1


def recount(work: Work) -> bool:
    """The calendar was corrected: the last day of an open assessment is counted again by the rule by which it was
    counted first. Whether it moved. It never moves to a day before the one on the paper."""
    row = rows.levy_in_force(work.tx, work.record.case.id)
    if row is None or row.state != OPEN:
        return False
    counted = last_day.counted(work, row.assessed_at)
    if counted is None or counted.day <= row.due_on:
        return False
    moved = replace(row, due_on=counted.day)
    _change(work, moved, "postponed", {"previous_due_on": row.due_on.isoformat()}, due_on=moved.due_on, overdue_at=None)
    return True


def overdue_since(due_on: date) -> str:
    """The day from which an unpaid assessment is overdue: the one after its last day."""
    return (due_on + timedelta(days=1)).isoformat()


def _change(work: Work, row: Levy, event: str, told: JsonObject, **values: SqlValue) -> None:
    version = row.version + 1
    work.tx.execute(update(levies).where(levies.c.id == row.id).values(version=version, **values))
    work.emit(_type(work, "levy", event), row.id, version, {**_told(work, row), **told})
    audit_of(work, f"levy.{event}", {"levy": row.number, "amount": row.amount, **told})


def _told(work: Work, levy: Levy) -> JsonObject:
    return {
        "number": levy.number,
        "service": work.service_type.code,
        "case": work.record.case.id,
        "region": work.record.region,
        "amount": levy.amount,
        "due_on": levy.due_on.isoformat(),
    }


# ------------------------------------------------------------------------- money


@dataclass(frozen=True)
class Money:
    """A payment as it was reported or proved: whole rupiah."""

    amount: int
    paid_at: datetime
    how: str
    reference: str | None
    late: bool


def record_payment(work: Work, levy: Levy, money: Money, status: str, reason: str | None) -> None:
    """Put money on record. What is not applied is told, logged, and listed until it is applied or settled."""
    values = {
        "id": new_id(),
        "levy_id": levy.id,
        "case_id": work.record.case.id,
        "amount": money.amount,
        "paid_at": money.paid_at,
        "how": money.how,
        "reference": money.reference,
        "late": money.late,
        "status": status,
        "reason": reason,
        "version": 0,
        "recorded_at": work.now,
    }
    row = rows.payment_of(work.tx.execute(insert(payments).values(**values).returning(payments)).one())
    details: JsonObject = {"levy": levy.number, "amount": money.amount, "how": money.how, "reference": money.reference}
    audit_of(work, "payment.recorded", {**details, "late": money.late, "status": status, "reason": reason})
    if status != APPLIED:
        _payment_changes(work, row, levy, status, reason)


def apply_after_all(work: Work, payment: PaymentRow) -> None:
    """Money that was recorded and not applied is applied now."""
    levy = rows.levy(work.tx, payment.levy_id)
    _payment_changes(work, payment, levy, APPLIED, None)


def settle_payment(work: Work, payment: PaymentRow, outcome: str, note: str) -> None:
    """A person has seen to money that was not applied; `outcome` says how."""
    levy = rows.levy(work.tx, payment.levy_id)
    _payment_changes(work, payment, levy, SETTLED, outcome, note=note)


def _payment_changes(
    work: Work, row: PaymentRow, levy: Levy, status: str, reason: str | None, *, note: str | None = None
) -> None:
    event = {APPLIED: "applied", SETTLED: "settled"}.get(status, "unapplied")
    version = row.version + 1
    values = {"status": status, "reason": reason, "note": note, "version": version}
    work.tx.execute(update(payments).where(payments.c.id == row.id).values(**values))
    told: JsonObject = {
        "number": levy.number,
        "service": work.service_type.code,
        "case": work.record.case.id,
        "region": work.record.region,
        "amount": row.amount,
        "paid_at": row.paid_at.isoformat(),
        "late": row.late,
        "status": status,
        "reason": reason,
    }
    work.emit(_type(work, "payment", event), row.id, version, told)
    audit_of(work, f"payment.{event}", {"payment": row.id, "levy": levy.number, "reason": reason}, reason=note)
    if event == "unapplied":
        log.warning("payment.unapplied", case=work.record.case.id, payment=row.id, reason=reason)


# ------------------------------------------------------------------------- reading


def levy_of_case(tx: Connection, record: Record) -> JsonObject:
    """For the body of a case: the assessment in force, and all money that was paid on any assessment of the case."""
    assessed = rows.levies_of(tx, record.case.id)
    if not assessed:
        return {"levy": None, "payments": []}
    number = {each.id: each.number for each in assessed}
    paid = [_body_of(each, number[each.levy_id]) for each in rows.payments(tx, payments.c.case_id == record.case.id)]
    return {"levy": next((_levy_body(each) for each in assessed if each.state != VOID), None), "payments": paid}


def _levy_body(row: Levy) -> JsonObject:
    overdue = row.state == OPEN and row.overdue_at is not None
    return {
        "number": row.number,
        "amount": row.amount,
        "due_on": row.due_on.isoformat(),
        "state": row.state,
        "overdue_since": overdue_since(row.due_on) if overdue else None,
        "paid_at": None if row.paid_at is None else row.paid_at.isoformat(),
        "how": row.how,
    }


def payment_body(tx: Connection, payment_id: str) -> JsonObject:
    """One payment, as a case shows it."""
    row = rows.payment(tx, payment_id)
    return _body_of(row, rows.levy(tx, row.levy_id).number)


def _body_of(row: PaymentRow, number: str) -> JsonObject:
    return {
        "id": row.id,
        "number": number,
        "amount": row.amount,
        "paid_at": row.paid_at.isoformat(),
        "how": row.how,
        "reference": row.reference,
        "late": row.late,
        "status": row.status,
        "reason": row.reason,
        "note": row.note,
    }


def _type(work: Work, entity: str, event: str) -> str:
    return f"{work.service}.{entity}.{event}.v1"


def audit_of(work: Work, action: str, details: JsonObject, *, reason: str | None = None) -> None:
    """An entry of the audit trail beside those of the case's steps."""
    trail.record(
        work.tx,
        at=work.now,
        actor=work.actor,
        office=None,
        action=action,
        case_id=work.record.case.id,
        reason=reason,
        details=details,
        correlation_id=work.cause.correlation_id,
        behind_others=True,
    )

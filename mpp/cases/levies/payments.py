"""What the bank reports, and what follows from it.

Nobody at a counter says that a levy was paid; the bank does, and no money that it reports is lost: it is recorded
before anything is decided about it. A report is taken once: the same reference with the same words is the same
payment, with other words it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, select, text, update

from mpp.cases.levies import assessments, last_day, rows
from mpp.cases.levies.assessments import (
    APPLIED,
    LATE,
    LEVY_PAID,
    LEVY_VOID,
    ON_HOLD,
    OTHER_STEP,
    UNAPPLIED,
    WAITING,
    Money,
)
from mpp.cases.levies.rows import OPEN, PAID, Levy, PaymentRow
from mpp.cases.papers import taking
from mpp.cases.recording import once, recorder
from mpp.cases.recording.command import Command, Outcome, needed_note, visible
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause, Work, work_on
from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.tables import levies, payments
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import office_for
from mpp.casework.bounds import SETTLEMENTS
from mpp.casework.refusals import FieldError, Refused, invalid, wrong_role
from mpp.casework.rules import built_in, workflow
from mpp.casework.rules.service_type import ServiceType
from mpp.json_values import JsonObject
from mpp.persistence.deadline import Deadline

SETTLING_ROLES = ("verifier", "supervisor")
SETTLING = "payment_settled"
RECORDED = "payment_recorded"
_CLOCKS_DIFFER = timedelta(minutes=5)  # the bank's and ours


@dataclass(frozen=True)
class Payment:
    """What the bank reports: which assessment, how much, when, and its own reference."""

    number: str
    amount: int
    paid_at: datetime
    reference: str


class Payments:
    """Takes the bank's reports for one case service."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def take(self, payment: Payment, cause: Cause, deadline: Deadline) -> JsonObject:
        """Record the payment, and let the case go on where it can.

        `status` of the answer: `paid`, or `not_applied` where the money is on record and a person has to see to it.
        Raises Refused, and records nothing: 404 `levy_unknown`; 422 naming `amount`, or `paid_at` where that lies
        before the assessment; 409 `payment_reference_reused`.
        """
        with self._host.database.transaction(deadline) as tx:
            key = {"key": f"payment:{payment.reference}"}
            tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
            known = _by_reference(tx, payment.reference)
            if known is not None:
                return _again(tx, known, payment)
            query = select(levies.c.case_id).where(levies.c.number == payment.number)
            case_id = tx.execute(query).scalar_one_or_none()
            record = None if case_id is None else case_rows.find(tx, id_=case_id, lock=True)
            if record is None:
                raise Refused(404, "levy_unknown")
            (row,) = rows.levies(tx, levies.c.number == payment.number)
            if payment.amount != row.amount:
                raise invalid(FieldError("amount", "wrong_amount", {"expected": row.amount}))
            if payment.paid_at + _CLOCKS_DIFFER < row.assessed_at:
                local = row.assessed_at.astimezone(self._host.calendar.current.zone)
                raise invalid(FieldError("paid_at", "before_assessment", {"assessed_at": f"{local:%d-%m-%Y %H:%M %Z}"}))
            _take(work_on(self._host, tx, record, cause), row, payment)
            return _answer(payment, _by_reference(tx, payment.reference))

    def settle(self, command: Command, payment_id: str) -> Outcome:
        """An official says what became of money that was not applied. 200 with the payment.

        Raises Refused: 404 outside the jurisdiction, 403 for who does not answer for the service, 409
        `payment_not_open` for money that is applied or settled, 422 naming `outcome` or `note`.
        """

        def do(tx: Connection, cause: Cause) -> JsonObject:
            record = visible(_record_of(tx, payment_id), cause.actor, self._host.offices)
            return _settle(work_on(self._host, tx, record, cause), payment_id, command.body)

        return once.by_clerk(self._host, command, 200, do)


def apply_waiting(work: Work) -> tuple[Work, int]:
    """The case goes on by money that waited for it, where it can now; how many payments were applied (0 or 1)."""
    if _obstacle(work) is not None:
        return work, 0
    found = rows.payments(work.tx, payments.c.case_id == work.case.id, payments.c.status == WAITING)
    if not found:
        return work, 0
    assessments.apply_after_all(work, found[0])
    return _go_on(work), 1


def _take(work: Work, row: Levy, payment: Payment) -> None:
    if row.state == OPEN and built_in.finished(work.service_type, work.case):  # it ended before an end made them void
        assessments.case_ended(work)
        row = rows.levy(work.tx, row.id)
    if _is_the_proofs(work.tx, row, payment):
        assessments.audit_of(work, "payment.reported", {"levy": row.number, "reference": payment.reference})
        return
    late = last_day.is_late(work, row, payment.paid_at)
    money = Money(payment.amount, payment.paid_at, "bank", payment.reference, late=late)
    status, reason = _verdict(work, row, money)
    if status in (APPLIED, WAITING):
        assessments.pay(work, row, paid_at=money.paid_at, how=money.how, late=money.late)
    assessments.record_payment(work, row, money, status, reason)
    if status == APPLIED:
        _go_on(work)
    else:
        recorder.beside(work, RECORDED)


def _go_on(work: Work) -> Work:
    assert work.service_type.levy is not None
    return taking.take(work, workflow.find_action(work.service_type, work.service_type.levy.paid))


def _settle(work: Work, payment_id: str, body: JsonObject) -> JsonObject:
    office = _settling_office(work.service_type, work.actor, work.supervised)
    outcome, note = _read_outcome(body)
    row = rows.payment(work.tx, payment_id)
    if row.status != UNAPPLIED:
        raise Refused(409, "payment_not_open", params={"status": row.status})
    assessments.settle_payment(work, row, outcome, note)
    recorder.beside(work, SETTLING, office=office, note=note)
    return assessments.payment_body(work.tx, payment_id)


def _record_of(tx: Connection, payment_id: str) -> Record | None:
    try:
        wanted = str(UUID(payment_id))
    except ValueError:
        return None
    case_id = tx.execute(select(payments.c.case_id).where(payments.c.id == wanted)).scalar_one_or_none()
    return None if case_id is None else case_rows.find(tx, id_=case_id, lock=True)


def _settling_office(service_type: ServiceType, actor: Actor, supervised: frozenset[str]) -> str:
    """The office of a verifier of the agency that answers for the service, or of who supervises it."""
    if not actor.has_role(*SETTLING_ROLES):
        raise wrong_role(SETTLING_ROLES, action=SETTLING)
    verifier = office_for(actor, ("verifier",), {service_type.owner})
    if verifier is not None:
        return verifier
    if service_type.owner not in supervised:
        raise Refused(403, "office_may_not", params={"action": SETTLING, "office": service_type.owner})
    return actor.office_for("supervisor") or service_type.owner


def _read_outcome(body: JsonObject) -> tuple[str, str]:
    outcome = body.get("outcome")
    errors: list[FieldError] = []
    if outcome not in SETTLEMENTS:
        errors.append(FieldError("outcome", "unknown_choice", {"choices": ", ".join(SETTLEMENTS)}))
    note = needed_note(body.get("note"), errors)
    if errors or note is None:
        raise invalid(*errors)
    return str(outcome), note


def _verdict(work: Work, row: Levy, money: Money) -> tuple[str, str | None]:
    """What becomes of money for this assessment, and why where it is not applied."""
    if row.state == PAID:
        return UNAPPLIED, LEVY_PAID
    levy = work.service_type.levy
    if row.state != OPEN or levy is None:
        return UNAPPLIED, LEVY_VOID
    if money.late and not levy.accepts_late:
        return UNAPPLIED, LATE
    obstacle = _obstacle(work)
    return (APPLIED, None) if obstacle is None else (WAITING, obstacle)


def _obstacle(work: Work) -> str | None:
    """Why the case cannot go on by a payment at this moment; None where it can. What was decided and is being signed
    goes first."""
    service_type, case = work.service_type, work.case
    if (
        service_type.levy is None
        or case.signing is not None
        or case.state not in workflow.find_action(service_type, service_type.levy.paid).from_states
    ):
        return OTHER_STEP
    return None if case.held is None else ON_HOLD


def _is_the_proofs(tx: Connection, row: Levy, payment: Payment) -> bool:
    """Whether it is the money of a proof that was checked already: then the bank's words join what is on record."""
    of_proof = payments.c.levy_id == row.id, payments.c.how == "proof", payments.c.reference.is_(None)
    values = {"reference": payment.reference, "paid_at": payment.paid_at}
    return tx.execute(update(payments).where(*of_proof).values(**values)).rowcount > 0


def _by_reference(tx: Connection, reference: str) -> PaymentRow | None:
    found = rows.payments(tx, payments.c.reference == reference)
    return found[0] if found else None


def _again(tx: Connection, known: PaymentRow, payment: Payment) -> JsonObject:
    """The answer that was given before, where the words are the same."""
    number = rows.levy(tx, known.levy_id).number
    if (number, known.amount, known.paid_at) != (payment.number, payment.amount, payment.paid_at):
        raise Refused(409, "payment_reference_reused")
    return _answer(payment, known)


def _answer(payment: Payment, row: PaymentRow | None) -> JsonObject:
    applied = row is not None and row.status in (APPLIED, WAITING)
    return {
        "number": payment.number,
        "amount": payment.amount,
        "reference": payment.reference,
        "paid_at": payment.paid_at.astimezone(UTC).isoformat(),
        "status": "paid" if applied else "not_applied",
    }

"""What a citizen is told of a step: a message in the transaction of the step, which a job sends later (ADR 0023).

Where the mall has no channel there is nothing to send: the message stands on the counter's call list with the step.
"""

from __future__ import annotations

from datetime import date

from mpp.cases.recording.work import Work
from mpp.casework.case.case import Case, Entry
from mpp.casework.rules import moments
from mpp.casework.rules.built_in import WITHDRAWN
from mpp.casework.rules.naming import WITHDRAWN_LABEL
from mpp.casework.rules.service_type import ServiceType
from mpp.clock import new_id
from mpp.jobs.queue import enqueue_behind
from mpp.json_values import Json, mapping
from mpp.messages import rows
from mpp.messages.filling import Facts
from mpp.messages.post import COUNTER, NO_CHANNEL, SEND, TOGETHER, Try

_NO_STEP = {"id": "Tidak ada", "en": "None"}


def tell(after: Work, entry: Entry) -> None:
    """Queue the message of a step, where it has one and there is somebody to tell. It reads nothing."""
    moment = moments.moment_of(after.service_type, entry)
    if moment is None or not after.has_addressee:
        return
    again(after, moment, facts_of(after, moment))


def again(after: Work, moment: str, facts: Facts) -> str:
    """Queue a message, which waits for what else may follow, and for the end of the quiet hours; its id."""
    now, message, case = after.now, new_id(), after.case
    book = after.runtime.messages
    if book is None or not book.channels.configured:
        told = case.id, case.version, moment, facts, case.office_of_origin, now
        rows.tell_at_the_counter(after.tx, message, *told, NO_CHANNEL)
        return message
    due = book.channels.quiet.over(now + TOGETHER, after.host.calendar.current.zone)
    rows.tell(after.tx, message, case.id, case.version, moment, facts, case.office_of_origin, now, due)
    first = Try(message, 1)
    enqueue_behind(after.tx, SEND, first.key, first, due, now, COUNTER)
    return message


def facts_of(after: Work, moment: str) -> Facts:
    """What the catalogue says of where the case is now. Nothing that a person has written."""
    service_type, case = after.service_type, after.case
    if case.state == WITHDRAWN:
        return Facts(WITHDRAWN_LABEL, _NO_STEP)
    state = service_type.states[case.state]
    missing = moments.missing_of(service_type, case) if moment == moments.INCOMPLETE else ()
    amount = _amount(service_type, case) if moment == moments.LEVY else None
    return Facts(state.label, state.next_step, _day(after, moment), missing, amount)


def _day(after: Work, moment: str) -> date | None:
    """The promised day, or the last day to pay. The end of any other window is told by the case: it can move."""
    case = after.case
    due = case.due_at if moment == moments.RECEIVED else None
    if moment == moments.LEVY:
        due = next((task.due_at for task in case.open_tasks if task.due_at is not None), None)
    return None if due is None else after.host.today(due)


def _amount(service_type: ServiceType, case: Case) -> int | None:
    if service_type.levy is None:
        return None
    assessed: Json = case.data.get(service_type.levy.assess)
    found = mapping({"assessed": assessed}, "assessed").get("amount") if assessed is not None else None
    return found if isinstance(found, int) else None

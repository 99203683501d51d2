"""What must hold of the parts that only some service types have: tracks, levies, earlier permits, deemed approval."""

from __future__ import annotations

from collections.abc import Iterator

from mpp.casework.access.actors import BANK_ROLE
from mpp.casework.rules.service_type import Condition, FormField, ServiceType
from mpp.casework.rules.workflow import DEEMED_GRANTED
from mpp.casework.time.durations import Unit

ASSESSES = "assess_levy"  # the effect by which an action assesses the levy
SETTLES = "settle_levy"


def more_mistakes(service_type: ServiceType) -> Iterator[str]:
    """Every reason to refuse them."""
    yield from _conditions(service_type)
    yield from _tracks(service_type)
    yield from _levy(service_type)
    yield from _previous(service_type)
    yield from _deemed(service_type)


def _field(service_type: ServiceType, name: str) -> FormField | None:
    return next((field for field in service_type.form if field.name == name), None)


def _condition(service_type: ServiceType, where: str, when: Condition) -> Iterator[str]:
    field = _field(service_type, when.field)
    if field is None:
        yield f"{where}.when: unknown field {when.field!r}"
    elif field.type == "choice" and not set(when.values) <= {value for value, _ in field.choices}:
        yield f"{where}.when: not a choice of field {field.name!r}"


def _conditions(service_type: ServiceType) -> Iterator[str]:
    for action in service_type.actions.values():
        if action.when is not None:
            yield from _condition(service_type, f"workflow.actions.{action.code}", action.when)


def _tracks(service_type: ServiceType) -> Iterator[str]:
    if len({track.code for track in service_type.tracks}) != len(service_type.tracks):
        yield "tracks: a code stands there twice"
    for track in service_type.tracks:
        where = f"tracks.{track.code}"
        yield from _condition(service_type, where, track.when)
        for name, (low, high) in track.bounds.items():
            field = _field(service_type, name)
            if field is None or field.type not in ("integer", "money"):
                yield f"{where}.bounds: {name!r} is no number of the form"
            if low > high:
                yield f"{where}.bounds: min is greater than max"


def _levy(service_type: ServiceType) -> Iterator[str]:
    assessing = [a.code for a in service_type.actions.values() if ASSESSES in a.effects]
    settling = [a.code for a in service_type.actions.values() if SETTLES in a.effects]
    waiting = [
        f"workflow.states.{s.code}.tasks.{t.code}" for s in service_type.states.values() for t in s.tasks if t.of_levy
    ]
    levy = service_type.levy
    if levy is None:
        if assessing or settling:
            yield f"workflow.actions.{(assessing + settling)[0]}.effects: there is no `levy`"
        yield from (f"{where}.sla: there is no `levy`" for where in waiting)
        return
    if assessing != [levy.assess]:
        yield f"levy.assess: the action {levy.assess!r}, and no other, must have the effect {ASSESSES!r}"
    else:
        if waiting and service_type.actions[levy.assess].task is None:
            yield f"{waiting[0]}.sla: the action {levy.assess!r} closes no task, so nobody knows when it was assessed"
        amount = next((f for f in service_type.actions[levy.assess].data if f.name == "amount"), None)
        if amount is None or amount.type != "money" or not amount.required or (amount.min or 0) < 1:
            yield "levy.assess: its data need `amount`, of type money, required, with a min of 1 or more"
    paid = service_type.actions.get(levy.paid)
    if paid is None or BANK_ROLE not in paid.roles:
        yield f"levy.paid: {levy.paid!r} is no action of the role bank"
    elif paid.task or paid.guards or paid.documents or paid.note_required or any(f.required for f in paid.data):
        yield f"levy.paid: {levy.paid!r} closes a task or asks for something; the bank has no answer"
    if levy.due.in_service_time:
        yield "levy.due: counted in days"


def _previous(service_type: ServiceType) -> Iterator[str]:
    found = service_type.previous
    if found is None:
        return
    field, number = _field(service_type, found.kind), _field(service_type, found.number)
    values = {value for value, _ in field.choices} if field is not None else set()
    if field is None or field.type != "choice" or not field.required:
        yield f"previous.kind: {found.kind!r} is no required choice of the form"
    elif not {*found.of, *([found.renewal] if found.renewal else [])} <= values:
        yield f"previous.of: not choices of field {found.kind!r}"
    if number is None or number.type != "text" or number.required:
        yield f"previous.number: {found.number!r} is no optional text of the form"
    if found.renewal is not None and found.renewal not in found.of:
        yield "previous.renewal: not one of `of`"
    if (found.renewal is None) != (found.opens is None):
        yield "previous.opens: belongs to a renewal"
    if found.opens is not None and found.opens.unit is not Unit.CALENDAR_DAYS:
        yield "previous.opens: counted in calendar days, such as 90d"
    if found.renewal is not None and service_type.validity_years is None:
        yield "previous.renewal: what holds without end is not renewed"


def _deemed(service_type: ServiceType) -> Iterator[str]:
    state = service_type.states.get(DEEMED_GRANTED)
    if not service_type.deemed_approval:
        if state is not None:
            yield f"workflow.states.{DEEMED_GRANTED}: `deemed_approval` is not switched on"
        return
    if state is None:
        yield f"deemed_approval: there is no state {DEEMED_GRANTED!r}"
    elif not state.decided or state.final:
        yield f"workflow.states.{DEEMED_GRANTED}: the clock has ended here, and it is not `final`"

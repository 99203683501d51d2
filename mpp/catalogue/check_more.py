"""What must hold of the parts that only some service types have: tracks, levies, earlier permits, deemed approval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mpp.casework.access.actors import BANK_ROLE
from mpp.casework.rules.service_type import Condition, FormField, ServiceType
from mpp.casework.rules.workflow import DEEMED_GRANTED
from mpp.casework.time.durations import Unit
from mpp.catalogue.said import said

ASSESSES = "assess_levy"  # the effect by which an action assesses the levy
SETTLES = "settle_levy"


def more_mistakes(service_type: ServiceType) -> Iterator[str]:
    """Every reason to refuse them."""
    yield from _conditions(service_type)
    yield from _closed(service_type)
    yield from _others(service_type)
    yield from _tracks(service_type)
    yield from _levy(service_type)
    yield from _previous(service_type)
    yield from _deemed(service_type)


def _field(service_type: ServiceType, name: str) -> FormField | None:
    return next((field for field in service_type.form if field.name == name), None)


def condition(service_type: ServiceType, where: str, when: Condition) -> Iterator[str]:
    """What is wrong with this condition on a field of the form, which stands at `where`."""
    field = _field(service_type, when.field)
    if field is None:
        yield said(f"{where}.when", f"field {when.field!r} tidak ada", f"unknown field {when.field!r}")
    elif field.type == "choice" and not set(when.values) <= {value for value, _ in field.choices}:
        yield said(f"{where}.when", f"bukan pilihan dari field {field.name!r}", f"not a choice of field {field.name!r}")


def _conditions(service_type: ServiceType) -> Iterator[str]:
    for action in service_type.actions.values():
        if action.when is not None:
            yield from condition(service_type, f"workflow.actions.{action.code}", action.when)


def _closed(service_type: ServiceType) -> Iterator[str]:
    """What closes an action must be seen from the tasks of a case: no other action closes that task in that way."""
    ways = Counter((a.task, a.outcome) for a in service_type.actions.values())
    for action in service_type.actions.values():
        where = f"workflow.actions.{action.code}.closed_after"
        for code in action.closed_after:
            closing = service_type.actions.get(code)
            if closing is None:
                yield said(where, f"{code!r} bukan tindakan", f"{code!r} is not an action")
            elif closing.task is None or ways[closing.task, closing.outcome] != 1:
                yield said(
                    where,
                    f"{code!r} tidak menutup tugas dengan hasil yang hanya miliknya, jadi tidak terlihat kemudian",
                    f"{code!r} closes no task with an outcome of its own, so nobody sees it afterwards",
                )


def _others(service_type: ServiceType) -> Iterator[str]:
    for action in service_type.actions.values():
        for code in (code for code in action.not_by if code not in service_type.actions):
            where = f"workflow.actions.{action.code}.not_by"
            yield said(where, f"{code!r} bukan tindakan", f"{code!r} is not an action")


def _tracks(service_type: ServiceType) -> Iterator[str]:
    if len({track.code for track in service_type.tracks}) != len(service_type.tracks):
        yield said("tracks", "ada kode yang tertulis dua kali", "a code stands there twice")
    for track in service_type.tracks:
        where = f"tracks.{track.code}"
        yield from condition(service_type, where, track.when)
        for name, (low, high) in track.bounds.items():
            field = _field(service_type, name)
            if field is None or field.type not in ("integer", "money"):
                yield said(
                    f"{where}.bounds", f"{name!r} bukan bilangan dalam formulir", f"{name!r} is no number of the form"
                )
            if low > high:
                yield said(f"{where}.bounds", "min lebih besar daripada max", "min is greater than max")


def _levy(service_type: ServiceType) -> Iterator[str]:
    assessing = [a.code for a in service_type.actions.values() if ASSESSES in a.effects]
    settling = [a.code for a in service_type.actions.values() if SETTLES in a.effects]
    waiting = [
        f"workflow.states.{s.code}.tasks.{t.code}" for s in service_type.states.values() for t in s.tasks if t.of_levy
    ]
    levy = service_type.levy
    if levy is None:
        if assessing or settling:
            yield said(
                f"workflow.actions.{(assessing + settling)[0]}.effects", "`levy` belum ada", "there is no `levy`"
            )
        yield from (said(f"{where}.sla", "`levy` belum ada", "there is no `levy`") for where in waiting)
        return
    if assessing != [levy.assess]:
        yield said(
            "levy.assess",
            f"tindakan {levy.assess!r}, dan tidak ada yang lain, harus mempunyai effect {ASSESSES!r}",
            f"the action {levy.assess!r}, and no other, must have the effect {ASSESSES!r}",
        )
    else:
        if waiting and service_type.actions[levy.assess].task is None:
            yield said(
                f"{waiting[0]}.sla",
                f"tindakan {levy.assess!r} tidak menutup tugas, jadi tidak diketahui kapan ditetapkan",
                f"the action {levy.assess!r} closes no task, so nobody knows when it was assessed",
            )
        amount = next((f for f in service_type.actions[levy.assess].data if f.name == "amount"), None)
        if amount is None or amount.type != "money" or not amount.required or (amount.min or 0) < 1:
            yield said(
                "levy.assess",
                "datanya memerlukan `amount` berjenis money, wajib, min 1 atau lebih",
                "its data need `amount`, of type money, required, with a min of 1 or more",
            )
    paid = service_type.actions.get(levy.paid)
    if paid is None or BANK_ROLE not in paid.roles:
        yield said(
            "levy.paid", f"{levy.paid!r} bukan tindakan peran bank", f"{levy.paid!r} is no action of the role bank"
        )
    elif paid.task or paid.guards or paid.documents or paid.note_required or any(f.required for f in paid.data):
        yield said(
            "levy.paid",
            f"{levy.paid!r} menutup tugas atau menanyakan sesuatu; bank tidak dapat menjawab",
            f"{levy.paid!r} closes a task or asks for something; the bank has no answer",
        )
    if levy.due.in_service_time:
        yield said("levy.due", "dihitung dalam hari", "counted in days")


def _previous(service_type: ServiceType) -> Iterator[str]:
    found = service_type.previous
    if found is None:
        return
    field, number = _field(service_type, found.kind), _field(service_type, found.number)
    values = {value for value, _ in field.choices} if field is not None else set()
    if field is None or field.type != "choice" or not field.required:
        yield said(
            "previous.kind",
            f"{found.kind!r} bukan pilihan wajib dalam formulir",
            f"{found.kind!r} is no required choice of the form",
        )
    elif not {*found.of, *([found.renewal] if found.renewal else [])} <= values:
        yield said("previous.of", f"bukan pilihan dari field {found.kind!r}", f"not choices of field {found.kind!r}")
    if number is None or number.type != "text" or number.required:
        yield said(
            "previous.number",
            f"{found.number!r} bukan teks tidak wajib dalam formulir",
            f"{found.number!r} is no optional text of the form",
        )
    if found.renewal is not None and found.renewal not in found.of:
        yield said("previous.renewal", "bukan salah satu dari `of`", "not one of `of`")
    if (found.renewal is None) != (found.opens is None):
        yield said("previous.opens", "hanya untuk perpanjangan", "belongs to a renewal")
    if found.opens is not None and found.opens.unit is not Unit.CALENDAR_DAYS:
        yield said(
            "previous.opens", "dihitung dalam hari kalender, seperti 90d", "counted in calendar days, such as 90d"
        )
    if found.renewal is not None and service_type.validity_years is None:
        yield said(
            "previous.renewal", "yang berlaku tanpa batas tidak diperpanjang", "what holds without end is not renewed"
        )


def _deemed(service_type: ServiceType) -> Iterator[str]:
    state = service_type.states.get(DEEMED_GRANTED)
    if not service_type.deemed_approval:
        if state is not None:
            yield said(
                f"workflow.states.{DEEMED_GRANTED}",
                "`deemed_approval` belum dinyalakan",
                "`deemed_approval` is not switched on",
            )
        return
    if state is None:
        yield said("deemed_approval", f"keadaan {DEEMED_GRANTED!r} belum ada", f"there is no state {DEEMED_GRANTED!r}")
    elif not state.decided or state.final:
        yield said(
            f"workflow.states.{DEEMED_GRANTED}",
            "di sini jam sudah berakhir dan tidak `final`",
            "the clock has ended here, and it is not `final`",
        )

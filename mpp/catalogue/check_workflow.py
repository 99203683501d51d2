"""What must hold of the workflow of a service type: every state reached and left, every action taken by somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mpp.casework.access.actors import APPLICANT_ROLE, BANK_ROLE, SYSTEM_ROLE
from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.access.offices import KINDS
from mpp.casework.rules.built_in import BUILT_IN, WITHDRAWN
from mpp.casework.rules.paper import DEEMED, SIGNED_KINDS
from mpp.casework.rules.prerequisites import CITE
from mpp.casework.rules.service_type import Action, FormField, ServiceType, State, TaskSpec
from mpp.casework.rules.workflow import CLIMBS, DEEMED_GRANTED, GUARDS
from mpp.catalogue.said import said

_OUTSIDE = (APPLICANT_ROLE, BANK_ROLE, SYSTEM_ROLE)  # who holds no office
WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Host:
    """The names that a catalogue file may use, since the service that keeps its collection offers them.

    `numbering` are those effects that only an action with a number may have; `paper_kinds` are what it may sign;
    `announces`: it tells its own cases by events what it issues; `shares`: it tells the other services of its papers,
    and hears of theirs.
    """

    effects: frozenset[str]
    events: frozenset[str]
    numbering: frozenset[str] = frozenset()
    paper_kinds: frozenset[str] = frozenset((*SIGNED_KINDS, DEEMED))
    announces: bool = True
    shares: bool = True


def workflow_mistakes(service_type: ServiceType, host: Host | None) -> Iterator[str]:
    """Every reason to refuse the workflow; without `host` the names of effects and events are not looked at."""
    yield from _states(service_type)
    yield from _actions(service_type, host)
    yield from _ways(service_type)
    if host is not None and service_type.event not in host.events:
        yield said(
            "workflow.event",
            f"tidak ada kontrak untuk peristiwa {service_type.event!r}",
            f"no contract for event {service_type.event!r}",
        )


def _states(service_type: ServiceType) -> Iterator[str]:
    for key, name in (("initial", service_type.initial), ("initial_incomplete", service_type.initial_incomplete)):
        if name is not None and name not in service_type.states:
            yield said(f"workflow.{key}", f"{name!r} bukan keadaan", f"{name!r} is not a state")
    if WITHDRAWN in service_type.states:
        yield said(
            f"workflow.states.{WITHDRAWN}", "keadaan ini sudah dimiliki mal", "the mall has this state by itself"
        )
    if all(state.clock != "running" for state in service_type.states.values()):
        yield said(
            "sla",
            "tidak ada keadaan yang menjalankan jam, jadi tidak pernah mulai",
            "no state runs the clock, so it never starts",
        )
    for state in service_type.states.values():
        where = f"workflow.states.{state.code}"
        if not WORD.fullmatch(state.code):
            yield said("workflow.states", f"{state.code!r} harus snake_case", f"{state.code!r} is not snake_case")
        if len({task.code for task in state.tasks}) != len(state.tasks):
            yield said(f"{where}.tasks", "ada kode yang tertulis dua kali", "a code stands there twice")
        if state.final and not state.decided:
            yield said(f"{where}", "akhir tanpa akhir jam", "an end where the clock has not ended")
        if state.final and state.tasks:
            yield said(
                f"{where}", "berkas yang selesai tidak mempunyai tugas terbuka", "a finished case has no open task"
            )
        if not state.final and not state.tasks:
            yield said(
                f"{where}",
                "tidak seorang pun punya tugas di sini, jadi tidak ada yang dapat bertindak",
                "nobody has a task here, so nobody can act",
            )
        for task in state.tasks:
            yield from _task(service_type, where, task)
            if task.on_due is not None:
                yield from _on_due(service_type, state, task)
            if task.on_complete is not None:
                yield from _on_complete(service_type, state, task)
            if state.join is not None and not _closed_by_somebody(service_type, state, task):
                yield said(
                    f"{where}.tasks.{task.code}",
                    "tidak ada tindakan yang menutupnya, jadi join menunggu selamanya",
                    "no action closes it, so the join waits for ever",
                )
        targets = () if state.join is None else (state.join.to, state.join.refused)
        for target in targets:
            if target is not None and target not in service_type.states:
                yield said(f"{where}.join", f"{target!r} bukan keadaan", f"{target!r} is not a state")


def _task(service_type: ServiceType, where: str, task: TaskSpec) -> Iterator[str]:
    if task.role not in CASE_ROLES:
        yield said(f"{where}.tasks.{task.code}", f"peran {task.role!r} tidak dikenal", f"unknown role {task.role!r}")
    if task.office.startswith(CLIMBS) and task.office.removeprefix(CLIMBS) not in KINDS:
        yield said(
            f"{where}.tasks.{task.code}",
            f"jenis kantor {task.office.removeprefix(CLIMBS)!r} tidak dikenal",
            f"unknown office kind {task.office.removeprefix(CLIMBS)!r}",
        )
    if task.office.startswith("data.") and _lookup(service_type, task.office.split(".")[1:]) is None:
        yield said(
            f"{where}.tasks.{task.code}",
            f"{task.office} bukan field kantor yang wajib",
            f"{task.office} is not a required office field",
        )


def _on_due(service_type: ServiceType, state: State, task: TaskSpec) -> Iterator[str]:
    """The mall takes this action by itself, so it may ask for nothing."""
    where = f"workflow.states.{state.code}.tasks.{task.code}.on_due"
    action = service_type.actions.get(task.on_due or "")
    if action is None:
        yield said(f"{where}", f"{task.on_due!r} bukan tindakan", f"{task.on_due!r} is not an action")
        return
    if task.sla is None and not task.of_levy:
        yield said(
            f"{where}", "tugas ini tanpa sla, jadi tidak pernah jatuh tempo", "the task has no sla, so it is never due"
        )
    if state.code not in action.from_states:
        yield said(
            f"{where}",
            f"tindakan {action.code!r} tidak dapat diambil di sini",
            f"action {action.code!r} cannot be taken here",
        )
    if action.guards or any(field.required for field in action.data):
        yield said(
            f"{where}",
            f"tindakan {action.code!r} meminta data atau punya guard; tidak ada yang menjawab",
            f"action {action.code!r} asks for data or has guards; nobody is there to answer",
        )


def _on_complete(service_type: ServiceType, state: State, task: TaskSpec) -> Iterator[str]:
    where = f"workflow.states.{state.code}.tasks.{task.code}.on_complete"
    action = service_type.actions.get(task.on_complete or "")
    if action is None:
        yield said(f"{where}", f"{task.on_complete!r} bukan tindakan", f"{task.on_complete!r} is not an action")
        return
    if state.code not in action.from_states:
        yield said(
            f"{where}",
            f"tindakan {action.code!r} tidak dapat diambil di sini",
            f"action {action.code!r} cannot be taken here",
        )
    if action.guards != ("requirements_complete",):
        yield said(
            f"{where}",
            f"tindakan {action.code!r} harus punya guard requirements_complete, dan tidak ada yang lain",
            f"action {action.code!r} must have the guard requirements_complete, and no other",
        )
    if action.note_required or action.number or action.documents or any(field.required for field in action.data):
        yield said(
            f"{where}",
            f"tindakan {action.code!r} menanyakan sesuatu; tidak ada yang menjawab",
            f"action {action.code!r} asks for something; nobody is there to answer",
        )
    if not any(r.produced_by for r in service_type.requirements):
        yield said(f"{where}", "tidak satu pun syaratnya diterbitkan mal", "the mall issues none of the requirements")


def _closed_by_somebody(service_type: ServiceType, state: State, task: TaskSpec) -> bool:
    return any(action.task == task.code for action in service_type.actions_from(state.code))


def _lookup(service_type: ServiceType, path: list[str]) -> FormField | None:
    """The required office field at this path of the case's data: the form's, or an action's."""
    fields: tuple[FormField, ...] = service_type.form
    if len(path) == 2 and path[0] in service_type.actions:
        fields, path = service_type.actions[path[0]].data, path[1:]
    found = next((f for f in fields if f.name == path[0]), None) if len(path) == 1 else None
    return found if found is not None and found.type == "office" and found.required else None


def _actions(service_type: ServiceType, host: Host | None) -> Iterator[str]:
    for action in service_type.actions.values():
        where = f"workflow.actions.{action.code}"
        if not WORD.fullmatch(action.code):
            yield said("workflow.actions", f"{action.code!r} harus snake_case", f"{action.code!r} is not snake_case")
        if not action.roles or not action.from_states:
            yield said(
                f"{where}",
                "tidak seorang pun dapat mengambilnya: roles atau from kosong",
                "nobody can take it, without roles or states to take it from",
            )
        if action.code in BUILT_IN or action.code in ("open", "hold", CITE):
            yield said(f"{where}", "tindakan ini sudah dimiliki mal", "the mall has this action by itself")
        for role in action.roles:
            if role not in (*CASE_ROLES, *_OUTSIDE):
                yield said(f"{where}", f"peran {role!r} tidak dikenal", f"unknown role {role!r}")
        if SYSTEM_ROLE in action.roles and action.code not in _by_itself(service_type):
            yield said(
                f"{where}",
                "tidak ada tugas yang menyebutnya di `on_due`, jadi mal tidak pernah mengambilnya",
                "no task names it under `on_due`, so the mall never takes it",
            )
        if BANK_ROLE in action.roles and (service_type.levy is None or service_type.levy.paid != action.code):
            yield said(
                f"{where}",
                "bank hanya mengambil tindakan yang disebut `levy.paid`",
                "the bank takes only the action that `levy.paid` names",
            )
        for guard in action.guards:
            if guard not in GUARDS:
                yield said(f"{where}", f"guard {guard!r} tidak dikenal", f"unknown guard {guard!r}")
        if host is not None:
            yield from _offered(where, action, host)
        if action.to is not None and action.to not in service_type.states:
            yield said(f"{where}", f"{action.to!r} bukan keadaan", f"{action.to!r} is not a state")
        for name in action.from_states:
            yield from _from_state(where, action.task, action.to, action.roles, name, service_type.states)


def _by_itself(service_type: ServiceType) -> set[str | None]:
    return {task.on_due for state in service_type.states.values() for task in state.tasks}


def _offered(where: str, action: Action, host: Host) -> Iterator[str]:
    for effect in action.effects:
        if effect not in host.effects:
            yield said(f"{where}", f"effect {effect!r} tidak dikenal", f"unknown effect {effect!r}")
        elif effect in host.numbering and not action.number:
            yield said(
                f"{where}", f"effect {effect!r} memerlukan `number: true`", f"effect {effect!r} needs `number: true`"
            )
    if action.event not in host.events:
        yield said(
            f"{where}", f"tidak ada kontrak untuk peristiwa {action.event!r}", f"no contract for event {action.event!r}"
        )


def _from_state(
    where: str, task: str | None, to: str | None, roles: tuple[str, ...], name: str, states: Mapping[str, State]
) -> Iterator[str]:
    state = states.get(name)
    if state is None:
        yield said(f"{where}", f"{name!r} bukan keadaan", f"{name!r} is not a state")
        return
    if state.final:
        yield said(
            f"{where}", f"{name!r} sebuah akhir; tidak ada kelanjutannya", f"{name!r} is an end; nothing follows it"
        )
    if to is None and state.join is None:
        yield said(
            f"{where}", f"tanpa `to`, sedangkan {name!r} tidak punya join", f"without `to`, and {name!r} has no join"
        )
    spec = next((t for t in state.tasks if t.code == task), None)
    if task is not None and spec is None:
        yield said(f"{where}", f"{name!r} tidak membuka tugas {task!r}", f"{name!r} opens no task {task!r}")
    if spec is not None and spec.role not in roles and not set(roles) & set(_OUTSIDE):
        yield said(
            f"{where}",
            f"tidak seorang pun dapat mengambilnya, karena tugas {task!r} milik {spec.role}",
            f"nobody can take it, since task {task!r} is a {spec.role}'s",
        )


def _ways(service_type: ServiceType) -> Iterator[str]:
    """Every state can be reached, and leads to an end."""
    steps: dict[str, set[str]] = {name: set() for name in service_type.states}
    for action in service_type.actions.values():
        for name in action.from_states:
            state = service_type.states.get(name)
            if state is None:
                continue
            joined = (state.join.to, state.join.refused) if state.join else ()
            targets = (action.to,) if action.to else joined
            steps[name].update(t for t in targets if t is not None and t in service_type.states)
    starts = {
        n for n in (service_type.initial, service_type.initial_incomplete) if n is not None and n in service_type.states
    }
    if service_type.deemed_approval and DEEMED_GRANTED in service_type.states:
        starts.add(DEEMED_GRANTED)
    reached = _closure(starts, steps)
    for name in service_type.states:
        if name not in reached:
            yield said(f"workflow.states.{name}", "tidak dapat dicapai", "cannot be reached")
        elif not any(service_type.states[end].final for end in _closure({name}, steps)):
            yield said(f"workflow.states.{name}", "tidak punya jalan ke sebuah akhir", "has no way to an end")


def _closure(starts: set[str], steps: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(starts)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(steps[name])
    return found

"""What must hold of a service type before a case may run on it; each mistake names the place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from mpp.casework.actors import APPLICANT_ROLE
from mpp.casework.durations import Unit
from mpp.casework.jurisdiction import CASE_ROLES
from mpp.casework.offices import KINDS, OfficeTree
from mpp.casework.service_type import FormField, ServiceType, State, TaskSpec
from mpp.casework.standing import STANDING, WITHDRAWN
from mpp.casework.workflow import GUARDS

_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")  # it stands in URLs and on receipts
_WORD = re.compile(r"[a-z][a-z0-9_]*")


def mistakes(
    kind: ServiceType,
    *,
    offices: OfficeTree | None,
    effects: Collection[str] | None,
    events: Collection[str] | None,
) -> Iterator[str]:
    """Every reason to refuse the service type. None for `offices`, `effects` or `events` skips what needs them."""
    yield from _head(kind)
    yield from _signers(kind)
    yield from _states(kind)
    yield from _actions(kind, effects, events)
    yield from _ways(kind)
    yield from _forms(kind)
    yield from _fees(kind)
    yield from _requirements(kind)
    yield from _number(kind, offices)
    if events is not None and kind.event not in events:
        yield f"workflow.event: no contract for event {kind.event!r}"
    if offices is not None:
        yield from _offices(kind, offices)


def _head(kind: ServiceType) -> Iterator[str]:
    if not _CODE.fullmatch(kind.code):
        yield f"code: {kind.code!r} is not written like PRZ-SIP-DR"
    if kind.version < 1:
        yield "version: the first version is 1"
    if kind.clock_office_kind not in KINDS:
        yield f"service_hours_of: unknown office kind {kind.clock_office_kind!r}"
    for role in kind.filed_by:
        if role not in CASE_ROLES:
            yield f"filed_by: unknown role {role!r}"
    if not kind.filed_by:
        yield "filed_by: nobody may file it"
    if kind.validity_years is not None and not 1 <= kind.validity_years <= 100:
        yield "validity_years: 1 to 100, or leave it out"
    if kind.report_within is not None and kind.report_within.unit is not Unit.CALENDAR_DAYS:
        yield "report_within: the limit of a report is counted in calendar days, such as 60d"


def _fees(kind: ServiceType) -> Iterator[str]:
    """A row without an end is replaced by the next one; a row with an end must be over before the next begins."""
    rows = sorted(kind.fees, key=lambda row: row.valid_from)
    for earlier, later in pairwise(rows):
        if earlier.valid_from == later.valid_from:
            yield "fees: two rows begin on the same day"
        elif earlier.valid_until is not None and earlier.valid_until >= later.valid_from:
            yield f"fees: the rows from {earlier.valid_from} and from {later.valid_from} overlap"


def _requirements(kind: ServiceType) -> Iterator[str]:
    codes = {r.code for r in kind.requirements}
    if len(codes) != len(kind.requirements):
        yield "requirements: a code stands there twice"
    fields = {field.name: field for field in kind.form}
    for requirement in kind.requirements:
        if requirement.when is None:
            continue
        field = fields.get(requirement.when.field)
        if field is None:
            yield f"requirements.{requirement.code}.when: unknown field {requirement.when.field!r}"
        elif field.type == "choice" and not set(requirement.when.values) <= {value for value, _ in field.choices}:
            yield f"requirements.{requirement.code}.when: not a choice of field {field.name!r}"
    for action in kind.actions.values():
        for code in action.documents:
            if code not in codes:
                yield f"workflow.actions.{action.code}.documents: unknown requirement {code!r}"


def _signers(kind: ServiceType) -> Iterator[str]:
    capacities = [signer.capacity for signer in kind.signers]
    if len(set(capacities)) != len(capacities):
        yield "signers: a capacity stands there twice"
    signed = [action.code for action in kind.actions.values() if action.signature]
    if signed and not kind.signers:
        yield f"workflow.actions.{signed[0]}.signature: nobody is named under `signers`"
    if kind.signers and not signed:
        yield "signers: no action is a signature"


def _number(kind: ServiceType, offices: OfficeTree | None) -> Iterator[str]:
    if kind.number is None:
        if any(action.number for action in kind.actions.values()):
            yield "workflow.actions: one of them gives a number, and `number` is missing"
        return
    region = "00.00" if offices is None else offices.region
    try:  # the parts that a case supplies (mpp.cases.numbers); found here instead of at the signature
        kind.number.template.render(seq=1, date=date(2026, 1, 1), code=kind.code, office=kind.owner, region=region)
    except ValueError as error:
        yield f"number.template: {error}"


def _states(kind: ServiceType) -> Iterator[str]:
    for key, name in (("initial", kind.initial), ("initial_incomplete", kind.initial_incomplete)):
        if name is not None and name not in kind.states:
            yield f"workflow.{key}: {name!r} is not a state"
    if WITHDRAWN in kind.states:
        yield f"workflow.states.{WITHDRAWN}: the mall has this state by itself"
    if all(state.clock != "running" for state in kind.states.values()):
        yield "sla: no state runs the clock, so it never starts"
    for state in kind.states.values():
        where = f"workflow.states.{state.code}"
        if not _WORD.fullmatch(state.code):
            yield f"workflow.states: {state.code!r} is not snake_case"
        if len({task.code for task in state.tasks}) != len(state.tasks):
            yield f"{where}.tasks: a code stands there twice"
        if state.final and state.tasks:
            yield f"{where}: a finished case has no open task"
        if not state.final and not state.tasks:
            yield f"{where}: nobody has a task here, so nobody can act"
        for task in state.tasks:
            yield from _task(kind, where, task)
            if state.join is not None and not _closed_by_somebody(kind, state, task):
                yield f"{where}.tasks.{task.code}: no action closes it, so the join waits for ever"
        targets = () if state.join is None else (state.join.to, state.join.refused)
        for target in targets:
            if target is not None and target not in kind.states:
                yield f"{where}.join: {target!r} is not a state"


def _task(kind: ServiceType, where: str, task: TaskSpec) -> Iterator[str]:
    if task.role not in CASE_ROLES:
        yield f"{where}.tasks.{task.code}: unknown role {task.role!r}"
    if task.office.startswith("data.") and _lookup(kind, task.office.split(".")[1:]) is None:
        yield f"{where}.tasks.{task.code}: {task.office} is not a required office field"


def _closed_by_somebody(kind: ServiceType, state: State, task: TaskSpec) -> bool:
    return any(action.task == task.code for action in kind.actions_from(state.code))


def _lookup(kind: ServiceType, path: list[str]) -> FormField | None:
    """The required office field at this path of the case's data: the form's, or an action's."""
    fields: tuple[FormField, ...] = kind.form
    if len(path) == 2 and path[0] in kind.actions:
        fields, path = kind.actions[path[0]].data, path[1:]
    found = next((f for f in fields if f.name == path[0]), None) if len(path) == 1 else None
    return found if found is not None and found.type == "office" and found.required else None


def _actions(kind: ServiceType, effects: Collection[str] | None, events: Collection[str] | None) -> Iterator[str]:
    for action in kind.actions.values():
        where = f"workflow.actions.{action.code}"
        if not _WORD.fullmatch(action.code):
            yield f"workflow.actions: {action.code!r} is not snake_case"
        if not action.roles or not action.from_states:
            yield f"{where}: nobody can take it, without roles or states to take it from"
        if action.code in STANDING or action.code in ("open", "hold"):
            yield f"{where}: the mall has this action by itself"
        for role in action.roles:
            if role not in (*CASE_ROLES, APPLICANT_ROLE):
                yield f"{where}: unknown role {role!r}"
        for guard in action.guards:
            if guard not in GUARDS:
                yield f"{where}: unknown guard {guard!r}"
        if effects is not None:
            for effect in action.effects:
                if effect not in effects:
                    yield f"{where}: unknown effect {effect!r}"
        if events is not None and action.event not in events:
            yield f"{where}: no contract for event {action.event!r}"
        if action.to is not None and action.to not in kind.states:
            yield f"{where}: {action.to!r} is not a state"
        for name in action.from_states:
            yield from _from_state(where, action.task, action.to, action.roles, name, kind.states)


def _from_state(
    where: str, task: str | None, to: str | None, roles: tuple[str, ...], name: str, states: Mapping[str, State]
) -> Iterator[str]:
    state = states.get(name)
    if state is None:
        yield f"{where}: {name!r} is not a state"
        return
    if state.final:
        yield f"{where}: {name!r} is an end; nothing follows it"
    if to is None and state.join is None:
        yield f"{where}: without `to`, and {name!r} has no join"
    spec = next((t for t in state.tasks if t.code == task), None)
    if task is not None and spec is None:
        yield f"{where}: {name!r} opens no task {task!r}"
    if spec is not None and spec.role not in roles:
        yield f"{where}: nobody can take it, since task {task!r} is a {spec.role}'s"


def _ways(kind: ServiceType) -> Iterator[str]:
    """Every state can be reached, and leads to an end."""
    steps: dict[str, set[str]] = {name: set() for name in kind.states}
    for action in kind.actions.values():
        for name in action.from_states:
            state = kind.states.get(name)
            if state is None:
                continue
            joined = (state.join.to, state.join.refused) if state.join else ()
            targets = (action.to,) if action.to else joined
            steps[name].update(t for t in targets if t is not None and t in kind.states)
    starts = {n for n in (kind.initial, kind.initial_incomplete) if n is not None and n in kind.states}
    reached = _closure(starts, steps)
    for name in kind.states:
        if name not in reached:
            yield f"workflow.states.{name}: cannot be reached"
        elif not any(kind.states[end].final for end in _closure({name}, steps)):
            yield f"workflow.states.{name}: has no way to an end"


def _closure(starts: set[str], steps: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(starts)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(steps[name])
    return found


def _forms(kind: ServiceType) -> Iterator[str]:
    yield from _fields("form", kind.form)
    for action in kind.actions.values():
        yield from _fields(f"workflow.actions.{action.code}.data", action.data)
    for field in kind.form:
        if field.name in kind.actions:
            yield f"form.{field.name}: an action has the same name"


def _fields(where: str, fields: Sequence[FormField], *, top: bool = True) -> Iterator[str]:
    names = [field.name for field in fields]
    if len(set(names)) != len(names):
        yield f"{where}: a field name stands there twice"
    if top and "requirements" in names:
        yield f"{where}.requirements: the name is kept for the ticks of the papers"
    for field in fields:
        here = f"{where}.{field.name}"
        if not _WORD.fullmatch(field.name):
            yield f"{where}: {field.name!r} is not snake_case"
        for kind in field.office_kinds:
            if kind not in KINDS:
                yield f"{here}: unknown office kind {kind!r}"
        if field.office_kinds and field.type != "office":
            yield f"{here}: office_kinds belong to a field of type office"
        if field.min is not None and field.max is not None and field.min > field.max:
            yield f"{here}: min is greater than max"
        if len({value for value, _ in field.choices}) != len(field.choices):
            yield f"{here}: a choice stands there twice"
        yield from _fields(f"{here}.fields", field.fields, top=False)


def _offices(kind: ServiceType, offices: OfficeTree) -> Iterator[str]:
    if kind.owner not in offices:
        yield f"owner: {kind.owner!r} is not an office of this region"
    for state in kind.states.values():
        for task in state.tasks:
            named = task.office not in ("owner", "origin") and not task.office.startswith("data.")
            if named and task.office not in offices:
                yield f"workflow.states.{state.code}.tasks.{task.code}: {task.office!r} is not an office"

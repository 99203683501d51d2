"""What must hold of a service type before a case may run on it; each mistake names the place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.access.offices import KINDS, OfficeTree
from mpp.casework.rules.service_type import ESCALATION_LADDER, FormField, ServiceType
from mpp.casework.rules.workflow import CLIMBS
from mpp.casework.time.durations import Unit
from mpp.catalogue.check_more import more_mistakes
from mpp.catalogue.check_workflow import WORD, Host, workflow_mistakes

_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")  # it stands in URLs and on receipts


def mistakes(
    kind: ServiceType,
    *,
    offices: OfficeTree | None,
    host: Host | None,
) -> Iterator[str]:
    """Every reason to refuse the service type. None for `offices` or `host` skips what needs them."""
    yield from _head(kind)
    yield from _signers(kind)
    yield from workflow_mistakes(kind, host)
    yield from _forms(kind)
    yield from _fees(kind)
    yield from _requirements(kind)
    yield from _number(kind, offices)
    yield from more_mistakes(kind)
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
    yield from _time(kind)
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


def _time(kind: ServiceType) -> Iterator[str]:
    """What moves a deadline, and what is told about it."""
    for key, length in (("due_soon", kind.due_soon), ("extension", kind.extension)):
        same = length is None or length.unit is kind.sla.unit or (length.in_service_time and kind.sla.in_service_time)
        if not same:
            yield f"{key}: {length} is not counted in the unit of the sla, {kind.sla}"
    rungs = [ESCALATION_LADDER.index(step.to) for step in kind.escalation]
    if rungs != sorted(set(rungs)):
        yield f"escalation: the steps must climb {', '.join(ESCALATION_LADDER)}, each named once"
    units = {step.after.unit for step in kind.escalation if step.after is not None}
    waits = [step.after.amount if step.after is not None else 0 for step in kind.escalation]
    if len(units) > 1 or waits != sorted(waits):
        yield "escalation: the steps must be in the order of their time, in one unit"


def _number(kind: ServiceType, offices: OfficeTree | None) -> Iterator[str]:
    if kind.number is None:
        if any(action.number for action in kind.actions.values()):
            yield "workflow.actions: one of them gives a number, and `number` is missing"
        return
    region = "00.00" if offices is None else offices.region
    try:  # the parts that a case supplies (mpp.cases.storage.numbers); found here instead of at the signature
        kind.number.template.render(
            seq=1,
            date=date(2026, 1, 1),
            code=kind.code,
            office=kind.owner,
            region=region,
            classification=kind.number.classification,
        )
    except ValueError as error:
        yield f"number.template: {error}"


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
        if not WORD.fullmatch(field.name):
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
            named = task.office not in ("owner", "origin") and not task.office.startswith(("data.", CLIMBS))
            if named and task.office not in offices:
                yield f"workflow.states.{state.code}.tasks.{task.code}: {task.office!r} is not an office"

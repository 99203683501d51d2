"""What must hold of a service type before a case may run on it; each mistake names the place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.access.offices import KINDS, OfficeTree
from mpp.casework.rules.linked import LinkedService
from mpp.casework.rules.service_type import ESCALATION_LADDER, FormField, ServiceType
from mpp.casework.rules.workflow import CLIMBS, SUPERIOR
from mpp.casework.time.durations import Unit
from mpp.catalogue.check_more import condition, more_mistakes
from mpp.catalogue.check_numbers import number_mistakes
from mpp.catalogue.check_papers import paper_mistakes
from mpp.catalogue.check_roles import role_mistakes
from mpp.catalogue.check_workflow import WORD, Host, workflow_mistakes
from mpp.catalogue.filed_online import online_mistakes
from mpp.catalogue.life_events import life_event_mistakes
from mpp.catalogue.said import said

_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")  # it stands in URLs and on receipts


def mistakes(service_type: ServiceType, *, host: Host | None) -> Iterator[str]:
    """Every reason to refuse the service type, each `place: Indonesian | English`. What needs `host` is not looked at
    where it is None; offices are `missing_offices`."""
    yield from _head(service_type)
    yield from _signers(service_type)
    yield from workflow_mistakes(service_type, host)
    yield from _forms(service_type)
    yield from role_mistakes(service_type)
    yield from _fees(service_type)
    yield from _requirements(service_type)
    yield from number_mistakes(service_type)
    yield from paper_mistakes(service_type, host)
    yield from more_mistakes(service_type)
    yield from online_mistakes(service_type)


def named_offices(service: ServiceType | LinkedService) -> Iterator[tuple[str, str]]:
    """Every office that the service names by its code, with the place where it does."""
    yield "owner", service.owner
    if isinstance(service, LinkedService):
        return
    for state in service.states.values():
        for task in state.tasks:
            if task.office not in ("owner", "origin", SUPERIOR) and not task.office.startswith(("data.", CLIMBS)):
                yield f"workflow.states.{state.code}.tasks.{task.code}", task.office


def missing_offices(service: ServiceType | LinkedService, offices: OfficeTree | None) -> Iterator[tuple[str, str]]:
    """Those of them that are not there; nothing where no offices are known."""
    if offices is not None:
        yield from ((where, office) for where, office in named_offices(service) if office not in offices)


def wrong_code(code: str) -> Iterator[str]:
    """Why the code of a service is refused."""
    if not _CODE.fullmatch(code):
        yield said("code", f"{code!r} tidak ditulis seperti PRZ-SIP-DR", f"{code!r} is not written like PRZ-SIP-DR")


def _head(service_type: ServiceType) -> Iterator[str]:
    yield from wrong_code(service_type.code)
    yield from life_event_mistakes(service_type.life_events)
    if service_type.version < 1:
        yield said("version", "versi pertama adalah 1", "the first version is 1")
    if service_type.clock_office_kind not in KINDS:
        yield said(
            "service_hours_of",
            f"jenis kantor {service_type.clock_office_kind!r} tidak dikenal",
            f"unknown office kind {service_type.clock_office_kind!r}",
        )
    for role in service_type.filed_by:
        if role not in CASE_ROLES:
            yield said("filed_by", f"peran {role!r} tidak dikenal", f"unknown role {role!r}")
    if not service_type.filed_by:
        yield said("filed_by", "tidak seorang pun boleh mengajukannya", "nobody may file it")
    if service_type.validity_years is not None and not 1 <= service_type.validity_years <= 100:
        yield said("validity_years", "1 sampai 100, atau tidak ditulis", "1 to 100, or leave it out")
    yield from _time(service_type)
    if service_type.report_within is not None and service_type.report_within.unit is not Unit.CALENDAR_DAYS:
        yield said(
            "report_within",
            "batas laporan dihitung dalam hari kalender, seperti 60d",
            "the limit of a report is counted in calendar days, such as 60d",
        )


def _fees(service_type: ServiceType) -> Iterator[str]:
    """A row without an end holds until the next one begins; a row with an end must be over by then."""
    rows = sorted(service_type.fees, key=lambda row: row.valid_from)
    for earlier, later in pairwise(rows):
        if earlier.valid_from == later.valid_from:
            yield said("fees", "dua baris mulai pada hari yang sama", "two rows begin on the same day")
        elif earlier.valid_until is not None and earlier.valid_until >= later.valid_from:
            yield said(
                "fees",
                f"baris mulai {earlier.valid_from} dan {later.valid_from} bertumpuk",
                f"the rows from {earlier.valid_from} and from {later.valid_from} overlap",
            )


def _requirements(service_type: ServiceType) -> Iterator[str]:
    codes = {r.code for r in service_type.requirements}
    if len(codes) != len(service_type.requirements):
        yield said("requirements", "ada kode yang tertulis dua kali", "a code stands there twice")
    for requirement in service_type.requirements:
        if requirement.when is not None:
            yield from condition(service_type, f"requirements.{requirement.code}", requirement.when)
    for action in service_type.actions.values():
        for code in action.documents:
            if code not in codes:
                yield said(
                    f"workflow.actions.{action.code}.documents",
                    f"syarat {code!r} tidak ada",
                    f"unknown requirement {code!r}",
                )


def _signers(service_type: ServiceType) -> Iterator[str]:
    capacities = [signer.capacity for signer in service_type.signers]
    if len(set(capacities)) != len(capacities):
        yield said("signers", "ada kapasitas yang tertulis dua kali", "a capacity stands there twice")
    signed = [action.code for action in service_type.actions.values() if action.signature]
    if signed and not service_type.signers:
        yield said(
            f"workflow.actions.{signed[0]}.signature",
            "belum ada siapa pun di `signers`",
            "nobody is named under `signers`",
        )
    if service_type.signers and not signed:
        yield said("signers", "tidak ada tindakan yang menandatangani", "no action is a signature")


def _time(service_type: ServiceType) -> Iterator[str]:
    """Durations that are added to the time of the service must be counted in its unit; the ladder must climb."""
    for key, length in (("due_soon", service_type.due_soon), ("extension", service_type.extension)):
        same = (
            length is None
            or length.unit is service_type.sla.unit
            or (length.in_service_time and service_type.sla.in_service_time)
        )
        if not same:
            yield said(
                f"{key}",
                f"{length} tidak dalam satuan sla, {service_type.sla}",
                f"{length} is not counted in the unit of the sla, {service_type.sla}",
            )
    rungs = [ESCALATION_LADDER.index(step.to) for step in service_type.escalation]
    if rungs != sorted(set(rungs)):
        yield said(
            "escalation",
            f"jenjang harus naik {', '.join(ESCALATION_LADDER)}, masing-masing sekali",
            f"the steps must climb {', '.join(ESCALATION_LADDER)}, each named once",
        )
    units = {step.after.unit for step in service_type.escalation if step.after is not None}
    waits = [step.after.amount if step.after is not None else 0 for step in service_type.escalation]
    if len(units) > 1 or waits != sorted(waits):
        yield said(
            "escalation",
            "jenjang harus urut menurut waktunya, dalam satu satuan",
            "the steps must be in the order of their time, in one unit",
        )


def _forms(service_type: ServiceType) -> Iterator[str]:
    yield from _fields("form", service_type.form)
    for action in service_type.actions.values():
        yield from _fields(f"workflow.actions.{action.code}.data", action.data)
    for field in service_type.form:
        if field.name in service_type.actions:
            yield said(f"form.{field.name}", "ada tindakan bernama sama", "an action has the same name")


def _fields(where: str, fields: Sequence[FormField], *, top: bool = True) -> Iterator[str]:
    names = [field.name for field in fields]
    if len(set(names)) != len(names):
        yield said(f"{where}", "ada nama field yang tertulis dua kali", "a field name stands there twice")
    if top and "requirements" in names:
        yield said(
            f"{where}.requirements",
            "nama ini disediakan untuk centang syarat",
            "the name is kept for the ticks of the papers",
        )
    for field in fields:
        here = f"{where}.{field.name}"
        if not WORD.fullmatch(field.name):
            yield said(f"{where}", f"{field.name!r} harus snake_case", f"{field.name!r} is not snake_case")
        for kind in field.office_kinds:
            if kind not in KINDS:
                yield said(f"{here}", f"jenis kantor {kind!r} tidak dikenal", f"unknown office kind {kind!r}")
        if field.office_kinds and field.type != "office":
            yield said(
                f"{here}",
                "office_kinds hanya untuk field berjenis office",
                "office_kinds belong to a field of type office",
            )
        if field.in_district and field.type != "region":
            yield said(
                f"{here}",
                "in_district hanya untuk field berjenis region",
                "in_district belongs to a field of type region",
            )
        if field.min is not None and field.max is not None and field.min > field.max:
            yield said(f"{here}", "min lebih besar daripada max", "min is greater than max")
        if len({value for value, _ in field.choices}) != len(field.choices):
            yield said(f"{here}", "ada pilihan yang tertulis dua kali", "a choice stands there twice")
        yield from _fields(f"{here}.fields", field.fields, top=False)

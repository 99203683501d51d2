"""What must hold of reports, of substitutes, and of what an outside register keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mpp.casework.rules.at_filing import SETTLED
from mpp.casework.rules.registers import MALL, OUTSIDE
from mpp.casework.rules.service_type import Action, FormField, ServiceType
from mpp.casework.time.durations import Unit
from mpp.catalogue.said import said


def register_mistakes(service_type: ServiceType) -> Iterator[str]:
    """Every reason to refuse them."""
    yield from _report(service_type)
    yield from _substitutes(service_type)
    yield from _fields(service_type)
    for action in service_type.actions.values():
        yield from _action(service_type, action)
    if service_type.registered_by is not None:
        yield from _both_ways(service_type)


def _report(service_type: ServiceType) -> Iterator[str]:
    within, path = service_type.report_within, service_type.reported_from
    if within is not None and within.unit is not Unit.CALENDAR_DAYS:
        yield said(
            "report_within",
            "batas laporan dihitung dalam hari kalender, seperti 60d",
            "the limit of a report is counted in calendar days, such as 60d",
        )
    if not path:
        return
    if within is None:
        yield said("reported_from", "`report_within` belum ada", "there is no `report_within`")
    fields: Sequence[FormField] = service_type.form
    found: FormField | None = None
    for name in path:
        found = next((field for field in fields if field.name == name), None)
        fields = () if found is None else found.fields
    if found is None or found.type != "date":
        yield said("reported_from", "bukan tanggal dalam formulir", "is no date of the form")


def _substitutes(service_type: ServiceType) -> Iterator[str]:
    codes = {r.code for r in service_type.requirements}
    for requirement in service_type.requirements:
        for code in (code for code in requirement.beside if code not in codes):
            where = f"requirements.{requirement.code}.beside"
            yield said(where, f"syarat {code!r} tidak ada", f"unknown requirement {code!r}")


def _fields(service_type: ServiceType) -> Iterator[str]:
    for field in service_type.form:
        if field.name in SETTLED:
            told = "nama ini disediakan untuk yang ditetapkan mal saat pengajuan"
            yield said(f"form.{field.name}", told, "the name is kept for what the mall settles at the filing")
    asked = [("form", field) for field in service_type.form]
    for action in service_type.actions.values():
        asked += [(f"workflow.actions.{action.code}.data", field) for field in action.data]
    for where, field in asked:
        yield from _field(f"{where}.{field.name}", field, conditional=where == "form")


def _field(where: str, field: FormField, *, conditional: bool) -> Iterator[str]:
    if field.when is not None and not conditional:
        yield said(f"{where}.when", "hanya untuk isian formulir paling luar", "only for the outer fields of the form")
    if field.default is not None and field.default not in dict(field.choices):
        yield said(f"{where}.default", "bukan salah satu pilihannya", "is not one of its choices")
    for inner in field.fields:
        yield from _field(f"{where}.fields.{inner.name}", inner, conditional=False)


def _action(service_type: ServiceType, action: Action) -> Iterator[str]:
    where = f"workflow.actions.{action.code}"
    outside = action.register == OUTSIDE
    if service_type.registered_by is None and (action.register is not None or action.heard):
        yield said(where, "`registered_by` belum ada", "there is no `registered_by`")
    if action.heard and not outside:
        told = "kabar dari daftar luar memerlukan `register: outside`"
        yield said(f"{where}.heard", told, "the word of an outside register needs `register: outside`")
    if outside and (action.number or action.papers or action.signature):
        told = "nomor, tanda tangan dan surat datang dari daftar luar, tidak dari mal"
        yield said(where, told, "number, signature and paper come from the outside register, not from the mall")
    if action.number_from is None:
        return
    field = next((each for each in action.data if each.name == action.number_from), None)
    if field is None or field.type != "text" or not field.required or not action.heard:
        told = "harus isian text yang wajib, dari tindakan dengan `heard: true`"
        yield said(f"{where}.number_from", told, "must be a required text of an action with `heard: true`")


def _both_ways(service_type: ServiceType) -> Iterator[str]:
    """What the mall allocates may not be allocated where an outside register does it, and each way has its end."""
    for action in service_type.actions.values():
        if (action.number or action.papers) and action.register != MALL:
            told = "mal memberi nomor atau surat di sini, jadi memerlukan `register: mall`"
            english = "the mall gives a number or a paper here, so it needs `register: mall`"
            yield said(f"workflow.actions.{action.code}", told, english)
    if not any(action.heard for action in service_type.actions.values()):
        told = "tidak ada tindakan yang membawa kabar daftar luar (`heard: true`)"
        yield said("registered_by", told, "no action brings the word of the outside register (`heard: true`)")

"""What is wrong with the roles that a form gives to persons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mpp.casework.rules.people import ROLES
from mpp.casework.rules.roles import TOLD, FormRole, field_at, with_roles
from mpp.casework.rules.service_type import FormField, ServiceType
from mpp.catalogue.said import said


def role_mistakes(service_type: ServiceType) -> Iterator[str]:
    """Each mistake as "where: what", in both languages."""
    form = service_type.form
    found = list(with_roles(form))
    codes = [*ROLES, *(each.role.code for _, each in found)]
    for place, (path, each) in enumerate(found):
        where = f"form.{path}.role"
        if each.role.code in codes[: len(ROLES) + place]:
            yield said(where, f"peran {each.role.code!r} sudah ada", f"there is a role {each.role.code!r} already")
        for other in sorted(each.role.may_be.difference(codes)):
            yield said(f"{where}.may_be", f"tidak ada peran {other!r}", f"there is no role {other!r}")
        yield from _fields(where, form, path, each)
    for action in service_type.actions.values():
        for path, _ in with_roles(action.data):
            yield said(
                f"workflow.actions.{action.code}.data.{path}.role",
                "peran hanya ada di form",
                "roles belong to the form alone",
            )


def _fields(where: str, form: Sequence[FormField], path: str, each: FormRole) -> Iterator[str]:
    own = field_at(form, path)
    if own is None or own.type != "nik":
        yield said(where, "hanya untuk field berjenis nik", "for fields of type nik alone")
    wanted = {name: (there, TOLD[name]) for name, there in each.told.items()}
    if each.day is not None:
        wanted["day"] = (each.day, ("date",))
    for name, (there, types) in wanted.items():
        other = field_at(form, there)
        if other is None or other.type not in types:
            kinds = ", ".join(types)
            yield said(
                f"{where}.{name}",
                f"{there!r} bukan field berjenis {kinds}",
                f"{there!r} is no field of type {kinds}",
            )
    first, last = each.role.usual
    if first is not None and last is not None and first > last:
        yield said(f"{where}.age", "from lebih besar daripada to", "from is greater than to")

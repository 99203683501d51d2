"""Reading what is asked of an applicant: fields, papers, and when each is wanted."""

from __future__ import annotations

from mpp.casework.rules.paper import Signer
from mpp.casework.rules.service_type import FIELD_TYPES, Condition, FormField, Requirement
from mpp.catalogue.parse_role import read_role
from mpp.yaml_files import Section


def read_field(section: Section) -> FormField:
    """A field of a form or of an action. Raises CatalogueError."""
    choices = tuple((s.text("value"), s.texts("label")) for s in section.sections("choices"))
    found = FormField(
        name=section.text("name"),
        type=section.choice("type", FIELD_TYPES),
        label=section.texts("label"),
        required=section.flag("required", True),
        min=section.integer("min", None),
        max=section.integer("max", None),
        choices=choices,
        fields=tuple(section.each("fields", read_field)),
        not_future=section.flag("not_future"),
        not_past=section.flag("not_past"),
        office_kinds=section.words("office_kinds", []),
        in_district=section.flag("in_district"),
        role=read_role(section),
    )
    if (found.type == "choice") != bool(found.choices):
        told = "choices hanya untuk field berjenis choice, dan di sana wajib"
        section.refuse(f"{told} | choices belong to a field of type choice, and only to that")
    if (found.type == "group") != bool(found.fields):
        told = "fields hanya untuk field berjenis group, dan di sana wajib"
        section.refuse(f"{told} | fields belong to a field of type group, and only to that")
    section.done()
    return found


def read_requirement(section: Section) -> Requirement:
    """A paper that the applicant shows. Raises CatalogueError."""
    found = Requirement(
        code=section.text("code"),
        name=section.texts("name"),
        required=section.flag("required", True),
        when=read_condition(section),
        produced_by=section.text("produced_by", None),
        public=section.flag("public", False),
        form=section.text("form", None),
    )
    section.done()
    return found


def read_condition(section: Section) -> Condition | None:
    """`when`: only where the form says so; None: always. Raises CatalogueError."""
    if not section.has("when"):
        return None
    when = section.section("when")
    values = when.values("is")
    found = Condition(when.text("field"), values)
    when.done()
    return found


def capacity_field(signers: tuple[Signer, ...]) -> FormField:
    """The field in which a signer says in which capacity; the first one of the list when nothing is said."""
    label = {"id": "Menandatangani sebagai", "en": "Signs as"}
    return FormField("capacity", "choice", label, required=False, choices=tuple((s.capacity, s.title) for s in signers))

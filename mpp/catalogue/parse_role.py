"""From the key `role` of a form's field to a `FormRole`; what it means is in docs/catalogue.md."""

from __future__ import annotations

from mpp.casework.rules.roles import TOLD, FormRole
from mpp.identity.roles import Role
from mpp.yaml_files import Section

SEXES = ("male", "female")


def read_role(field: Section) -> FormRole | None:
    """The role of whom the field names; None where it names nobody in a role."""
    if not field.has("role"):
        return None
    section = field.section("role")
    least, usual = _age(section)
    role = Role(
        code=section.text("as"),
        sex=section.choice("sex", SEXES, None),
        alive=section.flag("alive", True),
        after_death=section.integer("after_death", 0),
        least=least,
        usual=usual,
        may_be=frozenset(section.words("may_be", [])),
    )
    found = FormRole(role, section.texts("name"), section.text("day", None), _told(section))
    section.done()
    return found


def _age(role: Section) -> tuple[int | None, tuple[int | None, int | None]]:
    if not role.has("age"):
        return None, (None, None)
    section = role.section("age")
    found = section.integer("least", None), (section.integer("from", None), section.integer("to", None))
    section.done()
    return found


def _told(role: Section) -> dict[str, str]:
    if not role.has("told"):
        return {}
    section = role.section("told")
    found = {name: section.text(name) for name in TOLD if section.has(name)}
    section.done()
    return found

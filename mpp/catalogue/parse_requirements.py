"""From YAML sections to the papers that a service type asks for, and to the conditions of whatever has one."""

from __future__ import annotations

from mpp.casework.rules.requirements import Condition, Requirement
from mpp.yaml_files import Section


def read_requirements(top: Section) -> tuple[Requirement, ...]:
    """All of them in the order of the file, each followed by what may stand in its place (`one_of`)."""
    return tuple(each for group in top.each("requirements", _group) for each in group)


def _group(section: Section) -> list[Requirement]:
    found = _requirement(section)
    substitutes = section.each("one_of", lambda each: _substitute(each, found))
    section.done()
    return [found, *substitutes]


def _substitute(section: Section, of: Requirement) -> Requirement:
    found = _requirement(section, of)
    section.done()
    return found


def _requirement(section: Section, of: Requirement | None = None) -> Requirement:
    """A requirement, or a substitute `of` one, which is a matter of the same cases unless it says otherwise."""
    when = read_condition(section)
    return Requirement(
        code=section.text("code"),
        name=section.texts("name"),
        required=section.flag("required", True) if of is None else False,
        when=of.when if of is not None and when is None else when,
        produced_by=section.text("produced_by", None),
        public=section.flag("public", False),
        form=section.text("form", None),
        instead_of=None if of is None else of.code,
        beside=section.words("beside", []) if of is None else (),
    )


def read_condition(section: Section) -> Condition | None:
    """The `when` of a section; None where it has none."""
    if not section.has("when"):
        return None
    when = section.section("when")
    values = when.values("is")
    found = Condition(when.text("field"), values)
    when.done()
    return found

"""Reading what holds of an application beside its form: limits, tracks, and the permit that it builds on."""

from __future__ import annotations

from mpp.casework.rules.service_type import FormField, HoldingLimit, Previous, Track
from mpp.catalogue.parse_form import read_condition
from mpp.catalogue.parse_time import read_duration
from mpp.yaml_files import Section


def read_limit(top: Section, form: tuple[FormField, ...]) -> HoldingLimit | None:
    """How many documents one person may hold; None: any number. Raises CatalogueError."""
    if not top.has("limit"):
        return None
    section = top.section("limit")
    place = section.words("place", [])
    unknown = [name for name in place if name not in {f.name for f in form}]
    if unknown:
        told = f"{unknown[0]!r} bukan field formulir | {unknown[0]!r} is no field of the form"
        section.refuse(f"place: {told}", "place")
    found = HoldingLimit(section.text("group"), section.integer("per_person"), place)
    if found.per_person < 1:
        section.refuse("per_person paling sedikit 1 | per_person must be at least 1")
    section.done()
    return found


def read_track(section: Section) -> Track:
    """Another time for some cases. Raises CatalogueError."""
    when = read_condition(section)
    if when is None:
        raise section.error("when belum ada | when is missing")
    bounds: dict[str, tuple[int, int]] = {}
    for bound in section.sections("bounds"):
        bounds[bound.text("field")] = (bound.integer("min"), bound.integer("max"))
        bound.done()
    applicant = section.choice("applicant", ("person", "organisation"), None)
    found = Track(section.text("code"), when, read_duration(section, "sla"), applicant, bounds)
    section.done()
    return found


def read_previous(top: Section) -> Previous | None:
    """Which applications build on an earlier permit; None: none. Raises CatalogueError."""
    if not top.has("previous"):
        return None
    section = top.section("previous")
    opens = read_duration(section, "opens") if section.has("opens") else None
    found = Previous(
        section.text("kind"), section.text("number"), section.words("of"), section.text("renewal", None), opens
    )
    section.done()
    return found

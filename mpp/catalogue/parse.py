"""From a YAML section to a `ServiceType`; what each key means is in docs/catalogue.md."""

from __future__ import annotations

import hashlib

from mpp.casework.codes.series import NumberSeries
from mpp.casework.rules.paper import CAPACITIES, Signer
from mpp.casework.rules.service_type import ServiceType, Text
from mpp.catalogue.filed_online import read_filed_online
from mpp.catalogue.parse_form import read_field, read_requirement
from mpp.catalogue.parse_levy import read_levy
from mpp.catalogue.parse_paper import read_deemed_paper
from mpp.catalogue.parse_rules import read_limit, read_previous, read_track
from mpp.catalogue.parse_series import read_series
from mpp.catalogue.parse_tariff import read_fee
from mpp.catalogue.parse_time import read_duration
from mpp.catalogue.parse_workflow import read_action, read_escalation, read_state
from mpp.catalogue.region_sets import read_defaults
from mpp.yaml_files import CatalogueError, Section, read_text

CASE = "case"  # the kind of a file that says nothing else
LEVELS = ("A", "B", "C")
PUBLISHED = ("requirements", "procedure", "duration", "fee", "product", "complaints")
INTERNAL = ("legal_basis", "facilities", "competence", "supervision", "staff", "guarantee", "safety", "evaluation")


def parse_text(name: str, source: str) -> ServiceType:
    """The service type of a stored file's text. Raises CatalogueError."""
    top = read_text(name, source)
    top.choice("kind", (CASE,), CASE)
    return parse_section(top, source)


def parse_section(top: Section, source: str) -> ServiceType:
    """The service type in a file of the kind `case`, whose text is `source`. Raises CatalogueError with file, line and
    reason; where the section collects its faults, the result is of no use."""
    service_type = _service_type(top, source)
    top.done()
    return service_type


def _service_type(top: Section, source: str) -> ServiceType:
    defaults = read_defaults(top)
    requirements = tuple(top.each("requirements", read_requirement))
    workflow = top.section("workflow")
    states = {name: read_state(name, s) for name, s in workflow.named("states")}
    signers = tuple(top.each("signers", _signer))
    actions = {name: read_action(name, s, signers) for name, s in workflow.named("actions")}
    form = tuple(top.each("form", read_field))
    service_type = ServiceType(
        code=top.text("code"),
        version=top.integer("version"),
        collection=top.text("collection"),
        name=top.texts("name"),
        owner=top.text("owner"),
        level=top.choice("level", LEVELS),
        standard=_standard(top.section("standard")),
        sla=read_duration(top, "sla"),
        clock_office_kind=top.text("service_hours_of", "opd"),
        initial=workflow.text("initial"),
        initial_incomplete=workflow.text("initial_incomplete", None),
        states=states,
        actions=actions,
        applicant=top.choice("applicant", ("required", "optional"), "required"),
        anonymous_allowed=top.flag("anonymous_allowed"),
        deemed_approval=top.flag("deemed_approval"),
        defaults=defaults,
        requirements=requirements,
        form=form,
        fees=tuple(top.each("fees", read_fee)),
        number=_number(top),
        signers=signers,
        filed_by=top.words("filed_by", ["clerk"]),
        filed_online=read_filed_online(top),
        validity_years=top.integer("validity_years", None),
        limit=read_limit(top, form),
        report_within=read_duration(top, "report_within") if top.has("report_within") else None,
        due_soon=read_duration(top, "due_soon") if top.has("due_soon") else None,
        extension=read_duration(top, "extension") if top.has("extension") else None,
        escalation=tuple(top.each("escalation", read_escalation)),
        event=workflow.text("event", "submitted"),
        tracks=tuple(top.each("tracks", read_track)),
        levy=read_levy(top),
        previous=read_previous(top),
        deemed_paper=read_deemed_paper(top),
        life_events=top.words("life_events", []),
        file=top.file,
        source=source,
        digest=hashlib.sha256(source.encode()).hexdigest(),
    )
    workflow.done()
    return service_type


def _standard(section: Section) -> dict[str, Text]:
    """The 14 components of a service standard (UU 25/2009 art. 21); the first six are published."""
    found: dict[str, Text] = {key: section.texts(key) for key in (*PUBLISHED, *INTERNAL)}
    section.done()
    return found


def _signer(section: Section) -> Signer:
    found = Signer(section.choice("capacity", CAPACITIES), section.texts("title"))
    section.done()
    return found


def _number(top: Section) -> NumberSeries | None:
    if not top.has("number"):
        return None
    section = top.section("number")
    found = read_series(section)
    section.done()
    return found


__all__ = ["CatalogueError", "parse_section", "parse_text"]

"""From a YAML section to a `ServiceType`; what each key means is in docs/catalogue.md."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mpp.casework.codes.series import NumberSeries
from mpp.casework.rules.paper import CAPACITIES, Signer
from mpp.casework.rules.service_type import (
    CLOCK_STATES,
    ESCALATION_LADDER,
    FIELD_TYPES,
    WAITING_ON,
    Action,
    Condition,
    Escalation,
    FormField,
    HoldingLimit,
    Join,
    Levy,
    Previous,
    Requirement,
    ServiceType,
    State,
    TaskSpec,
    Text,
    Track,
)
from mpp.casework.time.durations import Duration, Unit
from mpp.casework.time.durations import parse as parse_duration
from mpp.catalogue.filed_online import read_filed_online
from mpp.catalogue.parse_paper import read_deemed_paper, read_papers
from mpp.catalogue.parse_role import read_role
from mpp.catalogue.parse_series import read_series
from mpp.catalogue.parse_tariff import read_fee
from mpp.catalogue.region_sets import read_defaults
from mpp.yaml_files import CatalogueError, Faults, Section, read, read_text

LEVELS = ("A", "B", "C")
LATE_PAYMENTS = ("accept", "review")
OF_LEVY = "levy"  # the `sla` of a task that waits for the payment
PUBLISHED = ("requirements", "procedure", "duration", "fee", "product", "complaints")
INTERNAL = ("legal_basis", "facilities", "competence", "supervision", "staff", "guarantee", "safety", "evaluation")


def parse_file(path: Path, faults: Faults | None = None) -> ServiceType:
    """The service type in the file. Raises CatalogueError with file, line and reason.

    With `faults` all mistakes of a file that can be read on are collected there; then the result is of no use.
    """
    return _parse(read(path, faults), path.read_text("utf-8"))


def parse_text(name: str, source: str) -> ServiceType:
    """The service type of a stored file's text. Raises CatalogueError."""
    return _parse(read_text(name, source), source)


def _parse(top: Section, source: str) -> ServiceType:
    service_type = _service_type(top, source)
    top.done()
    return service_type


def _service_type(top: Section, source: str) -> ServiceType:
    defaults = read_defaults(top)
    requirements = tuple(top.each("requirements", _requirement))
    workflow = top.section("workflow")
    states = {name: _state(name, s) for name, s in workflow.named("states")}
    signers = tuple(top.each("signers", _signer))
    actions = {name: _action(name, s, signers) for name, s in workflow.named("actions")}
    form = tuple(top.each("form", _field))
    service_type = ServiceType(
        code=top.text("code"),
        version=top.integer("version"),
        collection=top.text("collection"),
        name=top.texts("name"),
        owner=top.text("owner"),
        level=top.choice("level", LEVELS),
        standard=_standard(top.section("standard")),
        sla=_duration(top, "sla"),
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
        limit=_limit(top, form),
        report_within=_duration(top, "report_within") if top.has("report_within") else None,
        due_soon=_duration(top, "due_soon") if top.has("due_soon") else None,
        extension=_duration(top, "extension") if top.has("extension") else None,
        escalation=tuple(top.each("escalation", _escalation)),
        event=workflow.text("event", "submitted"),
        tracks=tuple(top.each("tracks", _track)),
        levy=_levy(top),
        previous=_previous(top),
        deemed_paper=read_deemed_paper(top),
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


def _requirement(section: Section) -> Requirement:
    found = Requirement(
        code=section.text("code"),
        name=section.texts("name"),
        required=section.flag("required", True),
        when=_condition(section),
        produced_by=section.text("produced_by", None),
        public=section.flag("public", False),
        form=section.text("form", None),
    )
    section.done()
    return found


def _condition(section: Section) -> Condition | None:
    if not section.has("when"):
        return None
    when = section.section("when")
    values = when.values("is")
    found = Condition(when.text("field"), values)
    when.done()
    return found


def _signer(section: Section) -> Signer:
    found = Signer(section.choice("capacity", CAPACITIES), section.texts("title"))
    section.done()
    return found


def _capacity(signers: tuple[Signer, ...]) -> FormField:
    """The field in which a signer says in which capacity; the first one of the list when nothing is said."""
    label = {"id": "Menandatangani sebagai", "en": "Signs as"}
    return FormField("capacity", "choice", label, required=False, choices=tuple((s.capacity, s.title) for s in signers))


def _field(section: Section) -> FormField:
    choices = tuple((s.text("value"), s.texts("label")) for s in section.sections("choices"))
    found = FormField(
        name=section.text("name"),
        type=section.choice("type", FIELD_TYPES),
        label=section.texts("label"),
        required=section.flag("required", True),
        min=section.integer("min", None),
        max=section.integer("max", None),
        choices=choices,
        fields=tuple(section.each("fields", _field)),
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


def _limit(top: Section, form: tuple[FormField, ...]) -> HoldingLimit | None:
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


def _number(top: Section) -> NumberSeries | None:
    if not top.has("number"):
        return None
    section = top.section("number")
    found = read_series(section)
    section.done()
    return found


def _track(section: Section) -> Track:
    when = _condition(section)
    if when is None:
        raise section.error("when belum ada | when is missing")
    bounds: dict[str, tuple[int, int]] = {}
    for bound in section.sections("bounds"):
        bounds[bound.text("field")] = (bound.integer("min"), bound.integer("max"))
        bound.done()
    applicant = section.choice("applicant", ("person", "organisation"), None)
    found = Track(section.text("code"), when, _duration(section, "sla"), applicant, bounds)
    section.done()
    return found


def _levy(top: Section) -> Levy | None:
    if not top.has("levy"):
        return None
    section = top.section("levy")
    found = Levy(
        read_series(section),
        _duration(section, "due"),
        section.text("assess"),
        section.text("paid"),
        accepts_late=section.choice("late", LATE_PAYMENTS, "accept") == "accept",
    )
    section.done()
    return found


def _previous(top: Section) -> Previous | None:
    if not top.has("previous"):
        return None
    section = top.section("previous")
    opens = _duration(section, "opens") if section.has("opens") else None
    found = Previous(
        section.text("kind"), section.text("number"), section.words("of"), section.text("renewal", None), opens
    )
    section.done()
    return found


def _state(name: str, section: Section) -> State:
    join = None
    if section.has("join"):
        joined = section.section("join")
        join = Join(joined.text("to"), joined.text("refused", None))
        joined.done()
    found = State(
        code=name,
        label=section.texts("label"),
        next_step=section.texts("next_step"),
        clock=section.choice("clock", CLOCK_STATES, "running"),
        waiting_on=section.choice("waiting_on", WAITING_ON, "office"),
        tasks=tuple(section.each("tasks", _task)),
        join=join,
        ends=section.flag("final") if section.has("final") else None,
    )
    section.done()
    return found


def _task(section: Section) -> TaskSpec:
    sla = section.text("sla", None)
    of_levy = sla == OF_LEVY
    found = TaskSpec(
        section.text("code"),
        section.texts("label"),
        section.text("office"),
        section.text("role"),
        None if sla is None or of_levy else _duration_in(section, "sla", sla),
        _by_itself(section, "on_due"),
        of_levy,
        _by_itself(section, "on_complete"),
    )
    section.done()
    return found


def _by_itself(section: Section, key: str) -> str | None:
    """The action that the mall takes by itself at a moment of the task."""
    if not section.has(key):
        return None
    moment = section.section(key)
    action = moment.text("action")
    moment.done()
    return action


def _escalation(section: Section) -> Escalation:
    written = section.text("after", "0")
    to = section.choice("to", ESCALATION_LADDER)
    section.done()
    if written in ("0", "0wd", "0d", "0h", "0min"):
        return Escalation(to)
    try:
        return Escalation(to, parse_duration(written))
    except ValueError as error:
        raise section.error(f"after: bukan lama waktu, seperti 3wd atau 60d | {error}", "after") from error


def _action(name: str, section: Section, signers: tuple[Signer, ...]) -> Action:
    signature = section.flag("signature")
    data = tuple(section.each("data", _field))
    found = Action(
        code=name,
        label=section.texts("label"),
        from_states=section.words("from"),
        to=section.text("to", None),
        roles=section.words("roles"),
        task=section.text("task", None),
        outcome=section.text("outcome", "done"),
        note_required=section.flag("note_required"),
        data=(*data, _capacity(signers)) if signature and signers else data,
        documents=section.words("documents", []),
        guards=section.words("guards", []),
        effects=section.words("effects", []),
        number=section.flag("number"),
        signature=signature,
        event=section.text("event", "updated"),
        when=_condition(section),
        closed_after=section.words("closed_after", []),
        not_by=section.words("not_by", []),
        papers=read_papers(section),
    )
    section.done()
    return found


def _duration(section: Section, key: str) -> Duration:
    return _duration_in(section, key, section.text(key))


def _duration_in(section: Section, key: str, text: str) -> Duration:
    try:
        return parse_duration(text)
    except ValueError as error:
        if text:  # what is missing was told
            section.refuse(f"{key}: bukan lama waktu, seperti 3wd atau 60d | {error}", key)
        return Duration(1, Unit.CALENDAR_DAYS)


__all__ = ["CatalogueError", "parse_file", "parse_text"]

"""Reading the way of a case: its states with their tasks, its actions, and who hears of a late one."""

from __future__ import annotations

from mpp.casework.rules.paper import Signer
from mpp.casework.rules.service_type import (
    CLOCK_STATES,
    ESCALATION_LADDER,
    WAITING_ON,
    Action,
    Escalation,
    Join,
    State,
    TaskSpec,
)
from mpp.casework.time.durations import parse as parse_duration
from mpp.catalogue.parse_form import capacity_field, read_condition, read_field
from mpp.catalogue.parse_paper import read_papers
from mpp.catalogue.parse_time import duration_in
from mpp.yaml_files import Section

OF_LEVY = "levy"  # the `sla` of a task that waits for the payment


def read_state(name: str, section: Section) -> State:
    """A station of the way. Raises CatalogueError."""
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
        None if sla is None or of_levy else duration_in(section, "sla", sla),
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


def read_action(name: str, section: Section, signers: tuple[Signer, ...]) -> Action:
    """What somebody may do; `signers` are those of whom a signature says which one. Raises CatalogueError."""
    signature = section.flag("signature")
    data = tuple(section.each("data", read_field))
    found = Action(
        code=name,
        label=section.texts("label"),
        from_states=section.words("from"),
        to=section.text("to", None),
        roles=section.words("roles"),
        task=section.text("task", None),
        outcome=section.text("outcome", "done"),
        note_required=section.flag("note_required"),
        data=(*data, capacity_field(signers)) if signature and signers else data,
        documents=section.words("documents", []),
        guards=section.words("guards", []),
        effects=section.words("effects", []),
        number=section.flag("number"),
        signature=signature,
        event=section.text("event", "updated"),
        when=read_condition(section),
        closed_after=section.words("closed_after", []),
        not_by=section.words("not_by", []),
        papers=read_papers(section),
    )
    section.done()
    return found


def read_escalation(section: Section) -> Escalation:
    """A step of the ladder. Raises CatalogueError."""
    written = section.text("after", "0")
    to = section.choice("to", ESCALATION_LADDER)
    section.done()
    if written in ("0", "0wd", "0d", "0h", "0min"):
        return Escalation(to)
    try:
        return Escalation(to, parse_duration(written))
    except ValueError as error:
        raise section.error(f"after: bukan lama waktu, seperti 3wd atau 60d | {error}", "after") from error

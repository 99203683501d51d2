"""Which step of a case its citizen is told of, and as what. Pure.

It follows from what the catalogue says of states and actions anyway, so no service type says it, and cases that run
on an older version are told of as well. A step is told as one thing: the one that asks most of the citizen.
"""

from __future__ import annotations

from collections.abc import Mapping

from mpp.casework.case.case import Case, Entry
from mpp.casework.rules.built_in import WITHDRAWN
from mpp.casework.rules.service_type import Action, ServiceType, State, Text

RECEIVED, INCOMPLETE, ASKED, LEVY = "received", "incomplete", "asked", "levy"
DECIDED, PAPER_READY, OBJECTION, CLOSED = "decided", "paper_ready", "objection", "closed"
# In the order of a case. The words are those of the call list, and of a message that tells several things.
MOMENTS: Mapping[str, Text] = {
    RECEIVED: {"id": "berkas diterima", "en": "case received"},
    INCOMPLETE: {"id": "berkas belum lengkap", "en": "case incomplete"},
    ASKED: {"id": "diminta melengkapi atau menjawab", "en": "asked to complete or to answer"},
    LEVY: {"id": "retribusi harus dibayar", "en": "levy to pay"},
    DECIDED: {"id": "ada putusan", "en": "decided"},
    PAPER_READY: {"id": "surat siap", "en": "paper ready"},
    OBJECTION: {"id": "keberatan dapat diajukan", "en": "objection possible"},
    CLOSED: {"id": "berkas ditutup", "en": "case closed"},
}
OF_WINDOWS = frozenset({DECIDED, OBJECTION})  # what a step may be told as that opens a window of the citizen
_REFUSAL = "refusal"  # a kind of paper
CITIZENS = frozenset({"clerk", "applicant"})  # who takes an action for the citizen


def moment_of(service_type: ServiceType, entry: Entry) -> str | None:
    """What this step is told as; None for a step that moves the case nowhere, or nowhere that concerns the citizen."""
    if entry.from_state == entry.to_state:
        return None
    if entry.to_state == WITHDRAWN:
        return CLOSED
    state = service_type.states[entry.to_state]
    before = None if entry.from_state is None else service_type.states.get(entry.from_state)
    action = service_type.actions.get(entry.action)
    if state.decided:
        return _decided(state, before, action)
    if _waits_for_payment(service_type, state):
        return LEVY
    if state.waiting_on == "applicant":
        if any(task.on_due is not None for task in state.tasks):
            return DECIDED  # an answer, to which the citizen may reply
        return INCOMPLETE if before is None or state.code == service_type.initial_incomplete else ASKED
    if before is None or before.code == service_type.initial_incomplete:
        return RECEIVED  # also the incomplete file that is complete now: its clock begins
    return None


def missing_of(service_type: ServiceType, case: Case) -> list[dict[str, str]]:
    """What is missing, by the names of the catalogue."""
    return [dict(each.name) for each in service_type.missing(case.ticks, case.data)]


def _decided(state: State, before: State | None, action: Action | None) -> str | None:
    if state.waiting_on == "applicant":
        window = any(task.on_due is not None for task in state.tasks)
        return OBJECTION if window else PAPER_READY
    by_citizen = action is not None and bool(CITIZENS & set(action.roles))
    if state.final:
        if action is not None and action.number and (action.paper is None or action.paper.kind != _REFUSAL):
            return PAPER_READY
        ends = before is None or before.decided or before.waiting_on == "applicant" or by_citizen
        return CLOSED if ends else DECIDED
    return None if by_citizen else DECIDED


def _waits_for_payment(service_type: ServiceType, state: State) -> bool:
    levy = service_type.levy
    if levy is None or state.waiting_on != "applicant":
        return False
    return any(action.code == levy.paid for action in service_type.actions_from(state.code))

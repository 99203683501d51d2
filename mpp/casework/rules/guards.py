"""What must hold of a case beside role and state before an action is taken. Pure."""

from __future__ import annotations

from mpp.casework.case.case import Case
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.casework.rules.naming import named, the_action
from mpp.casework.rules.service_type import Action, ServiceType

GUARDS = ("all_tasks_done", "any_task_refused", "requirements_complete")
REFUSED = "refused"  # the outcome of a task that makes `Join.refused` the way


def check_order(service_type: ServiceType, case: Case, action: Action) -> None:
    """Raises Refused 409 for an action that another one has closed, or that comes only after one not yet taken."""
    if any(_was_taken(case, service_type.actions[code]) for code in action.closed_after):
        raise Refused(409, "closed_by_decision", params=the_action(action))
    for code in action.only_after:
        first = service_type.actions[code]
        if first.fits(case.data) and not _was_taken(case, first):
            params = {**the_action(action), **named("first", first.code, first.label)}
            raise Refused(409, "decision_missing", params=params)


def _was_taken(case: Case, action: Action) -> bool:
    """Whether a task of the case has the outcome that only this action gives it."""
    return any(task.code == action.task and task.outcome == action.outcome for task in case.tasks)


def check_documents(case: Case, action: Action) -> None:
    """Raises Refused 422 naming each requirement that the action needs and that is not fulfilled."""
    missing = [code for code in action.documents if not case.ticks.get(code)]
    if missing:
        raise invalid(*(FieldError(f"data.requirements.{code}", "required") for code in missing))


def check_guards(service_type: ServiceType, case: Case, action: Action) -> None:
    """Raises Refused 422 for a file that is not complete, 409 for tasks that are not as the action needs them."""
    for guard in action.guards:
        if guard == "requirements_complete":
            missing = service_type.missing(case.ticks, case.data)
            if missing:
                raise invalid(*(FieldError(f"data.requirements.{r.code}", "required") for r in missing))
        elif guard == "all_tasks_done":
            if case.open_tasks:
                raise Refused(409, "tasks_open")
        elif guard == "any_task_refused":
            if not any(t.outcome == REFUSED for t in case.tasks):
                raise Refused(409, "no_task_refused")
        else:
            raise ValueError(f"unknown guard {guard!r}")

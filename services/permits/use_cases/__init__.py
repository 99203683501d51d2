"""What licensing adds to the common casework, by what happens: issuing, acting on a permit, a death, time."""

from __future__ import annotations

from mpp.cases.hooks import Effect, Hooks
from services.permits.use_cases.issuing import check_open, issue_permit, lock_holder, permit_of_case
from services.permits.use_cases.persons import person_changed

HOOKS = Hooks(
    entity="application",
    effects={"issue_permit": Effect(issue_permit, lock=lock_holder)},
    check_open=check_open,
    extra=permit_of_case,
)

__all__ = ["HOOKS", "person_changed"]

"""What licensing adds to the common casework, by what happens: issuing, acting on a permit, a death, time."""

from __future__ import annotations

from sqlalchemy import Connection

from mpp.cases.levies import assessments
from mpp.cases.recording import alike, roles
from mpp.cases.recording.hooks import Effect, Hooks
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage.case_rows import Record
from mpp.casework.rules.answers import CaseWarning
from mpp.json_values import JsonObject
from services.permits.tables import PERMIT_NAMES
from services.permits.use_cases import correcting, issuing, places
from services.permits.use_cases.papers import CORRECT, find_paper, in_force
from services.permits.use_cases.persons import person_changed
from services.permits.use_cases.previous import carry_over, follow


def _extra(tx: Connection, record: Record) -> JsonObject:
    """What the body of an application has besides: its permit, its levy, and the money that was paid."""
    return {**issuing.permit_of_case(tx, record), **assessments.levy_of_case(tx, record)}


_LOOKS = (roles.warnings, places.warnings, alike.warnings)


def _warnings(tx: Connection, host: CaseHost, record: Record) -> list[CaseWarning]:
    return [found for look in _LOOKS for found in look(tx, host, record)]


HOOKS = Hooks(
    entity="application",
    effects={
        issuing.ISSUE: Effect(
            issuing.issue_permit,
            lock=issuing.lock_holder,
            prepare=issuing.prepare,
            claims=issuing.claims,
            recall=issuing.recall,
        ),
        **assessments.EFFECTS,
    },
    check_open=issuing.check_open,
    extra=_extra,
    carry_over=carry_over,
    follow=follow,
    ended=assessments.case_ended,
    settled={CORRECT: correcting.settle},
    find_paper=find_paper,
    in_force=in_force,
    names=(PERMIT_NAMES,),
    warnings=_warnings,
)

__all__ = ["HOOKS", "person_changed"]

"""Papers that the mall itself issues: a case names the application or the document, and the rest follows by events.

Pure. What a case knows of such a paper is one `Paper` under the code of the requirement: awaited, there, failed or lost
(`mpp.casework.case.papers`). None of this moves the case; only the catalogue's `on_complete` does, when the last paper
that was missing is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from mpp.casework.access.actors import SYSTEM, Actor
from mpp.casework.case.case import Case, Entry
from mpp.casework.case.changes import Change, PaperLearned, Ticked
from mpp.casework.case.papers import AWAITED, FAILED, LOST, THERE, Paper
from mpp.casework.refusals import FieldError, invalid
from mpp.casework.rules import attachments
from mpp.casework.rules.built_in import decided
from mpp.casework.rules.paper import SHARED_KINDS
from mpp.casework.rules.service_type import FormField, Requirement, ServiceType

CITE = "cite"  # somebody names a paper after the filing
CITE_LABEL = {"id": "Sebut dokumen yang diterbitkan mal", "en": "Name a paper that the mall issues"}
NAMED_MAX = 120  # characters of a code or number
CITE_FIELDS = (
    FormField("requirement", "text", {"id": "Persyaratan", "en": "Requirement"}, max=64),
    FormField(
        "paper",
        "text",
        {
            "id": "Kode pelacakan permohonannya, nomor atau kode verifikasinya",
            "en": "Tracking code of its application, its number or verification code",
        },
        max=NAMED_MAX,
    ),
)
ARRIVED, NOT_COMING, GONE = "paper_arrived", "paper_failed", "paper_lost"  # the actions of the timeline
_ACTION = {THERE: ARRIVED, FAILED: NOT_COMING, LOST: GONE}
_NEWS = {  # what may become of it by what happens elsewhere
    AWAITED: (THERE, FAILED),
    FAILED: (THERE, FAILED),
    THERE: (THERE, LOST),
    LOST: (THERE, LOST),
}


def _learned(requirement: str, paper: Paper) -> tuple[Change, ...]:
    """What a case learns of a paper: what is known of it, and the tick that follows."""
    return PaperLearned(requirement, paper), Ticked({requirement: paper.status == THERE})


def citable(service_type: ServiceType) -> list[Requirement]:
    """The requirements that another service of the mall issues."""
    return [r for r in service_type.requirements if r.produced_by is not None]


def issues_papers(service_type: ServiceType) -> bool:
    """Whether an action of it makes a paper that an application may need."""
    return any(paper.kind in SHARED_KINDS for action in service_type.actions.values() for paper in action.papers)


def may_cite(service_type: ServiceType, case: Case, actor: Actor) -> bool:
    """Whether this actor could name a paper now: whoever may hand in a document."""
    return bool(citable(service_type)) and attachments.may_attach(service_type, case, actor)


def cite(
    service_type: ServiceType,
    case: Case,
    actor: Actor,
    requirement: str,
    find: Callable[[Requirement], Paper],
    now: datetime,
) -> Entry:
    """The entry by which somebody names the paper of a requirement; `find` looks it up when all else is right.

    Raises Refused 403 or 409 as for a document, 422 for a requirement that no service of the mall issues.
    """
    office = attachments.authorise(service_type, case, actor, CITE)
    wanted = next((r for r in citable(service_type) if r.code == requirement), None)
    if wanted is None:
        raise invalid(FieldError("data.requirement", "unknown_requirement"))
    changes = _learned(requirement, find(wanted))
    return case.entry(CITE, actor.id, now, changes, office=office)


def news(service_type: ServiceType, case: Case, requirement: str, paper: Paper, now: datetime) -> Entry | None:
    """The entry by which a case learns what became of a paper; None where that is no news, or comes after the decision.

    A paper that failed leaves its requirement alone: it may be fulfilled by a document.
    """
    known = case.papers.get(requirement)
    if known is None or decided(service_type, case) or paper == known or paper.status not in _NEWS[known.status]:
        return None
    changes = _learned(requirement, paper) if paper.status != FAILED else (PaperLearned(requirement, paper),)
    note = f"{requirement}: {paper.number or paper.tracking_code} ({paper.service})"
    note += f", {paper.reason}" if paper.reason else ""
    return case.entry(_ACTION[paper.status], SYSTEM.id, now, changes, note=note)


def issued(known: Paper, document: str | None, number: str) -> Paper:
    """The paper as it is when it was issued, or another one was issued in its place."""
    return replace(known, status=THERE, document=document, number=number, reason=None)


def failed(known: Paper, reason: str) -> Paper:
    """The paper when its application ended without it."""
    return replace(known, status=FAILED, reason=reason)


def lost(known: Paper, reason: str) -> Paper:
    """The paper when it no longer holds."""
    return replace(known, status=LOST, reason=reason)


def outstanding(service_type: ServiceType, case: Case) -> dict[str, tuple[Requirement, Paper]]:
    """The papers that the case named, needs and does not have yet, in the order of its requirements."""
    missing = [r for r in service_type.missing(case.ticks, case.data) if r.code in case.papers]
    return {r.code: (r, case.papers[r.code]) for r in missing}


def worst(known: Mapping[str, Paper]) -> str | None:
    """The worst status among the papers of a case, for the worklist; None where all of them are there."""
    statuses = {paper.status for paper in known.values()}
    return next((status for status in (FAILED, LOST, AWAITED) if status in statuses), None)

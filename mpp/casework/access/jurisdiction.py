"""Who sees a case and who may act on it: the one place that decides (design: jurisdiction).

A clerk sees the cases of the own office and those with a task at the own office; a supervisor sees the same for
the whole subtree. What one may not see is 404; an action that the role may not take is 403; one that the state
does not allow is 409, whoever asks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from mpp.casework.access.actors import Actor
from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import wrong_role

CASE_ROLES = ("clerk", "verifier", "officer", "signer", "supervisor", "inspectorate")
SUBTREE_ROLES = ("supervisor",)
EVERYWHERE_ROLES = ("inspectorate",)


@dataclass(frozen=True)
class Sight:
    """What an actor may see: the cases that touch one of these offices, or all (`offices` is None)."""

    offices: frozenset[str] | None

    def sees(self, touching: Collection[str]) -> bool:
        """Whether a case that touches these offices (origin, current, every task) is visible."""
        return self.offices is None or not self.offices.isdisjoint(touching)


def sight_of(actor: Actor, offices: OfficeTree) -> Sight:
    """The cases that this actor may see; applicants and partners have no sight of lists."""
    if actor.has_role(*EVERYWHERE_ROLES):
        return Sight(None)
    seen: set[str] = set()
    for assignment in actor.assignments:
        if assignment.role in SUBTREE_ROLES:
            seen |= offices.subtree(assignment.office)
        if assignment.role in CASE_ROLES:
            seen.add(assignment.office)
    return Sight(frozenset(seen))


def list_sight(actor: Actor, offices: OfficeTree) -> Sight:
    """What the actor's lists and worklist are made of. Refused 403 for one who has no business with cases at all."""
    if not actor.has_role(*CASE_ROLES):
        raise wrong_role(CASE_ROLES)
    return sight_of(actor, offices)


def desks_of(actor: Actor) -> frozenset[tuple[str, str]]:
    """(office, role) at which the actor takes tasks: what the worklist shows, and what a claim needs."""
    return frozenset((a.office, a.role) for a in actor.assignments if a.role in CASE_ROLES)


def office_for(actor: Actor, roles: Collection[str], wanted: Collection[str]) -> str | None:
    """The first office among the wanted ones at which the actor holds one of the roles; None where there is none."""
    return next((a.office for a in actor.assignments if a.role in roles and a.office in wanted), None)

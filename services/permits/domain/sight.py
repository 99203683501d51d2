"""Who sees what of the register: the permits of one's area without the holder, those of one's agency in full. Pure.

A permit is there to be shown, so a village sees those used in the village, Satpol PP those of the whole region, both
with the holder masked. The agency that issued it, who supervises that agency, and the inspectorate see all of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import CASE_ROLES, list_sight
from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import Refused, wrong_role
from mpp.casework.rules.naming import named
from services.permits.domain.permit import Deed, Permit

DEED_ROLES = ("signer", "supervisor")
SEARCH_ROLES = ("verifier", "officer", "signer", "supervisor", "inspectorate")


@dataclass(frozen=True)
class RegisterSight:
    """`agencies`: whose permits are seen in full (None: everybody's); `areas`: where others are seen masked."""

    agencies: frozenset[str] | None
    areas: tuple[str, ...]
    everywhere: bool = False  # there is no permit that this reader does not see

    def in_full(self, owner: str) -> bool:
        """Whether the holder is shown."""
        return self.agencies is None or owner in self.agencies

    def sees(self, owner: str, region: str) -> bool:
        """Whether the permit is there at all for this reader."""
        return self.in_full(owner) or any(within(region, area) for area in self.areas)


def within(region: str, area: str) -> bool:
    """Whether a region is the area or lies in it, by their codes."""
    return region == area or region.startswith(area + ".")


def sight_of_register(actor: Actor, offices: OfficeTree) -> RegisterSight:
    """What the actor sees. Refused 403 for one who has no business with cases at all."""
    agencies = list_sight(actor, offices).offices
    if agencies is None:
        return RegisterSight(None, (), everywhere=True)
    own = [offices.get(a.office) for a in actor.assignments if a.role in CASE_ROLES]
    areas = {office.region for office in own if office is not None}
    inside = {area for area in areas if any(area != other and within(area, other) for other in areas)}
    return RegisterSight(agencies, tuple(sorted(areas - inside)), everywhere=offices.region in areas)


def searcher(actor: Actor, offices: OfficeTree) -> RegisterSight:
    """For a search by holder: only roles that decide on permits. Refused 403."""
    if not actor.has_role(*SEARCH_ROLES):
        raise wrong_role(SEARCH_ROLES)
    return sight_of_register(actor, offices)


def authorise(actor: Actor, permit: Permit, deed: Deed, offices: OfficeTree) -> str:
    """The office at which the actor does it: a signer of the issuing agency, or who supervises it. Refused 403."""
    called = named("action", deed.code, deed.label)
    if not actor.has_role(*DEED_ROLES):
        raise wrong_role(DEED_ROLES, **called)
    for assignment in actor.assignments:
        if assignment.role == "signer" and assignment.office == permit.owner:
            return assignment.office
        if assignment.role == "supervisor" and permit.owner in offices.subtree(assignment.office):
            return assignment.office
    raise Refused(403, "office_may_not", params={**called, "office": permit.owner})

"""Who decided does not hear the appeal against it: some actions are another person's than the one before. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from mpp.casework.access.actors import Actor
from mpp.casework.case.case import Entry
from mpp.casework.refusals import Refused
from mpp.casework.rules.naming import the_action
from mpp.casework.rules.service_type import Action


def had_a_hand(action: Action, timeline: Iterable[Entry], actor: Actor) -> bool:
    """Whether the actor took one of the actions of this case after which the action is another person's."""
    return bool(action.not_by) and any(e.actor == actor.id and e.action in action.not_by for e in timeline)


def refuse(action: Action, timeline: Iterable[Entry], actor: Actor) -> None:
    """Raises Refused 403 for such a person, whatever roles and offices the account has."""
    if had_a_hand(action, timeline, actor):
        raise Refused(403, "decided_before", params=the_action(action))

"""Whose register a case changes, and when its word was last heard."""

from __future__ import annotations

from collections.abc import Sequence

from mpp.casework.case.case import Case, Entry
from mpp.casework.rules.registers import MALL, register_of
from mpp.casework.rules.service_type import ServiceType
from mpp.json_values import JsonObject


def registering(service_type: ServiceType, case: Case, timeline: Sequence[Entry]) -> JsonObject | None:
    """None for a case that changes no register that anybody but the mall may keep.

    `handed_over_at` is when the case went to the outside register last, `heard_at` when somebody brought its word last,
    and `heard_by` who did: account and office.
    """
    known = service_type.registered_by
    if known is None:
        return None
    register = register_of(case.data)
    found: JsonObject = {"register": register, "name": dict(known.name_of(register)), "outside": register != MALL}
    actions = service_type.actions
    heard = [entry for entry in timeline if entry.action in actions and actions[entry.action].heard]
    waits = {name for each in actions.values() if each.heard for name in each.from_states}
    given = [entry for entry in timeline if entry.to_state in waits and entry.from_state not in waits]
    last = heard[-1] if heard else None
    return {
        **found,
        "handed_over_at": given[-1].at.isoformat() if given and found["outside"] else None,
        "heard_at": None if last is None else last.at.isoformat(),
        "heard_by": None if last is None else {"actor": last.actor, "office": last.office},
    }

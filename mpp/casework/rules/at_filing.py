"""What is settled about a case when it is filed, beside what was typed: whether its event was reported too late, and
whose register it changes.

Both stand in the data of the case under these names, so that conditions of the catalogue can ask for them, and no later
correction or choice of the region changes the way of a running case. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mpp.casework.rules.registers import REGISTERED_BY
from mpp.casework.rules.service_type import ServiceType
from mpp.json_values import Json, JsonObject

LATE = "late"
SETTLED = (LATE, REGISTERED_BY)  # no field of a form has one of these names


def settled(service_type: ServiceType, data: JsonObject, filed_on: date) -> JsonObject:
    """The facts of a case with this form data that was filed on a local day."""
    found: dict[str, Json] = {}
    happened = reported(service_type, data)
    if happened is not None and service_type.report_within is not None:
        found[LATE] = (filed_on - happened).days > service_type.report_within.amount
    if service_type.registered_by is not None:
        found[REGISTERED_BY] = service_type.registered_by.now
    return found


def reported(service_type: ServiceType, data: JsonObject) -> date | None:
    """The day of the event that is reported; None where the service type names no field for it, or it is empty."""
    if not service_type.reported_from:
        return None
    value: Json = data
    for name in service_type.reported_from:
        value = value.get(name) if isinstance(value, Mapping) else None
    return date.fromisoformat(value) if isinstance(value, str) else None


def turns_late(service_type: ServiceType, data: JsonObject, filed_on: date) -> bool:
    """Whether the corrected data make a report late that was not when it was filed, or the other way round."""
    return LATE in data and settled(service_type, data, filed_on).get(LATE) != data[LATE]

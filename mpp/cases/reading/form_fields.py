"""Fields to fill in, as a screen needs them: of the form of a service, and of what an action asks for."""

from __future__ import annotations

from mpp.casework.rules.service_type import FormField
from mpp.json_values import Json, JsonObject


def form_body(field: FormField) -> JsonObject:
    """What a screen must know to ask for it, and to say at once what would be refused."""
    found: dict[str, Json] = {
        "name": field.name,
        "type": field.type,
        "label": dict(field.label),
        "required": field.required,
    }
    bounds = {"min": field.min, "max": field.max}
    found |= {name: bound for name, bound in bounds.items() if bound is not None}
    limits = {"not_future": field.not_future, "not_past": field.not_past, "in_district": field.in_district}
    found |= {name: True for name, holds in limits.items() if holds}
    if field.choices:
        found["choices"] = [{"value": value, "label": dict(label)} for value, label in field.choices]
    if field.office_kinds:
        found["office_kinds"] = list(field.office_kinds)
    if field.fields:
        found["fields"] = [form_body(inner) for inner in field.fields]
    return found

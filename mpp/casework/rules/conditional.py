"""Fields of a form that only some cases have. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from mpp.casework.refusals import FieldError
from mpp.casework.rules.service_type import FormField
from mpp.json_values import JsonObject


def misplaced(form: Sequence[FormField], data: JsonObject, path: str) -> list[FieldError]:
    """The fields that these data have and a case like this does not, and those that it must have and are not there."""
    errors = []
    for field in (each for each in form if each.when is not None):
        fits, given = field.when is not None and field.when.holds(data), field.name in data
        if given and not fits:
            errors.append(FieldError(f"{path}.{field.name}", "not_for_this_case"))
        elif fits and field.required and not given:
            errors.append(FieldError(f"{path}.{field.name}", "required"))
    return errors

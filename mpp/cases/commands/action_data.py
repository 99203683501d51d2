"""Reading the data of an action: every field that is wrong is named, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mpp.cases.commands.filing import read_named, read_ticks
from mpp.casework.refusals import FieldError, invalid
from mpp.casework.rules.built_in import BuiltInAction
from mpp.casework.rules.people import partial
from mpp.casework.rules.prerequisites import NAMED_MAX
from mpp.casework.rules.service_type import Action, FormField, ServiceType
from mpp.catalogue.forms import FormContext, validate_form
from mpp.json_values import Json, JsonObject


def cited(given: Json) -> dict[str, str]:
    """The paper that an action names, before the action is checked."""
    paper = given.get("paper") if isinstance(given, Mapping) else None
    return {"paper": paper} if isinstance(paper, str) and len(paper) <= NAMED_MAX else {}


def of_declared(
    service_type: ServiceType, action: Action, given: Json, context: FormContext
) -> tuple[JsonObject, dict[str, bool]]:
    """The data of an action of the catalogue, and the papers that it brings where it must complete the file."""
    errors: list[FieldError] = []
    values = dict(given) if isinstance(given, Mapping) else {}
    ticks: dict[str, bool] = {}
    if action.documents or "requirements_complete" in action.guards:
        brought = values.pop("requirements", {})
        ticks = read_ticks(service_type, brought, errors)
        # whoever completes a file has its papers; one that the mall issues is named by the action `cite`
        named = read_named(service_type, brought)
        errors += [FieldError(f"data.requirements.{name}", "wrong_type", {"kind": "mark"}) for name in named]
    data, wrong = validate_form(action.data, values, context, "data")
    if errors or wrong:
        raise invalid(*errors, *wrong)
    return data, ticks


def of_built_in(service_type: ServiceType, action: BuiltInAction, given: Json, context: FormContext) -> JsonObject:
    """The data of a built-in action that is no amendment."""
    values = dict(given) if isinstance(given, Mapping) else {}
    data, wrong = validate_form(action.fields(service_type), values, context, "data")
    if wrong:
        raise invalid(*wrong)
    return data


def of_amendment(
    form: Sequence[FormField], given: JsonObject, context: FormContext, path: str
) -> tuple[JsonObject, list[FieldError]]:
    """The corrected fields of a form, and every field that is wrong. An optional one given as null is taken out: it
    comes back as None."""
    required = {f.name for f in form if f.required}
    removed = {f.name: None for f in form if f.name in given and given[f.name] is None}
    errors = [FieldError(f"{path}.{name}", "required") for name in removed if name in required]
    values = {name: value for name, value in given.items() if name not in removed}
    data, wrong = validate_form(partial(tuple(form)), values, context, path)
    return {**data, **removed}, errors + wrong

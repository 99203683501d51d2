"""The typed form of a service type as a marshmallow schema: what a clerk may send, and which field is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, TypedDict

from marshmallow import RAISE, Schema, ValidationError, fields, types, validate

from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import FieldError
from mpp.casework.rules.service_type import FormField
from mpp.identity.kk import parse_kk
from mpp.identity.nik import parse_nik
from mpp.identity.phone import parse_phone
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import Json, JsonObject

TEXT_MAX = 2000
_Loaded: TypeAlias = "int | str | date | Mapping[str, _Loaded]"  # what the schema of a form makes
INTEGER_MAX = 2**53 - 1  # the largest whole number that every JSON reader keeps exact
_MESSAGES = {
    "required": "required",
    "null": "required",
    "invalid": "wrong_type",
    "invalid_utf8": "wrong_type",
    "too_large": "too_large",
    "validator_failed": "invalid",
    "type": "wrong_type",
    "unknown": "unknown_field",
}
_OF_A_FIELD: types.ErrorMessages = {**_MESSAGES}


@dataclass(frozen=True)
class FormContext:
    """What a check of a value needs: the local day and the offices of the region."""

    today: date
    offices: OfficeTree


def validate_form(
    form: Sequence[FormField], data: JsonObject, context: FormContext, path: str
) -> tuple[dict[str, Json], list[FieldError]]:
    """The data as it will be stored (JSON values), and every field that is wrong, named from `path` on."""
    schema = _kept_schema(form, context)
    try:
        loaded = schema.load(data)
    except ValidationError as error:
        return {}, list(_flatten(error.messages, path))
    return {name: _plain(value) for name, value in loaded.items()}, []


_kept: dict[tuple[int, date, int], tuple[Sequence[FormField], OfficeTree, Schema]] = {}
_MOST_KEPT = 500


def _kept_schema(form: Sequence[FormField], context: FormContext) -> Schema:
    """The schema of a form on a day, made once: making one costs far more than using it.

    Form and offices are told apart by identity (`id`), which is fast. Both are kept beside the schema: an object that
    is gone could leave its id to another one.
    """
    key = (id(form), context.today, id(context.offices))
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        found = _kept[key] = (form, context.offices, _schema(form, context))
    return found[2]


def _schema(form: Sequence[FormField], context: FormContext) -> Schema:
    schema = Schema.from_dict({field.name: _field(field, context) for field in form})(unknown=RAISE)
    schema.error_messages = {**schema.error_messages, **_MESSAGES}
    return schema


class _Common(TypedDict):
    """What every field of a form is told."""

    required: bool
    allow_none: bool
    error_messages: types.ErrorMessages


_Field = fields.Nested | fields.Date | fields.Integer | fields.Boolean | fields.String


def _field(field: FormField, context: FormContext) -> _Field:
    common: _Common = {"required": field.required, "allow_none": False, "error_messages": _OF_A_FIELD}
    if field.type == "group":
        return fields.Nested(_schema(field.fields, context), **common)
    if field.type == "date":
        return fields.Date(format="iso", validate=_day(field, context), **common)
    if field.type in ("integer", "money"):
        low = field.min if field.min is not None else (0 if field.type == "money" else -INTEGER_MAX)
        high = field.max if field.max is not None else INTEGER_MAX
        return fields.Integer(strict=True, validate=validate.Range(low, high, error="out_of_range"), **common)
    if field.type == "boolean":
        return fields.Boolean(pre_load=_truth, **common)
    return fields.String(validate=_text(field, context), **common)


def _truth(value: Json) -> bool:
    """true or false; 1 and 0 equal them in Python, and are not them."""
    if not isinstance(value, bool):
        raise ValidationError("wrong_type")
    return value


def _text(field: FormField, context: FormContext) -> Callable[[str], None]:
    def check(value: str) -> None:
        if len(value) > (field.max or TEXT_MAX):
            raise ValidationError("too_long")
        if not value.strip():
            raise ValidationError("empty")
        code = _CHECKS.get(field.type, _fine)(value, field, context)
        if code is not None:
            raise ValidationError(code)

    return check


def _day(field: FormField, context: FormContext) -> Callable[[date], None]:
    def check(value: date) -> None:
        if field.not_future and value > context.today:
            raise ValidationError("in_future")
        if field.not_past and value < context.today:
            raise ValidationError("in_past")
        if value.year < 1850:
            raise ValidationError("out_of_range")

    return check


def _fine(value: str, field: FormField, context: FormContext) -> str | None:
    return None


def _choice(value: str, field: FormField, context: FormContext) -> str | None:
    return None if value in dict(field.choices) else "not_a_choice"


def _nik(value: str, field: FormField, context: FormContext) -> str | None:
    return _identity(lambda: parse_nik(value, context.today))


def _no_kk(value: str, field: FormField, context: FormContext) -> str | None:
    return _identity(lambda: parse_kk(value, context.today))


def _phone(value: str, field: FormField, context: FormContext) -> str | None:
    return _identity(lambda: parse_phone(value))


def _identity(parse: Callable[[], object]) -> str | None:
    try:
        parse()
    except InvalidIdentity as error:
        return error.code
    return None


def _region(value: str, field: FormField, context: FormContext) -> str | None:
    return None if context.offices.region_known(value) else "unknown_region"


def _office(value: str, field: FormField, context: FormContext) -> str | None:
    office = context.offices.get(value)
    if office is None:
        return "unknown_office"
    return None if not field.office_kinds or office.kind in field.office_kinds else "wrong_office_kind"


_CHECKS: dict[str, Callable[[str, FormField, FormContext], str | None]] = {
    "choice": _choice,
    "nik": _nik,
    "no_kk": _no_kk,
    "phone": _phone,
    "region": _region,
    "office": _office,
}


def _flatten(messages: Json, path: str) -> list[FieldError]:
    found: list[FieldError] = []
    if isinstance(messages, Mapping):
        for key, value in messages.items():
            found += _flatten(value, path if key == "_schema" else f"{path}.{key}")
    else:
        codes = messages if isinstance(messages, list) else [messages]
        found += [FieldError(path, str(code)) for code in codes]
    return found


def _plain(value: _Loaded) -> Json:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value

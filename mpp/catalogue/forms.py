"""The typed form of a service type as a marshmallow schema: what a clerk may send, and which field is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, TypedDict, Unpack

from marshmallow import RAISE, Schema, ValidationError, fields, types, validate

from mpp.casework.access.offices import OfficeTree
from mpp.casework.codes.series import district_of
from mpp.casework.refusals import Coded, FieldError, Param
from mpp.casework.rules.naming import listed
from mpp.casework.rules.service_type import FormField
from mpp.identity.kk import parse_kk
from mpp.identity.names import civil_name, tidy_name
from mpp.identity.nik import parse_nik
from mpp.identity.phone import parse_phone
from mpp.identity.texts import tidy
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import Json, JsonObject

TEXT_MAX = 2000
_FIRST_YEAR, _LAST_YEAR = 1850, 2150  # what lies outside is the default date of some program, or a slip of the hand
_Loaded: TypeAlias = "int | str | date | Mapping[str, _Loaded]"  # what the schema of a form makes
INTEGER_MAX = 2**53 - 1  # the largest whole number that every JSON reader keeps exact
_KINDS = {"boolean": "boolean", "date": "date", "group": "object", "integer": "integer", "money": "money"}
_WRITTEN = "text"  # every other type of a field


def _messages(kind: str) -> dict[str, str]:
    """What marshmallow says of a value, as codes; `kind` is what would have been right."""
    wrong = Coded("wrong_type", kind=kind)
    return {
        "required": "required",
        "null": "required",
        "invalid": wrong,
        "invalid_utf8": wrong,
        "too_large": "too_large",
        "validator_failed": "invalid",
        "type": wrong,
        "unknown": "unknown_field",
    }


_OF_A_FORM = _messages("object")
_OF_A_FIELD: Mapping[str, types.ErrorMessages] = {kind: {**_messages(kind)} for kind in (*_KINDS.values(), _WRITTEN)}


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
    schema.error_messages = {**schema.error_messages, **_OF_A_FORM}
    return schema


class _Common(TypedDict):
    """What every field of a form is told."""

    required: bool
    allow_none: bool
    error_messages: types.ErrorMessages


class _Written(fields.String):
    """What somebody wrote, as it is kept: a text in its normal form, a number as its parser gives it."""

    def __init__(self, read: Callable[[str], str], **common: Unpack[_Common]) -> None:
        super().__init__(**common)
        self._read = read

    def _deserialize(self, value: Json, attr: str | None, data: JsonObject | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text.strip():
            raise ValidationError("empty")
        try:
            return self._read(text)
        except InvalidIdentity as error:
            raise ValidationError(error.code) from error


_Field = fields.Nested | fields.Date | fields.Integer | fields.Boolean | _Written


def _field(field: FormField, context: FormContext) -> _Field:
    kind = _KINDS.get(field.type, _WRITTEN)
    common: _Common = {"required": field.required, "allow_none": False, "error_messages": _OF_A_FIELD[kind]}
    if field.type == "group":
        return fields.Nested(_schema(field.fields, context), **common)
    if field.type == "date":
        return fields.Date(format="iso", validate=_day(field, context), **common)
    if field.type in ("integer", "money"):
        low = field.min if field.min is not None else (0 if field.type == "money" else -INTEGER_MAX)
        high = field.max if field.max is not None else INTEGER_MAX
        bounds: dict[str, Param] = {"min": low} if field.max is None else {"min": low, "max": high}
        told = Coded("out_of_range", **bounds)
        return fields.Integer(strict=True, validate=validate.Range(low, high, error=told), **common)
    if field.type == "boolean":
        return fields.Boolean(pre_load=_truth, **common)
    return _Written(_reader(field, context), **common)


def _truth(value: Json) -> bool:
    """true or false; 1 and 0 equal them in Python, and are not them."""
    if not isinstance(value, bool):
        raise ValidationError([Coded("wrong_type", kind="boolean")])
    return value


def _reader(field: FormField, context: FormContext) -> Callable[[str], str]:
    read = _READERS.get(field.type, _text)

    def checked(text: str) -> str:
        kept = read(text, field, context)
        longest = field.max or TEXT_MAX
        if len(kept) > longest:
            raise ValidationError([Coded("too_long", max=longest)])
        return kept

    return checked


def _day(field: FormField, context: FormContext) -> Callable[[date], None]:
    def check(value: date) -> None:
        if field.not_future and value > context.today:
            raise ValidationError("in_future")
        if field.not_past and value < context.today:
            raise ValidationError("in_past")
        if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            raise ValidationError([Coded("out_of_range", min=f"{_FIRST_YEAR}-01-01", max=f"{_LAST_YEAR}-12-31")])

    return check


def _text(value: str, field: FormField, context: FormContext) -> str:
    return tidy(value, lines=True)


def _name(value: str, field: FormField, context: FormContext) -> str:
    return tidy_name(value)


def _person_name(value: str, field: FormField, context: FormContext) -> str:
    return civil_name(value)


def _choice(value: str, field: FormField, context: FormContext) -> str:
    if value not in dict(field.choices):
        raise ValidationError([Coded("not_a_choice", **listed("choices", dict(field.choices).values()))])
    return value


def _nik(value: str, field: FormField, context: FormContext) -> str:
    return parse_nik(value, context.today).number


def _no_kk(value: str, field: FormField, context: FormContext) -> str:
    return parse_kk(value, context.today).number


def _phone(value: str, field: FormField, context: FormContext) -> str:
    return parse_phone(value).e164


def _region(value: str, field: FormField, context: FormContext) -> str:
    if not context.offices.region_known(value):
        raise ValidationError([Coded("unknown_region", region=context.offices.region)])
    if field.in_district and not district_of(value):
        raise ValidationError("no_district")
    return value


def _office(value: str, field: FormField, context: FormContext) -> str:
    office = context.offices.get(value)
    if office is None:
        raise ValidationError("unknown_office")
    if field.office_kinds and office.kind not in field.office_kinds:
        raise ValidationError([Coded("wrong_office_kind", office_kinds=", ".join(field.office_kinds))])
    return value


_READERS: Mapping[str, Callable[[str, FormField, FormContext], str]] = {
    "choice": _choice,
    "name": _name,
    "nik": _nik,
    "no_kk": _no_kk,
    "person_name": _person_name,
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
        found += [FieldError(path, str(code), code.params if isinstance(code, Coded) else {}) for code in codes]
    return found


def _plain(value: _Loaded) -> Json:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value

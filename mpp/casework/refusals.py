"""How a rule of the office says no.

A refusal is an answer, not a failure: nothing was stored, and the caller can read what to do. Services send it
over RPC as data; the gateway prints it as problem+json (RFC 9457) in the reader's language.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mpp.json_values import Json, JsonObject, mapping, objects, text, whole

Param = str | int


@dataclass(frozen=True)
class FieldError:
    """One field that cannot stand as it is; `field` is its dotted path in the request body."""

    field: str
    code: str
    params: Mapping[str, Param] = dataclasses.field(default_factory=dict)


class Coded(str):
    """The code of a field error on its way through marshmallow, with the parameters of its text."""

    params: dict[str, Param]

    def __new__(cls, code: str, **params: Param) -> Coded:
        made = super().__new__(cls, code)
        made.params = params
        return made

    def format(self, *args: object, **kwargs: object) -> Coded:
        """Itself: marshmallow formats its messages, and a plain text would have lost the parameters."""
        return self


class Refused(Exception):
    """Raised inside a command or a query; the surrounding transaction stores nothing.

    `status` is the HTTP status, `code` a stable snake_case name whose text is in `mpp.web.texts.lookup`. `params` and
    field params never hold personal data, since problems are logged. A param `action_id` and one `action_en` are what a
    reader of that language is told in place of the code in `action`.
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        params: Mapping[str, Param] | None = None,
        fields: Iterable[FieldError] = (),
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.params: dict[str, Param] = dict(params or {})
        self.fields = tuple(fields)

    def to_json(self) -> dict[str, Json]:
        """The refusal as RPC data: status, code, params, fields."""
        return {
            "status": self.status,
            "code": self.code,
            "params": self.params,
            "fields": [{"field": f.field, "code": f.code, "params": dict(f.params)} for f in self.fields],
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> Refused:
        """The inverse of `to_json`. ValueError for an object that it could not have made."""
        fields = [FieldError(text(f, "field"), text(f, "code"), _params(f)) for f in objects(data, "fields")]
        return cls(whole(data, "status"), text(data, "code"), params=_params(data), fields=fields)


def _params(data: JsonObject) -> dict[str, Param]:
    params = mapping(data, "params")
    found: dict[str, Param] = {}
    for name, value in params.items():
        if not isinstance(value, Param):
            raise ValueError(f"params.{name}: neither a text nor a number")
        found[name] = value
    return found


def invalid(*fields: FieldError) -> Refused:
    """422: the request is well-formed, and these fields of it cannot be accepted."""
    return Refused(422, "invalid_fields", fields=fields)


def not_found() -> Refused:
    """404: it does not exist, or the asker may not know that it does."""
    return Refused(404, "not_found")


def wrong_role(roles: Iterable[str], **params: Param) -> Refused:
    """403: it takes one of these roles. `params` name the action, where there is one to name."""
    return Refused(403, "role_may_not", params={**params, "roles": ", ".join(roles)})


def being_signed() -> Refused:
    """409: a decision was made and its paper is not signed yet."""
    return Refused(409, "being_signed")

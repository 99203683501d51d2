"""How a rule of the office says no.

A refusal is an answer, not a failure: nothing was stored, and the caller can read what to do. Services send it
over RPC as data; the gateway prints it as problem+json (RFC 9457) in the reader's language.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Param = str | int


@dataclass(frozen=True)
class FieldError:
    """One field that cannot stand as it is; `field` is its dotted path in the request body."""

    field: str
    code: str
    params: Mapping[str, Param] = dataclasses.field(default_factory=dict)


class Refused(Exception):
    """Raised inside a command or a query; the surrounding transaction stores nothing.

    `status` is the HTTP status, `code` a stable snake_case name whose text is in `mpp.web.texts.lookup`. `params` and
    field params never hold personal data, since problems are logged.
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

    def to_dict(self) -> dict[str, Any]:
        """The refusal as RPC data: status, code, params, fields."""
        return {
            "status": self.status,
            "code": self.code,
            "params": self.params,
            "fields": [{"field": f.field, "code": f.code, "params": dict(f.params)} for f in self.fields],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Refused:
        """The inverse of `to_dict`."""
        fields = [FieldError(f["field"], f["code"], f.get("params") or {}) for f in data.get("fields") or ()]
        return cls(int(data["status"]), str(data["code"]), params=data.get("params"), fields=fields)


def invalid(*fields: FieldError) -> Refused:
    """422: the request is well-formed, and these fields of it cannot be accepted."""
    return Refused(422, "invalid_fields", fields=fields)


def not_found() -> Refused:
    """404: it does not exist, or the asker may not know that it does."""
    return Refused(404, "not_found")

"""What a refusal looks like, for the OpenAPI document: one for each status, said by the very texts that are served."""

from __future__ import annotations

from collections.abc import Mapping

from mpp.casework.refusals import FieldError, Refused
from mpp.json_values import JsonObject
from mpp.web.problems import document
from mpp.web.texts.examples import FIELD_EXAMPLES, PROBLEM_EXAMPLES

_INSTANCE = "01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e13"
# The code that a client meets most with each status; docs/problems.md has them all.
USUAL: Mapping[int, str] = {
    400: "query_invalid",
    401: "token_missing",
    403: "role_may_not",
    404: "not_found",
    408: "request_timeout",
    409: "state_forbids",
    410: "feed_cursor_expired",
    411: "length_required",
    412: "version_stale",
    413: "body_too_large",
    415: "content_type_unsupported",
    422: "invalid_fields",
    428: "if_match_missing",
    429: "rate_limited",
    500: "document_lost",
    503: "service_unavailable",
}
_WRONG: Mapping[str, FieldError] = {
    "query_invalid": FieldError("limit", "out_of_range", FIELD_EXAMPLES["out_of_range"]),
    "invalid_fields": FieldError("data.practice_name", "too_long", FIELD_EXAMPLES["too_long"]),
}


def refusal(status: int) -> JsonObject:
    """A problem of this status, in the language that is spoken where nobody asks for another."""
    code = USUAL[status]
    fields = [_WRONG[code]] if code in _WRONG else []
    return document(Refused(status, code, params=PROBLEM_EXAMPLES.get(code), fields=fields), "id", _INSTANCE)

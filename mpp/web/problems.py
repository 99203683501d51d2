"""Every error as problem+json (RFC 9457), in the reader's language."""

from __future__ import annotations

import json

from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response

from mpp.casework.refusals import Refused
from mpp.json_values import Json, JsonObject
from mpp.web.texts.languages import Language
from mpp.web.texts.lookup import field_message, problem_text

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:mpp:problem:"
RETRY_AFTER = 3
_NOBODY = "00000000-0000-0000-0000-000000000000"
_AUTHENTICATE = 'Bearer realm="mpp"'


def problem(refused: Refused, language: Language, correlation_id: str) -> Response:
    """The response for a refusal.

    The body is `{"type","title","status","detail","code","instance","errors"?,"resume"?}` where errors are
    `{"field","code","message"}`; `instance` is the correlation id, which also stands in the logs, and `resume` a cursor
    that holds, in place of one that does not.
    """
    return Response(
        json.dumps(document(refused, language, correlation_id), ensure_ascii=False),
        status=refused.status,
        content_type=MEDIA_TYPE,
        headers=_headers(refused, language),
    )


def unread_problem(refused: Refused) -> bytes:
    """A whole HTTP answer, in both languages, for a request that nobody has read; the connection closes after it.

    `title` and `detail` are Indonesian, then English; `instance` names no request.
    """
    told, english = (document(refused, language, _NOBODY) for language in ("id", "en"))
    both = {name: f"{told[name]} | {english[name]}" for name in ("title", "detail")}
    body = json.dumps({**told, **both}, ensure_ascii=False).encode()
    told_of = {name: value for name, value in _headers(refused, "id").items() if name != "Vary"}
    headers = {
        **told_of,
        "Content-Language": "id, en",
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Connection": "close",
        "X-Content-Type-Options": "nosniff",
    }
    head = f"HTTP/1.1 {refused.status} {HTTP_STATUS_CODES.get(refused.status, 'Refused')}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode() + b"\r\n" + body


def document(refused: Refused, language: Language, correlation_id: str) -> JsonObject:
    """The problem document alone."""
    title, detail = problem_text(refused.code, refused.status, refused.params, language)
    body: dict[str, Json] = {
        "type": TYPE_PREFIX + refused.code,
        "title": title,
        "status": refused.status,
        "detail": detail,
        "code": refused.code,
        "instance": f"urn:uuid:{correlation_id}",
    }
    if "resume" in refused.params:
        body["resume"] = refused.params["resume"]
    if refused.fields:
        body["errors"] = [
            {"field": f.field, "code": f.code, "message": field_message(f.code, f.params, language)}
            for f in refused.fields
        ]
    return body


def _headers(refused: Refused, language: Language) -> dict[str, str]:
    headers = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    if refused.status == 401:
        headers["WWW-Authenticate"] = _AUTHENTICATE
    if refused.status == 405 and "allow" in refused.params:
        headers["Allow"] = str(refused.params["allow"])
    if refused.status in (429, 503):
        headers["Retry-After"] = str(refused.params.get("retry_after", RETRY_AFTER))
    return headers

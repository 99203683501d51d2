"""Generated input of every shape: the gateway always knows what to say."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mpp.clock import new_id
from tests.integration.gateway.conftest import Mall


def raw(mall: Mall, body: bytes, **more: str) -> Any:
    headers = mall.headers(Idempotency_Key=new_id(), Content_Type="application/json", **more)
    return mall.client.post("/api/v1/permits", data=body, headers=headers)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_fields = st.sampled_from(["service", "applicant", "proxy", "data", "anonymous", "secret", "x"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(body=st.dictionaries(_fields, _json) | _json, text=st.binary(max_size=40), language=st.text(max_size=20))
def test_no_input_at_all_is_a_server_error(mall: Mall, body: Any, text: bytes, language: str) -> None:
    safe = language.encode("ascii", "ignore").decode().replace("\r", "").replace("\n", "").replace("\0", "")
    answers = [
        raw(mall, json.dumps(body).encode(), Accept_Language=safe),
        raw(mall, text),
        mall.client.post("/api/v1/auth/token", data=text, content_type="application/x-www-form-urlencoded"),
        mall.client.get("/api/v1/permits", query_string=quote(text, safe="=&%+"), headers=mall.headers()),
        mall.client.get("/api/v1/events", query_string=quote(text, safe="=&%+"), headers=mall.headers("partner")),
    ]
    assert [a.status_code for a in answers if a.status_code >= 500] == []

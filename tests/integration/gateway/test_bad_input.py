"""Whatever is sent, the answer is a problem that names what is wrong, and nothing reaches a service."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mpp.clock import new_id
from services.gateway.api.app import routes
from tests.integration.gateway.conftest import PERSON, Mall

OPEN = {"service": "PRZ-SIP-DR", "applicant": PERSON, "data": {}}


def raw(mall: Mall, body: bytes, **more: str) -> TestResponse:
    headers = mall.headers(Idempotency_Key=new_id(), **{"Content_Type": "application/json", **more})
    return mall.client.post("/api/v1/permits", data=body, headers=headers)


def refused(mall: Mall, answer: TestResponse, status: int, code: str, field: str | None = None) -> None:
    body = answer.get_json()
    assert answer.status_code == status, body
    assert answer.content_type == "application/problem+json"
    assert body["code"] == code
    assert body["type"] == f"urn:mpp:problem:{code}"
    assert "?" not in body["detail"]
    if field is not None:
        assert field in [e["field"] for e in body["errors"]], body
    assert mall.stubs["permits"].calls == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service": None}, "service"),
        ({"service": 7}, "service"),
        ({"service": "prz sip"}, "service"),
        ({"service": "X" * 40}, "service"),
        ({"data": []}, "data"),
        ({"data": None}, "data"),
        ({"surprise": 1}, "surprise"),
        ({"applicant": "Budi"}, "applicant"),
        ({"applicant": {}}, "applicant.kind"),
        ({"applicant": {"kind": "robot"}}, "applicant.kind"),
        ({"applicant": {"kind": ["person"]}}, "applicant.kind"),
        ({"applicant": {**PERSON, "nik": "123"}}, "applicant.nik"),
        ({"applicant": {**PERSON, "nik": 3515144107909990}}, "applicant.nik"),
        ({"applicant": {**PERSON, "nik": "3515143213909990"}}, "applicant.nik"),
        ({"applicant": {**PERSON, "nik": "3515144107900000"}}, "applicant.nik"),
        ({"applicant": {**PERSON, "name": "   "}}, "applicant.name"),
        ({"applicant": {**PERSON, "name": "a\nb"}}, "applicant.name"),
        ({"applicant": {**PERSON, "name": "\u200b"}}, "applicant.name"),
        ({"applicant": {**PERSON, "name": "\u202eidub"}}, "applicant.name"),
        ({"applicant": {**PERSON, "name": "\U0001f600"}}, "applicant.name"),
        ({"applicant": {**PERSON, "address": "\u00ad"}}, "applicant.address"),
        ({"applicant": {**PERSON, "phone": "12"}}, "applicant.phone"),
        ({"applicant": {**PERSON, "phone": "0812-3456-789O"}}, "applicant.phone"),
        ({"applicant": {**PERSON, "email": "nobody"}}, "applicant.email"),
        ({"applicant": {**PERSON, "shoe_size": 42}}, "applicant.shoe_size"),
        ({"applicant": {"kind": "organisation", "name": "CV Contoh"}}, "applicant.contact"),
        ({"applicant": {"kind": "organisation", "name": "CV", "contact": {"name": "x", "phone": "1"}}},
         "applicant.contact.phone"),
        ({"applicant": {"kind": "organisation", "name": "CV", "nib": "12", "contact": {"name": "x"}}},
         "applicant.nib"),
        ({"proxy": {"nik": "0" * 16, "name": "x"}}, "proxy.nik"),
        ({"anonymous": "yes"}, "anonymous"),
        ({"data": {"child": {"name": "a\u0000b"}}}, "data.child.name"),
        ({"data": {"list": [1, {"x": "\ud800"}]}}, "data.list.1.x"),
        ({"data": {"a\u0000": 1}}, "data.a?"),
        ({"data": {"n": 10**30}}, "data.n"),
    ],
)  # fmt: skip
def test_each_wrong_field_of_the_envelope_is_named(mall: Mall, change: dict[str, Any], field: str) -> None:
    answer = raw(mall, json.dumps({**OPEN, **change}).encode())
    refused(mall, answer, 422, "invalid_fields", field)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "body_missing"),
        (b"{", 400, "json_malformed"),
        (b"\xff\xfe{\x00}\x00", 400, "body_not_utf8"),
        (b"\xef\xbb\xbf{}", 400, "json_malformed"),
        (b'{"service": "A", "service": "B"}', 400, "json_malformed"),
        (b"[]", 422, "invalid_fields"),
        (b"null", 422, "invalid_fields"),
        (b'"text"', 422, "invalid_fields"),
        (b'{"data": {"n": NaN}}', 422, "invalid_fields"),
        (b'{"data": {"n": 1e999}}', 422, "invalid_fields"),
        (b"[" * 60_000, 400, "body_too_deep"),
        (b'{"data":' * 20 + b"1" + b"}" * 20, 400, "body_too_deep"),
        (b'{"data": "' + b"x" * 70_000 + b'"}', 413, "body_too_large"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(mall: Mall, body: bytes, status: int, code: str) -> None:
    refused(mall, raw(mall, body), status, code)


def test_nan_is_named_where_it_stands(mall: Mall) -> None:
    answer = raw(mall, b'{"service": "A-1", "data": {"fee": {"amount": NaN}}}')
    refused(mall, answer, 422, "invalid_fields", "data.fee.amount")


@pytest.mark.parametrize(
    "media", ["text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data", ""]
)
def test_another_media_type_is_refused(mall: Mall, media: str) -> None:
    refused(mall, raw(mall, b"{}", Content_Type=media), 415, "content_type_unsupported")


def test_a_compressed_body_is_refused(mall: Mall) -> None:
    refused(mall, raw(mall, b"{}", Content_Encoding="gzip"), 415, "content_type_unsupported")


def test_a_write_needs_a_key_that_is_one(mall: Mall) -> None:
    headers = mall.headers()
    without = mall.client.post("/api/v1/permits", json=OPEN, headers=headers)
    refused(mall, without, 400, "idempotency_key_missing", "Idempotency-Key")
    for key in ("", "a b", "x" * 129, "é"):
        answer = mall.client.post("/api/v1/permits", json=OPEN, headers={**headers, "Idempotency-Key": key})
        refused(mall, answer, 400, "idempotency_key_malformed", "Idempotency-Key")


def test_unknown_addresses_and_methods_are_problems_too(mall: Mall) -> None:
    refused(mall, mall.get("/api/v1/unknown"), 404, "not_found")
    refused(mall, mall.get("/api/v1/permits/"), 404, "not_found")
    refused(mall, mall.get("//api/v1/permits"), 404, "not_found")
    refused(mall, mall.get("/api/v1/permits/not-a-uuid"), 404, "not_found")
    refused(mall, mall.get("/api/v1/letters"), 404, "not_found")
    refused(mall, mall.get("/%00%ff"), 404, "not_found")
    wrong = mall.client.delete("/api/v1/permits", headers=mall.headers())
    refused(mall, wrong, 405, "method_not_allowed")
    assert wrong.headers["Allow"] == "GET, HEAD, POST"
    refused(mall, mall.client.open("/api/v1/permits", method="BREW"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=1.0", "limit"),
        ("limit=abc", "limit"),
        ("limit=999999999999999999999999999", "limit"),
        ("limit=", "limit"),
        ("limit=5&limit=6", "limit"),
        ("overdue=1", "overdue"),
        ("overdue=TRUE", "overdue"),
        ("state=A%20B", "state"),
        ("cursor=%00", "cursor"),
        ("cursor=a.b", "cursor"),
        ("cursor=" + "a" * 2000, "cursor"),
        ("colour=red", "colour"),
        ("%ff=1", "%FF"),
    ],
)
def test_each_wrong_parameter_is_named(mall: Mall, query: str, field: str) -> None:
    refused(mall, mall.get(f"/api/v1/permits?{query}"), 400, "query_invalid", field)


@pytest.mark.parametrize(
    "cursor",
    ["abc", "e30x", "W10", "eyJwZXJtaXRzIjogWzEsIDJdfQ", "eyJ4IjogW251bGwsICJhIl19", "eyJwZXJtaXRzIjpbIngiLCJhIl19"],
)
def test_a_worklist_cursor_that_is_not_ours_is_refused(mall: Mall, cursor: str) -> None:
    refused(mall, mall.get(f"/api/v1/worklist?cursor={cursor}"), 400, "cursor_malformed", "cursor")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer a b", "Basic abc", "Bearer a.b.c", "x" * 9000])
def test_a_token_that_is_none_is_refused(mall: Mall, header: str) -> None:
    answer = mall.client.get("/api/v1/permits", headers={"Authorization": header})
    refused(mall, answer, 401, "token_invalid")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_old_token_is_expired_and_a_missing_one_is_missing(mall: Mall) -> None:
    headers = mall.headers()
    mall.clock.advance(timedelta(hours=2))
    refused(mall, mall.client.get("/api/v1/permits", headers=headers), 401, "token_expired")
    refused(mall, mall.client.get("/api/v1/permits"), 401, "token_missing")


def test_every_answer_has_the_security_headers(mall: Mall) -> None:
    for answer in (mall.get("/api/v1/permits"), mall.get("/nowhere"), mall.client.get("/api/v1/docs")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Server" not in answer.headers


def test_every_address_that_is_not_public_asks_who_is_there(mall: Mall) -> None:
    closed = [r for r in routes(mall.parts) if r.access != "public"]
    assert len(closed) > 15
    for route in closed:
        path = route.path.replace("{service}", "permits").replace("{subscription}", "x")
        path = path.replace("{id}", new_id()).replace("{document}", new_id()).replace("{asked}", new_id())
        path = path.replace("{code}", "F-2.01").replace("{collection}", "permits").replace("{line}", f"P{new_id()}")
        refused(mall, mall.client.open(path, method=route.method), 401, "token_missing")
        forged = {"Authorization": "Bearer e30.e30.e30", "X-Tracking-Secret": "7K2M9QX4TB"}
        refused(mall, mall.client.open(path, method=route.method, headers=forged), 401, "token_invalid")

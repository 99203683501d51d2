"""The gateway as a process serves it: sockets, connections, and whoever sends what on them."""

from __future__ import annotations

import json
import socket
from typing import Any

import eventlet
import pytest
import structlog

from mpp.clock import new_id
from mpp.contracts import contract_of
from mpp.messaging.calls.client import MAX_IN_FLIGHT
from mpp.messaging.events.event import source_of
from services.gateway.server import web
from tests.integration.gateway.served import Served, parts, read_all
from tests.integration.gateway.stub import silent
from tests.support.wait import until


def test_a_request_goes_through_the_whole_house(served: Served) -> None:
    status, head, body = served.ask("GET", "/api/v1/permits", Authorization=served.bearer())
    assert (status, json.loads(body)) == (200, {"items": [], "next": None})
    assert b"X-Content-Type-Options: nosniff" in head
    assert b"Server:" not in head
    body = json.dumps({"service": "A-1", "data": {}}).encode()
    headers = {"Authorization": served.bearer(), "Idempotency_Key": new_id(), "Content_Type": "application/json"}
    status, head, _ = served.ask("POST", "/api/v1/permits", body, **headers)
    assert status == 201
    assert b"Location: /api/v1/permits/" in head


def test_addresses_that_the_framework_would_answer_itself_are_problems_too(served: Served) -> None:
    for path in ("/nowhere", "/a//b", "/%00", "/api/v1/permits/", "/\xc3\xa9"):
        status, head, body = served.ask("GET", path)
        assert (status, json.loads(body)["code"]) == (404, "not_found"), path
        assert b"application/problem+json" in head
    status, head, _ = served.ask("DELETE", "/api/v1/permits")
    assert status == 405
    assert b"Allow: GET, HEAD, POST" in head


def test_head_is_get_without_a_body(served: Served) -> None:
    status, head, body = served.ask("HEAD", "/api/v1/services")
    assert (status, body) == (200, b"")
    assert b"application/json" in head


def test_a_chunked_body_needs_a_length_and_is_never_taken_for_a_request(served: Served) -> None:
    smuggled = b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n"
    for coding in ("chunked", "gzip, chunked", "identity"):
        head = f"POST /api/v1/permits HTTP/1.1\r\nHost: mpp\r\nTransfer-Encoding: {coding}\r\n\r\n".encode()
        raw = served.send(head + b"%x\r\n" % len(smuggled) + smuggled + b"\r\n0\r\n\r\n")
        assert raw.count(b"HTTP/1.1 ") == 1, coding
        assert parts(raw)[0] == 411
        assert json.loads(parts(raw)[2])["code"] == "length_required"


def test_a_body_that_is_too_large_is_refused_and_the_connection_closed(served: Served) -> None:
    status, head, body = served.ask("POST", "/api/v1/permits", b"x" * 70_000, Content_Type="application/json")
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")
    raw = served.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 2_000_000)
    assert parts(raw)[0] == 413


def test_a_body_that_trickles_in_holds_no_worker(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY_SECONDS", 1.0)
    lines = []
    for _ in range(20):  # more than there are workers
        line = socket.create_connection(("127.0.0.1", served.port), timeout=10)
        line.sendall(b"POST /api/v1/permits HTTP/1.1\r\nHost: mpp\r\nContent-Length: 100\r\n\r\n{")
        lines.append(line)
    eventlet.sleep(0)
    assert served.ask("GET", "/api/v1/services")[0] == 200
    for line in lines:
        assert parts(read_all(line))[0] == 408
        line.close()


def test_hung_services_take_neither_the_probes_nor_the_others_with_them(served: Served) -> None:
    served.stubs["permits"].hook = served.stubs["registrations"].hook = silent
    token = served.bearer()
    pool = eventlet.GreenPool(200)
    hanging = [
        pool.spawn(served.ask, "GET", f"/api/v1/{name}", Authorization=token)
        for name in ("permits", "registrations")
        for _ in range(MAX_IN_FLIGHT)
    ]
    until(lambda: all(len(served.stubs[n].calls) >= MAX_IN_FLIGHT for n in ("permits", "registrations")))
    status, head, body = served.ask("GET", "/api/v1/permits", Authorization=token)
    assert (status, json.loads(body)["code"]) == (503, "service_unavailable")  # at once: too many wait already
    assert b"Retry-After: " in head
    assert served.ask("GET", "/livez")[0] == 200
    assert served.ask("GET", "/readyz")[0] == 200
    assert b"mpp_http_requests_total" in served.ask("GET", "/metrics")[2]
    assert served.ask("GET", "/api/v1/complaints", Authorization=token)[0] == 200
    for thread in hanging:
        thread.kill()


def test_a_client_that_hangs_up_takes_nothing_with_it(served: Served) -> None:
    for cut in (b"GET", b"GET /api/v1/services HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"):
        line = socket.create_connection(("127.0.0.1", served.port))
        line.sendall(cut)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        line.close()  # with a reset
    assert served.ask("GET", "/livez")[0] == 200


def test_the_access_log_has_the_route_and_nothing_of_the_address(served: Served) -> None:
    with structlog.testing.capture_logs() as lines:
        served.ask("GET", "/api/v1/track/PRAHASIA1234?nik=3515144107909990")
        served.ask("GET", "/3515144107909990")
        until(lambda: len([e for e in lines if e["event"] == "request"]) == 2)
    text = json.dumps(lines)
    assert "3515144107909990" not in text
    assert "RAHASIA" not in text
    first = next(e for e in lines if e["event"] == "request")
    assert (first["route"], first["status"]) == ("/api/v1/track/{tracking_code}", 400)
    assert first["correlation_id"]


def test_public_events_reach_the_feed_and_internal_ones_do_not(served: Served) -> None:
    from mpp.messaging.brokers.port import Outgoing
    from tests.integration.gateway.test_feed import event

    # the gateway alone is here to take them
    public, internal = (
        event(kind, source=source_of(producer), data=dict(contract.example), dataclassification=contract.classification)
        for kind in ("complaints.report.closed.v1", "civil_registry.person.registered.v1")
        for producer, contract in [(kind.partition(".")[0], contract_of(kind))]
    )
    for one in (public, internal, public):
        headers, body = one.to_message()
        own = served.runtime.broker_of(one.type.partition(".")[0])
        own.publish_batch([Outgoing("mpp.events", one.routing_key, headers, body, one.id)], timeout=0.1)

    def feed() -> list[str]:
        _, _, raw = served.ask("GET", "/api/v1/events", Authorization=served.bearer("partner"))
        return [e["id"] for e in json.loads(raw)["items"]]

    until(lambda: feed() == [public.id])


def test_the_operator_sees_what_the_gateway_itself_could_not_read(served: Served) -> None:
    from mpp.messaging.brokers.port import Outgoing

    served.runtime.broker.publish_batch([Outgoing("mpp.events", "a.b.c.v1.35", {"ce-id": "x"}, b"{", new_id())])

    def dead() -> list[dict[str, Any]]:
        raw = served.ask("GET", "/api/v1/operations/dead-letters", Authorization=served.bearer("operator"))[2]
        found: list[dict[str, Any]] = json.loads(raw)["items"]
        return found

    until(lambda: len(dead()) == 1)
    letter = dead()[0]
    assert letter["service"] == "gateway"
    event_id, subscription = letter["id"].split(":")
    path = f"/api/v1/operations/dead-letters/gateway/{event_id}/{subscription}"
    status, _, raw = served.ask("GET", path, Authorization=served.bearer("operator"))
    assert (status, json.loads(raw)["status"]) == (200, "dead")

"""What the process tells about itself is for who looks after it, and not for strangers at the public port."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import Client

from mpp.web.wsgi import Probes, from_this_machine
from tests.integration.gateway.served import Served

THROUGH_A_PROXY = ["X_Forwarded_For", "Forwarded", "X_Real_IP", "Via"]


@pytest.mark.parametrize("header", THROUGH_A_PROXY)
def test_strangers_find_no_metrics_at_the_public_port(served: Served, header: str) -> None:
    assert b"mpp_http_requests_total" in served.ask("GET", "/metrics")[2], "this machine may"
    status, _, body = served.ask("GET", "/metrics", **{header: "203.0.113.9"})
    assert (status, json.loads(body)["code"]) == (404, "not_found")
    assert served.ask("GET", "/livez", **{header: "203.0.113.9"})[2] == b"ok\n"
    assert served.ask("GET", "/readyz", **{header: "203.0.113.9"})[2] == b"ok\n"


def test_strangers_hear_that_it_is_not_ready_and_not_why(served: Served) -> None:
    served.runtime.broker.close()
    told = served.ask("GET", "/readyz")
    assert told[0] == 503
    assert b"gateway: keep is not attached" in told[2]
    assert served.ask("GET", "/readyz", X_Forwarded_For="203.0.113.9")[::2] == (503, b"belum siap | not ready\n")


@pytest.mark.parametrize(
    ("environ", "local"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "172.18.0.1"}, False),
        ({"REMOTE_ADDR": "203.0.113.9"}, False),
        ({"REMOTE_ADDR": "<script>"}, False),
        ({}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": ""}, False),
    ],
)
def test_this_machine_is_who_comes_from_it_and_through_no_proxy(environ: dict[str, Any], local: bool) -> None:
    assert from_this_machine(environ) is local


def test_the_internal_port_tells_everybody_who_reaches_it() -> None:
    probes = Client(Probes(lambda e, s: [], troubles=lambda: ["permits: away"], metrics=lambda: (b"all", "text/plain")))
    where = {"REMOTE_ADDR": "172.18.0.9"}
    assert probes.get("/readyz", environ_overrides=where).text == "permits: away\n"
    assert probes.get("/metrics", environ_overrides=where).text == "all"

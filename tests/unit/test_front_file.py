"""What deploy/nginx/mpp.conf promises, read from the file: its words and its limits are those of the mall."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from mpp.casework.refusals import Refused
from mpp.hosting.definition import case_services, definitions
from mpp.hosting.pages import pages
from mpp.hosting.settings import MOST_UPLOAD_BYTES
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings
from mpp.web.bodies import MAX_BODY
from mpp.web.multipart import AROUND
from mpp.web.problems import unread_problem
from services.gateway.api.routes.cases.documents import upload_limit

FOLDER = Path(__file__).parents[2] / "deploy" / "nginx"
TEXT = (FOLDER / "mpp.conf").read_text()
SAID = {
    "malformed": Refused(400, "request_malformed"),
    "address": Refused(414, "uri_too_long"),
    "headers": Refused(431, "headers_too_large"),
    "body": Refused(413, "body_too_large", params={"max": MAX_BODY}),
    "document": Refused(413, "body_too_large", params={"max": MOST_UPLOAD_BYTES}),
    "busy": Refused(503, "too_many_connections"),
    "away": Refused(503, "service_unavailable"),
}


def test_what_nginx_itself_refuses_is_refused_in_the_words_of_the_mall() -> None:
    found = re.findall(r"location = /mpp-front/(\w+) \{(.*?)return (\d+) '(.*?)';", TEXT, re.DOTALL)
    assert {name for name, *_ in found} == SAID.keys()
    for name, head, status, body in found:
        assert int(status) == SAID[name].status
        assert json.loads(body) == json.loads(unread_problem(SAID[name]).partition(b"\r\n\r\n")[2]), name
        assert ("Retry-After" in head) == (SAID[name].status == 503), name
        assert "client_max_body_size 0;" in head, f"{name}: a large body would be refused in the words of nginx"


def test_it_lets_in_what_the_mall_may_let_in_and_no_more() -> None:
    sizes = re.findall(r"client_max_body_size (\d+)([km]);", TEXT)
    bytes_of = [int(size) * {"k": 2**10, "m": 2**20}[unit] for size, unit in sizes]
    assert bytes_of == [MAX_BODY, MOST_UPLOAD_BYTES + AROUND, MOST_UPLOAD_BYTES + AROUND]
    given = {"MPP_UPLOAD_MAX_BYTES": str(MOST_UPLOAD_BYTES)}
    assert Settings.read(given, definitions()).for_services.upload_max_bytes == MOST_UPLOAD_BYTES
    with pytest.raises(Problem, match="MPP_UPLOAD_MAX_BYTES"):
        Settings.read({"MPP_UPLOAD_MAX_BYTES": str(MOST_UPLOAD_BYTES + 1)}, definitions())


def test_it_takes_the_same_addresses_for_those_of_documents_as_the_gateway() -> None:
    pattern, of_pages = re.findall(r"location ~ (\S+) \{", TEXT)
    shown = pages()
    assert shown is not None
    assert of_pages == f"^{shown.uploads}$"
    limit = upload_limit(1)
    paths = ["/api/v1/papers/7/scan", "/api/v1/papers/7/signature", "/api/v1/papers/7/scan/8"]
    for name in case_services():
        paths += [f"/api/v1/{name}/7/documents", f"/api/v1/{name}/7/documents/8", f"/api/v1/{name}", f"/{name}"]
    for path in paths:
        taken = limit({"REQUEST_METHOD": "POST", "PATH_INFO": path}) is not None
        assert (re.search(pattern, path) is not None) == taken, path


def test_every_post_that_it_may_send_twice_carries_a_key_or_may_happen_twice() -> None:
    paths = yaml.safe_load((FOLDER.parents[1] / "docs" / "openapi.yaml").read_text())["paths"]
    keyless = {
        path
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method in ("post", "patch") and "Idempotency-Key" not in str(operation.get("parameters"))
    }
    harmless = {"/api/v1/auth/token", "/api/v1/auth/logout", "/api/v1/payments/callback"}  # docs/adr/0017-updates.md
    looks = {f"/api/v1/persons/{what}" for what in ("lookup", "families", "looks")}
    harmless |= {*looks, "/api/v1/forms/{code}"}  # they change nothing, as a search
    harmless.add("/api/v1/operations/calendar/check")  # nor does this
    # a report that is known changes nothing; a one-time code is answered by once
    harmless |= {"/api/v1/messages/reports/{channel}", "/api/v1/satisfaction/{code}"}
    (once,) = re.findall(r"location = (/api\S+) \{\s*proxy_next_upstream error;", TEXT)
    assert {path for path in keyless if not path.endswith("/search")} == harmless | {once}


def test_no_gateway_is_left_for_what_it_says_of_a_silent_service() -> None:
    for file in ("server/gateways", "compose/start.sh"):
        lines = re.findall(r"server [^ ]+:8000.*;", (FOLDER / file).read_text())
        assert lines
        assert all(line.endswith(" max_fails=0;") for line in lines), lines


def test_a_person_whose_mall_is_away_reads_a_page_and_a_program_a_problem() -> None:
    (pages,) = re.findall(r"location / \{(.*?proxy_pass http.*?)\}", TEXT, re.DOTALL)
    assert "error_page 502 504 =503 /mpp-page/away;" in pages
    (programs,) = re.findall(r"location /api/ \{(.*?)\}", TEXT, re.DOTALL)
    assert "error_page" not in programs  # those of the server: problems
    (page,) = re.findall(r"location = /mpp-page/away \{.*?return 503 '(.*?)';", TEXT, re.DOTALL)
    assert "text/html" in TEXT.partition("/mpp-page/away {")[2][:200]
    assert '<html lang="id">' in page
    assert 'lang="en"' in page
    assert page.count("<h1>") == 1


def test_a_page_that_changes_the_own_password_is_sent_once() -> None:
    (page,) = re.findall(r"location = /sandi \{(.*?)\}", TEXT, re.DOTALL)
    assert "proxy_next_upstream error;" in page

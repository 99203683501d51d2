"""Uploads over sockets: slow and broken lines, early answers, and nobody else waiting for it."""

from __future__ import annotations

import hashlib
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import eventlet
import pytest
from sqlalchemy import select

from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.refusals import Refused
from mpp.clock import SystemClock, new_id
from mpp.hosting.definition import definitions
from mpp.hosting.settings import ServiceSettings
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.topology import Topology
from mpp.messaging.calls.server import serve
from mpp.persistence.database import Database
from mpp.persistence.tables import jobs
from mpp.tokens.signed import TokenSigner
from services.gateway.uploads.sweeping import leave_sweep
from tests.integration.gateway.served import gateway, parts, read_all
from tests.integration.gateway.stub import StubService
from tests.support import accounts
from tests.support.documents import pdf
from tests.support.wait import until

MOST = 10 * 1024 * 1024


@dataclass
class Served:
    """A running gateway with a folder for documents."""

    port: int
    root: Path
    calls: list[tuple[str, dict[str, Any]]]
    signer: TokenSigner
    database: Database

    def head(self, length: int, *, token: bool = True, path: str | None = None, **more: str) -> bytes:
        """The head of an upload that declares `length` bytes."""
        actor = accounts.ensure(self.database, Actor("petugas", (Assignment("35.15.14.2013", "clerk"),)))
        bearer = "Bearer " + self.signer.sign(actor, SystemClock().now(), timedelta(hours=1))
        named = {
            "Host": "mpp",
            "Connection": "close",
            "Content-Type": "application/pdf",
            "Content-Length": str(length),
            "Idempotency-Key": new_id(),
            "If-Match": '"1"',
            **({"Authorization": bearer} if token else {}),
            **{k.replace("_", "-"): v for k, v in more.items()},
        }
        path = path or f"/api/v1/permits/{new_id()}/documents?requirement=str"
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", ""]
        return "\r\n".join(lines).encode()

    @contextmanager
    def line(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            yield line

    def files(self) -> list[str]:
        return sorted(p.name for p in self.root.rglob("*") if p.is_file())


@pytest.fixture
def served(gateway_database: Database, tmp_path: Path) -> Iterator[Served]:
    broker = EmbeddedBroker()
    Topology.of(definitions().values()).declare(broker)
    calls: list[tuple[str, dict[str, Any]]] = []

    def answer(method: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        calls.append((method, payload))
        if method == "check_document":
            if payload["body"]["requirement"] == "finished":
                raise Refused(409, "case_finished")
            return {"status": 200, "body": {}}
        if method == "attach_document":
            body = {"id": payload["params"]["id"], "document": {"id": new_id(), **payload["body"]}}
            return {"status": 201, "body": body, "version": 2, "location": "/api/v1/permits/x/documents/y"}
        return None

    stub = StubService("permits", "P", hook=answer)
    server = serve(broker.speaking_as("permits"), "permits", stub.handle, 50)
    settings = ServiceSettings(files=tmp_path / "files", upload_max_bytes=MOST)
    with gateway(gateway_database, broker, settings) as (port, _, runtime):
        assert runtime.token_signer is not None
        yield Served(port, tmp_path / "files", calls, runtime.token_signer, gateway_database)
    for thread in list(server._pool.coroutines_running):
        thread.kill()
    broker.close()


def test_a_file_larger_than_any_other_body_arrives_whole(served: Served) -> None:
    content = big(5 * 1024 * 1024)
    with served.line() as line:
        line.sendall(served.head(len(content)) + content)
        status, head, body = parts(read_all(line))
    assert status == 201, body
    sha256 = hashlib.sha256(content).hexdigest()
    assert json.loads(body)["document"]["sha256"] == sha256
    assert served.files() == [sha256]
    assert (served.root / sha256[:2] / sha256[2:4] / sha256).read_bytes() == content


@pytest.mark.parametrize("size", [100, 5 * 1024 * 1024])
def test_the_file_of_a_form_arrives_whole(served: Served, size: int) -> None:
    content = big(size)
    before, after = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n', b"\r\n--b--\r\n"
    body = before + b"Content-Type: application/pdf\r\n\r\n" + content + after
    with served.line() as line:
        line.sendall(served.head(len(body), Content_Type="multipart/form-data; boundary=b") + body)
        status, _, answer = parts(read_all(line))
    assert status == 201, answer
    assert served.files() == [hashlib.sha256(content).hexdigest()]


def test_a_client_that_hangs_up_leaves_nothing_and_tells_no_service(served: Served) -> None:
    content = big(400_000)
    with served.line() as line:
        line.sendall(served.head(len(content)) + content[:300_000])
        until(lambda: served.files() != [])
    until(lambda: served.files() == [])
    assert [method for method, _ in served.calls] == ["check_document"]


def test_an_answer_that_needs_no_file_is_heard_although_the_file_is_being_sent(served: Served) -> None:
    content = big(3 * 1024 * 1024)
    for more, status, code in (
        ({"token": False}, 401, "token_missing"),
        ({"Content_Type": "text/html"}, 415, "content_type_unsupported"),
        ({"path": f"/api/v1/permits/{new_id()}/documents?requirement=finished"}, 409, "case_finished"),
    ):
        with served.line() as line:
            line.sendall(served.head(len(content), **cast(Any, more)) + content)
            found, _, body = parts(read_all(line))
        assert (found, json.loads(body)["code"]) == (status, code)
    assert served.files() == []


def test_who_waits_to_be_told_to_send_is_told_not_to(served: Served) -> None:
    with served.line() as line:
        line.sendall(served.head(MOST, token=False, Expect="100-continue"))
        status, _, body = parts(read_all(line))
    assert (status, json.loads(body)["code"]) == (401, "token_missing")
    with served.line() as line:
        line.sendall(served.head(len(pdf()), Expect="100-continue"))
        assert line.recv(64).startswith(b"HTTP/1.1 100")
        line.sendall(pdf())
        assert parts(read_all(line))[0] == 201


def test_too_large_is_heard_by_whoever_sends_all_of_it_before_he_listens(served: Served) -> None:
    with served.line() as line:
        line.sendall(served.head(MOST + 2**21) + b"x" * (MOST + 2**21))
        status, _, body = parts(read_all(line))
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")
    with served.line() as line:
        line.sendall(served.head(MOST + 1, Expect="100-continue"))
        status, _, body = parts(read_all(line))
    assert (status, json.loads(body)["code"]) == (413, "body_too_large"), "and nobody is told to send it"


def test_too_large_is_said_before_the_file_is_taken(served: Served) -> None:
    with served.line() as line:
        line.sendall(served.head(MOST + 1) + pdf())
        line.shutdown(socket.SHUT_WR)
        status, _, body = parts(read_all(line))
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")
    assert served.calls == []


def test_what_follows_an_upload_on_its_connection_is_the_next_request(served: Served) -> None:
    content = pdf()
    with served.line() as line:
        first = served.head(len(content), Connection="keep-alive") + content
        line.sendall(first + b"GET /livez HTTP/1.1\r\nHost: mpp\r\nConnection: close\r\n\r\n")
        answers = read_all(line)
    assert answers.startswith(b"HTTP/1.1 201")
    assert answers.endswith(b"ok\n")


def test_nobody_waits_for_slow_or_large_uploads(served: Served) -> None:
    """Three uploads at once, one of them stuck: the loop turns while the others are written and checked."""
    content = big(4 * 1024 * 1024)
    stalls: list[float] = []

    def watch() -> None:
        while True:
            began = time.monotonic()
            eventlet.sleep(0.005)
            stalls.append(time.monotonic() - began - 0.005)

    def upload(number: int) -> int:
        with served.line() as line:
            line.sendall(served.head(len(content) + number) + content + b"\n" * number)
            return parts(read_all(line))[0]

    with served.line() as stuck:
        stuck.sendall(served.head(MOST) + content[:1000])
        until(lambda: len(served.files()) == 1)
        watcher = eventlet.spawn(watch)
        pile = eventlet.GreenPile(2)  # of one account no more than three at once
        for number in range(2):
            pile.spawn(upload, number)
        statuses = sorted(pile)
        watcher.kill()
    assert statuses == [201, 201]
    print(f"longest stall of the loop: {max(stalls) * 1000:.1f} ms")
    assert len(stalls) > 5  # it turned while the files were written, hashed and checked


def big(size: int) -> bytes:
    """A PDF of this size and some bytes: padding after its header is a comment's."""
    return pdf()[:9] + b"%" + b"x" * size + b"\n" + pdf()[9:]


def test_the_gateway_does_its_jobs_and_the_operator_replays_a_dead_one(served: Served) -> None:
    assert leave_sweep(served.database, SystemClock().now())
    until(lambda: sweeps(served) == ["done"])
    with served.database.transaction() as tx:
        tx.exec_driver_sql("UPDATE jobs SET status = 'dead', attempts = 4, reason = 'OSError at folder.py:1 remove'")
    base = "/api/v1/operations/dead-letters"
    (dead,) = ask(served, "GET", base)["items"]
    assert (dead["service"], dead["what"], dead["kind"]) == ("gateway", "job", "documents.sweep")
    one = f"{base}/gateway/{dead['id'].replace(':', '/')}"
    assert ask(served, "GET", one)["status"] == "dead"
    assert ask(served, "POST", f"{one}/replay")["what"] == "job"
    until(lambda: sweeps(served) == ["done"])
    assert ask(served, "GET", base)["items"] == []


def sweeps(served: Served) -> list[str]:
    with served.database.transaction() as tx:
        return list(tx.execute(select(jobs.c.status).where(jobs.c.kind == "documents.sweep")).scalars())


def ask(served: Served, method: str, path: str) -> dict[str, Any]:
    """As an operator; the body of the answer."""
    actor = accounts.ensure(served.database, Actor("operator", (Assignment("mpp-sidoarjo", "operator"),)))
    bearer = "Bearer " + served.signer.sign(actor, SystemClock().now(), timedelta(hours=1))
    body = "{}" if method == "POST" else ""
    more = {"Authorization": bearer, "Idempotency-Key": new_id(), "Content-Type": "application/json"}
    named = {"Host": "mpp", "Connection": "close", "Content-Length": str(len(body)), **more}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", body]
    with served.line() as line:
        line.sendall("\r\n".join(lines).encode())
        status, _, answer = parts(read_all(line))
    assert status == 200, answer
    found: dict[str, Any] = json.loads(answer)
    return found

"""A service whose database answers and cannot write: nothing is lost or buried, and people hear when to try again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mpp.audit.settings import AuditSettings
from mpp.hosting import probes
from mpp.hosting.runtime import Runtime
from tests.integration.mall.losses import known_deaths
from tests.support.desks import REPORT, doctor
from tests.support.outages import no_room, read_only
from tests.support.postgres import TestPostgres
from tests.support.wait import until
from tests.support.whole_mall import CLERK, OPERATOR, WholeMall

DEATHS = 36
COMPLAINT = {"service": "PGD-LPR", "applicant": doctor(), "data": REPORT}


def test_deaths_that_wait_are_all_known_after_the_database_was_read_only(
    each_mall: WholeMall, postgres_server: TestPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    mall = each_mall
    monkeypatch.setattr("mpp.messaging.events.inbox_runner.LONGEST_WAIT", 0.05)
    inbox = mall.process.inboxes["complaints"]
    tries: list[int] = []
    wait = inbox._wait_for_database
    monkeypatch.setattr(inbox, "_wait_for_database", lambda pause: (tries.append(1), wait(pause))[1])
    with read_only(postgres_server, mall.database("complaints")):
        mall.start()
        mall.tell_of_deaths(DEATHS)
        until(lambda: inbox.paused and len(tries) > 30, moves=lambda: len(tries))
    until(lambda: known_deaths(mall) == DEATHS, moves=lambda: known_deaths(mall))
    assert mall.get("/api/v1/operations/dead-letters")["items"] == []


@pytest.mark.parametrize("code", ["25006", "53100", "58030"])
def test_a_command_that_the_database_cannot_write_is_503_and_can_be_repeated(
    mall: WholeMall, postgres_server: TestPostgres, code: str
) -> None:
    mall.start()
    with no_room(postgres_server, mall.database("complaints"), "cases", code):
        answer = mall.counter.post("/api/v1/complaints", COMPLAINT, CLERK, key="k1")
        assert (answer.status_code, answer.get_json()["code"]) == (503, "service_unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    assert mall.counter.post("/api/v1/complaints", COMPLAINT, CLERK, key="k1").status_code == 201


def answers_reads(mall: WholeMall, path: str, who: tuple[str, str]) -> bool:
    """Sessions of before are ended one by one; then reads go on."""
    return mall.counter.get(path, who).status_code == 200


def test_a_command_on_a_read_only_database_is_503(mall: WholeMall, postgres_server: TestPostgres) -> None:
    mall.start()
    mall.counter._headers(CLERK)
    with read_only(postgres_server, mall.database("complaints")):
        until(lambda: answers_reads(mall, "/api/v1/complaints", CLERK))
        answer = mall.post("/api/v1/complaints", COMPLAINT, CLERK)
        assert (answer.status_code, answer.get_json()["code"]) == (503, "service_unavailable")


def test_the_gateways_own_commands_are_503_as_well(mall: WholeMall, postgres_server: TestPostgres) -> None:
    mall.counter._headers(OPERATOR)
    role = {"office": "dpmptsp", "role": "verifier"}
    account = {"account": "petugas.baru", "password": "sandi-panjang-1", "assignments": [role]}
    log_in = {"username": "operator", "password": "x", "grant_type": "password"}
    with read_only(postgres_server, mall.counter.database):
        until(lambda: answers_reads(mall, "/api/v1/operations/accounts", OPERATOR))
        answers: list[Any] = [
            mall.post("/api/v1/operations/accounts", account),
            mall.counter.form("/api/v1/auth/token", log_in),
        ]
    assert [(answer.status_code, answer.get_json()["code"]) for answer in answers] == [(503, "service_unavailable")] * 2


def test_readiness_says_that_a_database_takes_no_writes(
    mall: WholeMall, postgres_server: TestPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = mall.desks.runtime
    runtime.broker = mall.broker
    monkeypatch.setattr("mpp.persistence.writing.EVERY", 0.0)
    until(lambda: probes.troubles(runtime) == [])
    with read_only(postgres_server, mall.database("complaints")):
        until(lambda: probes.troubles(runtime) == ["complaints: database takes no writes (25006)"])
        body, _ = probes.exposition(runtime)
        assert b'mpp_database_writable{service="complaints"} 0.0' in body
        assert b'mpp_database_writable{service="permits"} 1.0' in body
    monkeypatch.setattr("mpp.persistence.writing.REMEMBERED", 0.0)
    until(lambda: probes.troubles(runtime) == [])


def test_readiness_remembers_for_a_while_that_something_found_no_room(
    mall: WholeMall, postgres_server: TestPostgres
) -> None:
    """A probe is small and still finds some."""
    runtime = mall.desks.runtime
    runtime.broker = mall.broker
    mall.start()
    with no_room(postgres_server, mall.database("complaints"), "cases"):
        mall.post("/api/v1/complaints", COMPLAINT, CLERK)
    assert "complaints: database takes no writes (53100)" in probes.troubles(runtime)
    assert mall.get("/api/v1/operations/dead-letters", OPERATOR)["unavailable"] == []


def test_readiness_names_a_folder_that_cannot_be_used(
    mall: WholeMall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = mall.desks.runtime
    runtime.broker = mall.broker
    (tmp_path / "files").write_bytes(b"")  # a file where the folder should be
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "permits").write_bytes(b"")
    audit = AuditSettings(folder=tmp_path / "checkpoints")
    monkeypatch.setattr(runtime, "settings", replace(runtime.settings, files=tmp_path / "files", audit=audit))
    monkeypatch.setitem(runtime.__dict__, "store_watches", Runtime.store_watches.func(runtime))
    assert probes.troubles(runtime) == [
        "documents: cannot be written (EEXIST)",
        "checkpoints of permits: cannot be written (EEXIST)",
    ]
    body, _ = probes.exposition(runtime)
    assert b'mpp_store_usable{store="documents"} 0.0' in body

"""`mpp run` on an empty machine: it starts, it stops, it survives, and what is wrong is one line."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.mall import MPP, Mall, clean_environment, data_folder, processes_of
from tests.support.wait import until


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder() as path:
        yield path
        assert processes_of(path) == []


@pytest.fixture
def mall(folder: Path) -> Iterator[Mall]:
    started = Mall(folder)
    yield started
    started.kill()
    until(lambda: not processes_of(folder), what="the end of the database")


@pytest.fixture(scope="module")
def running() -> Iterator[Mall]:
    """A mall that no test stops."""
    with data_folder() as path:
        started = Mall(path)
        yield started.start()
        started.kill()
        until(lambda: not processes_of(path), what="the end of the database")


def one_line_of(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("mpp: ")
    assert "Traceback" not in text
    return lines[0]


def events(mall: Mall) -> list[str]:
    return [event["id"] for event in mall.get("/api/v1/events?limit=100", "mitra.bpjs")["items"]]


def test_a_first_start_tells_what_it_took_and_what_to_try(running: Mall) -> None:
    # The door is open a moment before the launcher has said so.
    until(lambda: "Ctrl-C" in running.output, what="the launcher's words")
    for told in (f"http://localhost:{running.port}", "PostgreSQL", "embedded", "petugas.sukodono", "make demo"):
        assert told in running.output
    assert running.get("/api/v1/me", "operator")["account"] == "operator"


def test_ctrl_c_ends_it_without_a_traceback_and_leaves_no_process(mall: Mall) -> None:
    mall.start()
    assert processes_of(mall.folder)
    assert mall.interrupt() == 0
    assert processes_of(mall.folder) == []
    assert "Traceback" not in mall.output


def test_a_second_start_keeps_the_data_and_the_keys(mall: Mall) -> None:
    mall.start()
    headers = mall.log_in("operator")
    before = until(lambda: events(mall))
    mall.interrupt()
    again = Mall(mall.folder, mall.port).start()
    try:
        import requests

        assert requests.get(f"{again.url}/api/v1/me", headers=headers, timeout=20).ok  # the old token still counts
        assert events(again)[: len(before)] == before
    finally:
        again.interrupt()


def test_after_a_kill_the_next_start_recovers_by_itself(mall: Mall) -> None:
    mall.start()
    before = until(lambda: events(mall))
    mall.kill()
    again = Mall(mall.folder, mall.port).start()  # at once: the database of the killed mall may still be closing
    try:
        assert events(again)[: len(before)] == before
    finally:
        again.interrupt()


def test_a_taken_port_is_one_line_and_the_first_mall_goes_on(running: Mall) -> None:
    with data_folder() as elsewhere:
        second = Mall(elsewhere, running.port).launch()
        assert second.process.wait(30) == 1
        assert str(running.port) in one_line_of(second.output)
        assert processes_of(elsewhere) == []
    assert running.get("/api/v1/me", "operator")


def test_a_second_mall_on_the_same_data_is_one_line_and_the_first_goes_on(running: Mall) -> None:
    second = Mall(running.folder).launch()
    assert second.process.wait(30) == 1
    assert str(running.folder) in one_line_of(second.output)
    assert running.get("/api/v1/me", "operator")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PORT", "eighty"),
        ("MPP_REGION", "99.99"),
        ("MPP_PERSON_KEY", "too short"),
        ("MPP_TOKEN_PRIVATE_KEY", "bm90IGEga2V5"),
        ("AMQP_URI", "amqp://guest:guest@127.0.0.1:1/"),
        ("AMQP_URI", "localhost"),
        ("PERMITS_DATABASE_URL", "postgresql://127.0.0.1/permits"),
        ("MPP_BIND", "0.0.0.0"),
        ("MPP_PROXIES", "1"),  # nginx in front: the demo would be open to everybody
    ],
)
def test_a_wrong_setting_is_one_line(folder: Path, setting: str, value: str) -> None:
    environment = clean_environment(MPP_DATA=str(folder), PORT=str(Mall(folder).port)) | {setting: value}
    done = subprocess.run([str(MPP), "run"], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    one_line_of(done.stderr)
    if setting != "MPP_TOKEN_PRIVATE_KEY":  # which is tried when the services are put together
        assert not (folder / "postgres").exists(), "it is told before a database is made"


def test_the_operators_commands_work_on_a_running_mall(running: Mall) -> None:
    environment = clean_environment(MPP_URL=running.url)

    def mpp(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(MPP), *words], env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    until(lambda: events(running))
    tail = mpp("events", "tail", "--no-follow", "--type", "civil_registry.*")
    assert tail.returncode == 0, tail.stderr
    types = {json.loads(line)["type"] for line in tail.stdout.splitlines()}
    assert types
    assert all(type_.startswith("civil_registry.") for type_ in types)
    assert not any(type_.startswith("civil_registry.person.") for type_ in types)
    letters = mpp("dead-letters", "list")
    assert (letters.returncode, letters.stdout) == (0, "")
    nothing = mpp("dead-letters", "show", "permits", "01a20013-a1bf-755d-b544-74da8ff10f79", "person")
    assert nothing.returncode == 1
    one_line_of(nothing.stderr)


def test_the_doctor_and_the_launcher_tell_of_the_known_password(running: Mall) -> None:
    environment = clean_environment(MPP_URL=running.url, MPP_DATA=str(running.folder), PORT=str(running.port))
    told = subprocess.run(
        [str(MPP), "doctor"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 0, told.stdout
    warned = [line for line in told.stdout.splitlines() if line.startswith("awas") and "demo" in line]
    assert len(warned) == 1
    assert "mpp accounts disable-demo" in warned[0]
    assert "dikenal umum" in running.output


def test_a_command_without_a_mall_is_one_line(folder: Path) -> None:
    port = Mall(folder).port
    environment = clean_environment(MPP_URL=f"http://127.0.0.1:{port}")
    for words in (["dead-letters", "list"], ["events", "tail", "--no-follow"]):
        done = subprocess.run(
            [str(MPP), *words], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 1
        one_line_of(done.stderr)


def test_the_doctor_looks_deep_into_a_running_mall(running: Mall) -> None:
    """Each service is asked what it told and heard; what was made in the last minutes is left out."""
    environment = clean_environment(MPP_DATA=str(running.folder), PORT=str(running.port), MPP_URL=running.url)
    told = subprocess.run(
        [str(MPP), "doctor", "--deep"], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert "SALAH peristiwa" not in told.stdout, told.stdout
    assert re.search(r"(?m)^(baik|awas)  hari libur ", told.stdout), told.stdout
    assert re.search(r"(?m)^baik  meja ", told.stdout), told.stdout
    answer = requests.get(f"{running.url}/readyz?verbose", timeout=20)
    assert answer.status_code == 200
    assert "events: none missing, compared " in answer.text
    assert "mpp_events_reconciled_timestamp_seconds" in requests.get(f"{running.url}/metrics", timeout=20).text

"""A worker is asked, and its owner is never worse off for what becomes of it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import eventlet
import pytest

from mpp.papers.worker import process
from mpp.papers.worker.process import TaskRefused, Worker, WorkerFailed
from tests.support import wait

TASKS = "tests.unit.papers.tasks"


@pytest.fixture(autouse=True)
def tasks_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.setattr(process, "_KEPT", (*process._KEPT, "PYTHONPATH"))


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


def pid_of(worker: Worker) -> int:
    return worker.ask(f"{TASKS}:double", {"number": 1}).told["pid"]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_one_process_does_all_tasks_and_gives_bytes_back_whole(worker: Worker) -> None:
    large = os.urandom(3_000_000)
    answer = worker.ask(f"{TASKS}:double", {"number": 21}, [large, b""])
    assert (answer.told["number"], answer.blobs) == (42, (large * 2, b""))
    assert pid_of(worker) == answer.told["pid"] == worker.pid


def test_what_a_task_refuses_is_told_and_the_process_goes_on(worker: Worker) -> None:
    before = pid_of(worker)
    with pytest.raises(TaskRefused) as caught:
        worker.ask(f"{TASKS}:refuse", {})
    assert (caught.value.code, caught.value.detail) == ("wrong", {"line": 3})
    assert pid_of(worker) == before


def test_a_fault_is_told_by_kind_and_place_and_never_by_its_text(worker: Worker) -> None:
    with pytest.raises(WorkerFailed, match=r"fault: ValueError at tasks.py:\d+ fail") as caught:
        worker.ask(f"{TASKS}:fail", {})
    assert "3515" not in str(caught.value)


@pytest.mark.parametrize(("task", "seconds", "code"), [("die", 20.0, "died"), ("hang", 0.5, "hung")])
def test_who_dies_or_hangs_is_replaced(worker: Worker, task: str, seconds: float, code: str) -> None:
    before = pid_of(worker)
    with pytest.raises(WorkerFailed) as caught:
        worker.ask(f"{TASKS}:{task}", {}, seconds=seconds)
    assert caught.value.code == code
    assert gone(before)
    assert pid_of(worker) != before


def test_who_died_between_two_tasks_is_replaced_unseen(worker: Worker) -> None:
    before = pid_of(worker)
    os.kill(before, signal.SIGKILL)
    wait.until(lambda: worker._process.poll() is not None)
    assert pid_of(worker) != before


def test_a_green_thread_that_is_ended_leaves_no_answer_for_the_next_one(worker: Worker) -> None:
    before = pid_of(worker)
    asking = eventlet.spawn(worker.ask, f"{TASKS}:hang", {})
    eventlet.sleep(0)
    wait.until(lambda: worker._turn.locked())
    asking.kill()
    assert worker.ask(f"{TASKS}:double", {"number": 4}).told["number"] == 8
    assert gone(before)


def test_the_loop_runs_on_while_a_worker_works_and_who_asks_waits_for_the_turn(worker: Worker) -> None:
    turns = []
    pid_of(worker)
    hanging = eventlet.spawn(lambda: pytest.raises(WorkerFailed, worker.ask, f"{TASKS}:hang", {}, seconds=1.0))
    waiting = eventlet.spawn(worker.ask, f"{TASKS}:double", {"number": 1})
    while not hanging.dead:
        turns.append(None)
        eventlet.sleep(0.01)
    assert waiting.wait().told["number"] == 2
    assert len(turns) > 10


def test_secrets_of_the_environment_do_not_reach_it(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPP_TOKEN_KEY", "secret")
    names = worker.ask(f"{TASKS}:environment", {}).told["names"]
    assert set(names) <= {*process._KEPT, "LC_CTYPE"}


def test_a_confined_one_reaches_neither_network_nor_programs_nor_all_of_the_memory() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        given = {"port": server.getsockname()[1]}
        for confined, expected in ((False, "done"), (True, "PermissionError")):
            worker = Worker(confined=confined)
            found = worker.ask(f"{TASKS}:escape", given).told
            worker.close()
            assert found["network"] == found["program"] == expected
    assert found["memory"] == "MemoryError"


def test_a_worker_ends_with_its_owner(worker: Worker) -> None:
    pid = pid_of(worker)
    process_ = worker._process
    worker._socket.close()  # as the kernel does when the owner is killed
    wait.until(lambda: process_.poll() is not None)
    assert gone(pid)

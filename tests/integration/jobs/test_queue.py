"""Work for later is part of the transaction that makes it necessary, and is there once."""

from __future__ import annotations

from datetime import timedelta

import eventlet
import pytest

from mpp.clock import FixedClock
from mpp.jobs.kinds import JobKind
from mpp.jobs.queue import ANNOUNCED, enqueue
from mpp.persistence.database import Database
from tests.integration.jobs.workshop import SAY, Word, Workshop, kind
from tests.support.wait import until


def test_a_job_is_done_after_its_command_and_once(workshop: Workshop) -> None:
    workshop.add("one")
    runner = workshop.runner()
    assert runner.run_once() == 1
    runner.wait()
    assert workshop.worker.said == ["one"]
    assert runner.run_once() == 0
    assert workshop.statuses() == {"one": "done"}


def test_a_job_of_a_command_that_is_rolled_back_never_runs(workshop: Workshop, clock: FixedClock) -> None:
    woken: list[str] = []
    workshop.database.on_commit(ANNOUNCED, lambda: woken.append("woken"))
    with pytest.raises(ZeroDivisionError), workshop.database.transaction() as tx:
        enqueue(tx, SAY, "one", Word("one"), clock.now())
        raise ZeroDivisionError
    assert workshop.runner().run_once() == 0
    assert workshop.statuses() == {}
    with workshop.database.transaction():
        pass
    assert woken == [], "not by the next commit of that connection either"


def test_a_job_of_a_command_that_is_still_open_waits_for_it(workshop: Workshop, clock: FixedClock) -> None:
    runner = workshop.runner()
    with workshop.database.transaction() as tx:
        enqueue(tx, SAY, "one", Word("one"), clock.now())
        assert runner.run_once() == 0
    assert runner.run_once() == 1


def test_the_same_work_is_enqueued_once_of_each_kind(workshop: Workshop, clock: FixedClock) -> None:
    workshop.add("one")
    with workshop.database.transaction() as tx:
        assert not enqueue(tx, SAY, "one", Word("another"), clock.now(), lane="elsewhere")
        assert enqueue(tx, kind("test.sing"), "one", Word("one"), clock.now())
    runner = workshop.runner()
    runner.run_once()
    runner.wait()
    with workshop.database.transaction() as tx:
        assert not enqueue(tx, SAY, "one", Word("one"), clock.now()), "it is done already"
    assert workshop.worker.said == ["one"]


def test_of_two_commands_that_enqueue_the_same_work_at_once_the_second_waits_and_adds_nothing(
    workshop: Workshop, clock: FixedClock
) -> None:
    added: list[bool] = []

    def second() -> None:
        with workshop.database.transaction() as tx:
            added.append(enqueue(tx, SAY, "one", Word("one"), clock.now()))

    with workshop.database.transaction() as tx:
        assert enqueue(tx, SAY, "one", Word("one"), clock.now())
        greenlet = eventlet.spawn(second)
        until(lambda: workshop.somebody_waits())
    greenlet.wait()
    assert added == [False]
    assert workshop.statuses() == {"one": "waiting"}


def test_a_job_is_done_when_it_is_due(workshop: Workshop, clock: FixedClock) -> None:
    workshop.add("later", due_at=clock.now() + timedelta(hours=1))
    workshop.add("now")
    runner = workshop.runner()
    for _ in range(2):
        assert runner.run_once() == 1
        runner.wait()
        clock.advance(timedelta(hours=1))
    assert workshop.worker.said == ["now", "later"]


def test_a_commit_wakes_the_runner_of_its_process(
    database: Database, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = workshop.runner(poll=3600.0)
    passes: list[int] = []
    once = runner.run_once
    monkeypatch.setattr(runner, "run_once", lambda: passes.append(once()))
    database.on_commit(ANNOUNCED, runner.loop.wake)
    workshop.run(runner)
    until(lambda: passes)
    workshop.add("one")
    until(lambda: workshop.worker.said == ["one"])


def test_another_process_finds_it_by_its_slow_poll(workshop: Workshop) -> None:
    workshop.run(workshop.runner(poll=0.02))
    workshop.add("one")
    until(lambda: workshop.worker.said == ["one"])


def test_a_kind_that_nobody_here_knows_waits_for_a_copy_that_does(workshop: Workshop) -> None:
    """While a new version of the service comes up beside the old one."""
    workshop.add("new", of=kind("test.new"))
    assert workshop.runner().run_once() == 0
    assert workshop.statuses() == {"new": "waiting"}


def test_a_kind_has_a_name_that_an_address_can_hold() -> None:
    with pytest.raises(ValueError):
        JobKind("no/name", Word.to_json, Word.from_json)

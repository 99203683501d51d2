"""A job that fails is tried again, and in the end waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from mpp.clock import FixedClock
from mpp.jobs import metrics
from mpp.jobs.dead_jobs import DeadJobs
from mpp.jobs.prune import prune
from mpp.jobs.queue import ANNOUNCED, enqueue
from mpp.persistence.database import Database
from mpp.persistence.retention import Retention
from tests.integration.jobs.workshop import SAY, Word, Workshop
from tests.support.wait import until

FIRST, SECOND = timedelta(minutes=1), timedelta(minutes=10)


def let_it_die(workshop: Workshop, clock: FixedClock, word: str = "one") -> None:
    workshop.worker.broken.add(word)
    runner = workshop.runner()
    for pause in (FIRST, SECOND, SECOND):
        assert runner.run_once() == 1
        runner.wait()
        clock.advance(pause * 1.1)


def test_a_failed_job_is_tried_again_after_the_pauses_of_its_kind(workshop: Workshop, clock: FixedClock) -> None:
    workshop.add("one")
    workshop.worker.broken.add("one")
    runner = workshop.runner()
    for pause in (FIRST, SECOND):
        assert runner.run_once() == 1
        runner.wait()
        clock.advance(pause - timedelta(seconds=1))
        assert runner.run_once() == 0
        clock.advance(pause * 0.1 + timedelta(seconds=1))
    workshop.worker.broken.clear()
    assert runner.run_once() == 1
    runner.wait()
    assert workshop.worker.said == ["one"]
    assert [job.attempt for job in workshop.worker.begun] == [1, 2, 3]


def test_a_running_runner_comes_back_when_the_pause_is_over(workshop: Workshop, clock: FixedClock) -> None:
    """Not at its next slow poll: it knows what is due next."""
    workshop.add("one", due_at=clock.now() + timedelta(seconds=0.3))
    runner = workshop.runner(poll=3600.0)
    workshop.run(runner)

    def time_passes() -> bool:
        clock.advance(timedelta(seconds=0.1))
        return bool(workshop.worker.said)

    until(time_passes)


def test_after_the_last_attempt_it_is_dead_with_kind_and_place_of_the_failure(
    workshop: Workshop, database: Database, clock: FixedClock
) -> None:
    workshop.add("one")
    with capture_logs() as logs:
        let_it_die(workshop, clock)
    assert workshop.runner().run_once() == 0
    (dead,) = DeadJobs(database, clock).list()
    assert (dead.job.kind, dead.job.key, dead.job.attempt, dead.status) == ("test.say", "one", 3, "dead")
    assert dead.payload == {"word": "one"}
    assert str(dead.reason).startswith("Broken at workshop.py")
    assert "3515991234569990" not in f"{dead} {logs}"
    of_jobs = [line["event"] for line in logs if line["event"].startswith("job.")]  # loops tell of themselves
    assert of_jobs == ["job.failed"] * 3 + ["job.dead"]


def test_a_dead_job_is_replayed_once_with_all_its_attempts(
    workshop: Workshop, database: Database, clock: FixedClock
) -> None:
    workshop.add("one")
    let_it_die(workshop, clock)
    letters = DeadJobs(database, clock)
    (dead,) = letters.list()
    woken: list[str] = []
    database.on_commit(ANNOUNCED, lambda: woken.append("woken"))
    assert letters.replay(dead.job.id, "test.say")
    assert woken == ["woken"]
    assert not letters.replay(dead.job.id, "test.say"), "it is not dead any more"
    assert letters.list() == []
    workshop.worker.broken.clear()
    runner = workshop.runner()
    assert runner.run_once() == 1
    runner.wait()
    assert workshop.worker.said == ["one"]
    assert workshop.worker.begun[-1].attempt == 1
    found = letters.find(dead.job.id, "test.say")
    assert found is not None
    assert found.status == "done"


def test_nothing_that_is_not_there_is_shown_or_replayed(
    workshop: Workshop, database: Database, clock: FixedClock
) -> None:
    workshop.add("one")
    letters, id_ = DeadJobs(database, clock), str(workshop.row("one")["id"])
    assert letters.find(id_, "test.sing") is None
    assert not letters.replay(id_, "test.say"), "it waits"
    let_it_die(workshop, clock)
    assert not letters.replay(id_, "test.sing")


def test_dead_jobs_are_listed_oldest_first(workshop: Workshop, database: Database, clock: FixedClock) -> None:
    for word in ("one", "two", "three"):
        workshop.add(word)
        let_it_die(workshop, clock, word)
    letters = DeadJobs(database, clock)
    assert [found.job.key for found in letters.list()] == ["one", "two", "three"]
    assert [found.job.key for found in letters.list(limit=2)] == ["one", "two"]


def test_work_that_is_dead_is_not_enqueued_beside_itself(workshop: Workshop, clock: FixedClock) -> None:
    workshop.add("one")
    let_it_die(workshop, clock)
    with workshop.database.transaction() as tx:
        assert not enqueue(tx, SAY, "one", Word("one"), clock.now())


def test_a_payload_that_cannot_be_read_is_a_failure_like_any_other(workshop: Workshop) -> None:
    workshop.add("one")
    with workshop.database.transaction() as tx:
        tx.exec_driver_sql("""UPDATE jobs SET payload = '{"other": 1}'""")
    runner = workshop.runner()
    assert runner.run_once() == 1
    runner.wait()
    assert workshop.statuses() == {"one": "waiting"}
    assert str(workshop.row("one")["reason"]).startswith("ValueError")


def test_what_is_done_goes_after_its_time_and_what_waits_or_is_dead_stays(
    workshop: Workshop, database: Database, clock: FixedClock
) -> None:
    workshop.add("dead")
    let_it_die(workshop, clock, "dead")
    workshop.add("one", "two")
    runner = workshop.runner()
    while runner.run_once():
        runner.wait()
    workshop.add("waiting")
    kept = Retention().jobs
    clock.advance(kept - timedelta(minutes=1))
    assert prune(database, clock.now())["jobs"] == 0
    clock.advance(timedelta(minutes=2))
    assert prune(database, clock.now(), batch=1)["jobs"] == 2
    assert workshop.statuses() == {"dead": "dead", "waiting": "waiting"}


@pytest.mark.parametrize("status", ["waiting", "running", "dead"])
def test_an_operator_sees_what_is_not_done(
    workshop: Workshop, database: Database, clock: FixedClock, status: str
) -> None:
    workshop.add("dead")
    let_it_die(workshop, clock, "dead")
    workshop.add("running", "waiting")
    workshop.worker.hang("running")
    workshop.runner().run_once()
    metrics.refresh(database, "gateway")
    assert metrics.jobs_unsettled.labels("gateway", status)._value.get() == 1
    assert metrics.jobs_oldest.labels("gateway")._value.get() > 0

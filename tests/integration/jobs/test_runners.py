"""Any number of runners share the work: nobody does what another has, and what one leaves another takes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import eventlet
import pytest
from eventlet.event import Event as Signal

from mpp.clock import FixedClock
from mpp.crashpoints import Crash
from mpp.jobs import metrics, rows
from mpp.jobs.kinds import JobHandler
from mpp.jobs.rows import Claim
from mpp.persistence.database import Database
from tests.integration.jobs.workshop import SAY, Workshop, kind, lane
from tests.support.wait import until

WIDE = kind("test.wide", at_once=10)


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    """The same database as another copy of the service has it."""
    opened = Database(database.url, name="gateway", pool_size=12)
    yield opened
    opened.dispose()


def work(workshop: Workshop, of: object = WIDE) -> JobHandler:
    return of.done_by(workshop.worker.say)  # type: ignore[attr-defined, no-any-return]


def test_who_claims_passes_over_what_another_is_claiming(
    workshop: Workshop, database: Database, other: Database, clock: FixedClock
) -> None:
    """Two copies at the same moment, neither of which has committed: the second neither waits nor gets the same job."""
    workshop.add("one", "two", of=WIDE, lane="a")
    workshop.add("three", of=WIDE, lane="b")
    with database.transaction() as first, other.transaction() as second:
        mine = rows.claim(first, work(workshop), lane("a", WIDE), "first", clock.now(), 60.0)
        second.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        theirs = rows.claim(second, work(workshop), lane("b", WIDE), "second", clock.now(), 60.0)
        assert mine is not None
        assert theirs is not None
        assert (mine.job.key, theirs.job.key) == ("one", "three")
    assert workshop.statuses() == {"one": "running", "two": "waiting", "three": "running"}


def test_nobody_gets_a_job_that_another_copy_is_claiming(
    workshop: Workshop, database: Database, other: Database, clock: FixedClock
) -> None:
    """The only job of its lane, with room for more: who comes second at this very moment goes away without it."""
    workshop.add("one", of=WIDE)
    with database.transaction() as first, other.transaction() as second:
        mine = rows.claim(first, work(workshop), lane(of=WIDE), "first", clock.now(), 60.0)
        second.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        assert rows.claim(second, work(workshop), lane(of=WIDE), "second", clock.now(), 60.0) is None
    assert mine is not None
    assert workshop.row("one")["holder"] == "first"


def test_many_runners_do_each_job_once(workshop: Workshop) -> None:
    workshop.worker.meanwhile = lambda word: eventlet.sleep(0)
    words = [f"word {number}" for number in range(120)]
    for number, word in enumerate(words):
        workshop.add(word, of=WIDE, lane=str(number % 3))
    for _ in range(4):
        workshop.run(workshop.runner(work(workshop), workers=4))
    until(lambda: set(workshop.statuses().values()) == {"done"}, 60)
    assert Counter(workshop.worker.said) == Counter(words)


def claimed(workshop: Workshop, lease: float, holder: str = "killed") -> Claim:
    """A job in the hands of a copy that will never record it."""
    with workshop.database.transaction() as tx:
        found = rows.claim(tx, work(workshop, SAY), lane(), holder, workshop.clock.now(), lease)
    assert found is not None
    return found


def test_the_job_of_a_killed_runner_is_taken_over_when_its_lease_ends(workshop: Workshop) -> None:
    workshop.add("one")
    going = workshop.worker.hang("one")
    killed = workshop.runner()
    running = workshop.run(killed)
    until(lambda: workshop.worker.begun)
    running.kill()
    going.send(None)
    successor = workshop.runner()
    assert successor.run_once() == 0, "the lease has not ended"
    assert workshop.worker.said == [], "who was killed does nothing more"
    with workshop.database.transaction() as tx:
        tx.exec_driver_sql("UPDATE jobs SET held_until = clock_timestamp() - interval '1 second'")
    assert successor.run_once() == 1
    successor.wait()
    assert workshop.worker.said == ["one"]
    assert [job.attempt for job in workshop.worker.begun] == [1, 2]


def test_a_lease_ends_by_itself(workshop: Workshop) -> None:
    workshop.add("one")
    claimed(workshop, lease=0.2)
    workshop.run(workshop.runner())
    until(lambda: workshop.worker.said == ["one"])


def test_who_dies_after_the_work_and_before_it_is_recorded_leaves_it_to_be_done_again(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.add("one")

    died: list[str] = []

    def die(*args: object) -> bool:
        died.append(*workshop.worker.said)
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(rows, "finish", die)
        workshop.runner().run_once()
        until(lambda: died == ["one"])
    assert workshop.statuses() == {"one": "running"}
    with workshop.database.transaction() as tx:
        tx.exec_driver_sql("UPDATE jobs SET held_until = clock_timestamp() - interval '1 second'")
    successor = workshop.runner()
    assert successor.run_once() == 1
    successor.wait()
    assert workshop.worker.said == ["one", "one"], "at least once: the kind finds by its key what is done"
    assert workshop.statuses() == {"one": "done"}


def test_a_job_that_kills_every_runner_is_dead_in_the_end(workshop: Workshop) -> None:
    workshop.add("one")
    runner = workshop.runner()
    for attempt in (1, 2, 3):
        assert claimed(workshop, lease=-1.0).job.attempt == attempt
        runner._put_back_the_lost()
    assert workshop.statuses() == {"one": "dead"}
    assert str(workshop.row("one")["reason"]).startswith("lost")
    assert runner.run_once() == 0


def test_a_job_that_outlives_its_lease_records_nothing_over_its_successor(workshop: Workshop) -> None:
    workshop.add("one")
    slow, quick = workshop.runner(), workshop.runner()
    going = workshop.worker.hang("one")
    assert slow.run_once() == 1
    until(lambda: workshop.worker.begun)
    with workshop.database.transaction() as tx:
        tx.exec_driver_sql("UPDATE jobs SET held_until = clock_timestamp() - interval '1 second'")
    workshop.worker.hanging.clear()
    successor_is_at_it = workshop.worker.hang("one")
    assert quick.run_once() == 1
    until(lambda: len(workshop.worker.begun) == 2)
    before = workshop.row("one")
    superseded = metrics.job_attempts.labels("gateway", "test.say", "superseded")._value.get()
    going.send(None)  # the late one ends, and says that it is done
    slow.wait()
    assert workshop.row("one") == before, "still in the hands of its successor"
    assert metrics.job_attempts.labels("gateway", "test.say", "superseded")._value.get() == superseded + 1
    workshop.worker.broken.add("one")
    successor_is_at_it.send(None)
    quick.wait()
    assert workshop.statuses() == {"one": "waiting"}, "what counts is what the successor says"


def test_a_late_one_records_nothing_over_its_own_successor_after_a_replay(workshop: Workshop) -> None:
    """Both are attempt 1 of the same runner: the holder tells them apart."""
    workshop.add("one")
    late = claimed(workshop, lease=60.0, holder="runner-1")
    with workshop.database.transaction() as tx:
        tx.exec_driver_sql(
            "UPDATE jobs SET status = 'waiting', attempts = 0, slot = NULL, holder = NULL, held_until = NULL"
        )
    again = claimed(workshop, lease=60.0, holder="runner-2")
    assert late.job.attempt == again.job.attempt
    with workshop.database.transaction() as tx:
        assert not rows.finish(tx, late, workshop.clock.now())
        assert not rows.fail(tx, late, "late", None, workshop.clock.now())
        assert not rows.give_back(tx, late)
    assert workshop.row("one")["holder"] == "runner-2"


def test_an_orderly_stop_lets_jobs_end(workshop: Workshop) -> None:
    workshop.add("one")
    going = workshop.worker.hang("one")
    running = workshop.run(workshop.runner())
    until(lambda: workshop.worker.begun)
    stopping = eventlet.spawn(running.stop)
    eventlet.sleep(0)
    going.send(None)
    stopping.wait()
    assert workshop.statuses() == {"one": "done"}


def test_an_orderly_stop_gives_back_what_does_not_end(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mpp.jobs.runner.STOP_TIMEOUT", 0.01)
    workshop.add("one")
    workshop.worker.hang("one")
    running = workshop.run(workshop.runner())
    until(lambda: workshop.worker.begun)
    running.stop()
    assert (workshop.row("one")["status"], workshop.row("one")["attempts"]) == ("waiting", 0)
    workshop.worker.hanging.clear()
    other = workshop.runner()
    assert other.run_once() == 1
    other.wait()
    assert workshop.worker.said == ["one"]


def test_the_end_of_a_job_waits_for_a_database_that_is_away(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mpp.persistence.database import DatabaseAway

    finish, away = rows.finish, [True, True]

    def sometimes(*args: object) -> bool:
        if away:
            away.pop()
            raise DatabaseAway("gateway")
        return finish(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(rows, "finish", sometimes)
    monkeypatch.setattr("mpp.jobs.runner.RECORD_AGAIN", 0.01)
    workshop.add("one")
    runner = workshop.runner()
    runner.run_once()
    runner.wait()
    assert workshop.statuses() == {"one": "done"}
    assert workshop.worker.said == ["one"], "once"


def test_an_attempt_that_takes_too_long_is_cut_off_and_counts_as_failed(workshop: Workshop, clock: FixedClock) -> None:
    slow = kind("test.slow", seconds=0.05)
    workshop.add("one", of=slow)
    workshop.worker.hanging["one"] = Signal()
    runner = workshop.runner(work(workshop, slow))
    runner.run_once()
    runner.wait()
    row = workshop.row("one")
    assert (row["status"], row["attempts"]) == ("waiting", 1)
    assert str(row["reason"]).startswith("Timeout")
    assert row["due_at"] >= clock.now() + timedelta(minutes=1)  # type: ignore[operator]

"""Lanes are fair: jobs of one lane wait for each other, oldest first, and for nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import eventlet
import pytest
from sqlalchemy.exc import IntegrityError

from mpp.clock import FixedClock
from mpp.jobs import rows
from mpp.jobs.rows import Claim
from mpp.persistence.database import Database
from tests.integration.jobs.workshop import SAY, Workshop, kind, lane
from tests.support.wait import until

PAIRED = kind("test.paired", at_once=2)


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    opened = Database(database.url, name="gateway", pool_size=4)
    yield opened
    opened.dispose()


@pytest.mark.parametrize("indexed", [True, False])
def test_the_oldest_of_a_lane_comes_first(workshop: Workshop, clock: FixedClock, indexed: bool) -> None:
    if not indexed:  # the order is asked for, and no accident of the index
        with workshop.database.transaction() as tx:
            tx.exec_driver_sql("DROP INDEX jobs_waiting")
    workshop.add("a: the last")
    workshop.add("c: the first", due_at=clock.now() - timedelta(minutes=2))
    workshop.add("b: the second", due_at=clock.now() - timedelta(minutes=1))
    runner = workshop.runner()
    while runner.run_once():
        runner.wait()
    assert workshop.worker.said == ["c: the first", "b: the second", "a: the last"]


def test_of_one_moment_the_first_enqueued_comes_first(workshop: Workshop) -> None:
    words = [f"word {number}" for number in range(20)]
    workshop.add(*words)
    runner = workshop.runner()
    while runner.run_once():
        runner.wait()
    assert workshop.worker.said == words


def test_a_lane_whose_work_hangs_does_not_delay_another(workshop: Workshop) -> None:
    hung = [f"hung {number}" for number in range(50)]
    workshop.add(*hung, of=PAIRED, lane="a receiver that never answers")
    workshop.worker.hang(*hung)
    runner = workshop.runner(PAIRED.done_by(workshop.worker.say), workers=4)
    workshop.run(runner)
    until(lambda: len(workshop.worker.begun) == 2)
    for number in range(20):
        workshop.add(f"word {number}", of=PAIRED, lane=f"another {number % 2}")
    until(lambda: len(workshop.worker.said) == 20)
    assert workshop.worker.most["a receiver that never answers"] == 2


def test_lanes_take_turns_when_workers_are_few(workshop: Workshop) -> None:
    """One worker, a long backlog in one lane, and a newcomer in each of two others."""
    for name in ("a", "b", "c"):
        workshop.add(*(f"{name}{number}" for number in range(4 if name == "a" else 1)), lane=name)
    runner = workshop.runner(workers=1)
    while runner.run_once():
        runner.wait()
    assert workshop.worker.said == ["a0", "b0", "c0", "a1", "a2", "a3"]


def test_a_lane_has_no_more_jobs_under_way_than_its_kind_allows(workshop: Workshop) -> None:
    words = [f"word {number}" for number in range(10)]
    workshop.add(*words, of=PAIRED)
    going = workshop.worker.hang(*words)
    runners = [workshop.runner(PAIRED.done_by(workshop.worker.say)) for _ in range(2)]
    assert sum(runner.run_once() for runner in runners) == 2
    until(lambda: len(workshop.worker.begun) == 2)
    going.send(None)
    for runner in runners:
        workshop.run(runner)
    until(lambda: len(workshop.worker.said) == 10)
    assert workshop.worker.most[""] == 2


def test_who_claims_finds_a_lane_full_that_was_free_a_moment_before(workshop: Workshop, clock: FixedClock) -> None:
    workshop.add("one", "two", "three", of=PAIRED)
    work = PAIRED.done_by(workshop.worker.say)
    keys = []
    for holder in ("first", "second", "third"):
        with workshop.database.transaction() as tx:
            claim = rows.claim(tx, work, lane(of=PAIRED), holder, clock.now(), 60.0)
        keys.append(claim.job.key if claim else None)
    assert keys == ["one", "two", None]


def test_who_claims_finds_nothing_due_where_something_was_a_moment_before(
    workshop: Workshop, clock: FixedClock
) -> None:
    workshop.add("later", due_at=clock.now() + timedelta(minutes=1))
    with workshop.database.transaction() as tx:
        assert rows.claim(tx, SAY.done_by(workshop.worker.say), lane(), "first", clock.now(), 60.0) is None


def test_a_place_that_is_free_again_is_filled_at_once(workshop: Workshop) -> None:
    """Not at the next slow poll."""
    workshop.add("one", "two", "three")
    workshop.run(workshop.runner(poll=3600.0))
    until(lambda: workshop.worker.said == ["one", "two", "three"])


def test_two_copies_that_claim_at_the_same_moment_do_not_overfill_a_lane(
    workshop: Workshop, database: Database, other: Database, clock: FixedClock
) -> None:
    """Room for one, two jobs: whoever comes second finds the slot taken when the first has committed."""
    workshop.add("one", "two")
    work = SAY.done_by(workshop.worker.say)

    def second() -> Claim | None:
        with other.transaction() as tx:
            return rows.claim(tx, work, lane(), "second", clock.now(), 60.0)

    with database.transaction() as tx:
        assert rows.claim(tx, work, lane(), "first", clock.now(), 60.0) is not None
        greenlet = eventlet.spawn(second)
        until(workshop.somebody_waits)
    with pytest.raises(IntegrityError):
        greenlet.wait()
    assert workshop.statuses() == {"one": "running", "two": "waiting"}


def test_a_runner_that_finds_the_slot_taken_goes_on(
    workshop: Workshop, database: Database, other: Database, clock: FixedClock
) -> None:
    workshop.add("one", "two")
    workshop.add("three", lane="another")
    second = workshop.runner()
    with database.transaction() as tx:
        assert rows.claim(tx, SAY.done_by(workshop.worker.say), lane(), "first", clock.now(), 60.0) is not None
        greenlet = eventlet.spawn(second.run_once)
        until(workshop.somebody_waits)
    assert greenlet.wait() == 1
    second.wait()
    assert workshop.worker.said == ["three"]


def test_a_place_in_a_lane_is_free_again_after_a_failure(workshop: Workshop) -> None:
    workshop.add("one", "two")
    workshop.worker.broken.add("one")
    workshop.run(workshop.runner())
    until(lambda: workshop.worker.said == ["two"])
    assert workshop.statuses() == {"one": "waiting", "two": "done"}


def test_many_waiting_jobs_of_a_full_lane_are_not_looked_at(workshop: Workshop, database: Database) -> None:
    """The lanes are found from lane to lane, not job by job."""
    for name in ("a", "b"):
        with database.transaction() as tx:
            tx.exec_driver_sql(
                "INSERT INTO jobs (id, kind, key, lane, payload, status, due_at, attempts, enqueued_at)"
                f" SELECT gen_random_uuid(), 'test.say', '{name}' || n, '{name}', '{{}}', 'waiting', now(), 0, now()"
                " FROM generate_series(1, 5000) AS n"
            )
            tx.exec_driver_sql("ANALYZE jobs")
    with database.transaction() as tx:
        plan = tx.exec_driver_sql(
            "EXPLAIN (ANALYZE, FORMAT JSON) " + str(rows._LANES).replace(":kinds", "'{test.say}'")
        )
        read = plan.scalar_one()[0]["Plan"]
    assert most_rows(read) <= 4


def most_rows(node: dict[str, object]) -> float:
    """The most rows that any step of a plan has given or thrown away."""
    below = [most_rows(child) for child in node.get("Plans", [])]  # type: ignore[attr-defined]
    return max(float(node["Actual Rows"]), float(node.get("Rows Removed by Filter", 0)), *below, 0.0)  # type: ignore[arg-type]

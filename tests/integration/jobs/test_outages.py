"""A database that is away, or cannot write, is nobody's failure: it costs no job an attempt."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import make_url, text

from mpp.clock import FixedClock
from mpp.jobs.kinds import Job, NotNow
from mpp.persistence.database import Database, DatabaseAway
from tests.integration.jobs.workshop import SAY, Word, Workshop
from tests.support.outages import no_room, read_only
from tests.support.postgres import TestPostgres
from tests.support.wait import until

_SOME = text(
    "INSERT INTO idempotency (actor, method, path, key, request_hash, created_at) VALUES ('a','b','c','d','e',now())"
)


def test_a_job_that_finds_no_room_is_done_when_there_is_some_and_lost_no_attempt(
    workshop: Workshop, database: Database, clock: FixedClock, postgres_server: TestPostgres
) -> None:
    def keep(payload: Word, job: Job) -> None:
        with database.transaction() as tx:
            tx.execute(_SOME)
        workshop.worker.said.append(payload.word)

    workshop.add("one")
    runner = workshop.runner(SAY.done_by(keep))
    with no_room(postgres_server, database, "idempotency"):
        for _ in range(5):
            assert runner.run_once() == 1
            runner.wait()
            clock.advance(timedelta(minutes=1))
    assert (workshop.row("one")["status"], workshop.row("one")["attempts"]) == ("waiting", 0)
    assert runner.run_once() == 1
    runner.wait()
    assert workshop.worker.said == ["one"]


def test_the_last_attempt_of_a_job_outlives_an_outage_that_is_longer_than_its_lease(
    workshop: Workshop, database: Database, postgres_server: TestPostgres
) -> None:
    """It was done, and could not be recorded before its lease was over: it is not taken for lost."""
    workshop.add("one")
    with database.transaction() as tx:
        tx.execute(text("UPDATE jobs SET attempts = 2"))
    done = workshop.worker.hang("one")
    runner, copy = workshop.runner(), workshop.runner()
    running = workshop.run(runner)
    until(lambda: workshop.worker.begun)
    with read_only(postgres_server, database):
        other = workshop.run(copy)
        until(lambda: copy._outage and runner._outage)
        done.send(None)
        until(lambda: workshop.worker.said)
        over = "UPDATE jobs SET held_until = clock_timestamp() - interval '1 second'"
        name = make_url(database.url).database
        postgres_server.execute(f"BEGIN READ WRITE; {over}; COMMIT", database=name)
    until(lambda: status(workshop) in ("done", "dead"))
    assert status(workshop) == "done"
    other.kill()
    running.kill()


def test_who_finds_somebody_else_away_loses_no_attempt_either(workshop: Workshop, clock: FixedClock) -> None:
    away = [True] * 5

    def ask(payload: Word, job: Job) -> None:
        if away:
            away.pop()
            raise NotNow("service_unavailable")
        workshop.worker.said.append(f"{payload.word} at attempt {job.attempt}")

    workshop.add("one")
    runner = workshop.runner(SAY.done_by(ask))
    for _ in range(6):
        assert runner.run_once() == 1
        runner.wait()
        clock.advance(timedelta(minutes=1))
    assert workshop.worker.said == ["one at attempt 1"]


def status(workshop: Workshop) -> str:
    """Nothing while sessions of before are being ended."""
    try:
        return workshop.statuses()["one"]
    except DatabaseAway:
        return ""

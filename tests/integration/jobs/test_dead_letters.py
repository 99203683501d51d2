"""Events that could not be handled and jobs that could not be done are one list, under one kind of address."""

from __future__ import annotations

import pytest

from mpp.clock import FixedClock, new_id
from mpp.hosting.dead_letters import DeadLetters
from mpp.jobs.dead_jobs import DeadJobs
from mpp.messaging.events.dead_letters import DeadEvents
from mpp.persistence.database import Database
from tests.integration.jobs.test_failures import let_it_die
from tests.integration.jobs.workshop import Workshop
from tests.integration.messaging.office import Hospital, birth, letter


@pytest.fixture
def letters(workshop: Workshop, database: Database, clock: FixedClock) -> DeadLetters:
    """With a dead event and a dead job in it."""
    inbox = Hospital(database, clock).inbox(delays=())
    inbox.handle(letter(birth("case-1", 1), body=b"x").delivery)
    workshop.add("one")
    let_it_die(workshop, clock)
    return DeadLetters(DeadEvents(inbox), DeadJobs(database, clock))


def test_each_item_says_what_it_is(letters: DeadLetters) -> None:
    event, job = letters.list()
    assert (event["what"], event["subscription"]) == ("event", "permits.births")
    assert (job["what"], job["kind"], job["key"], job["attempts"]) == ("job", "test.say", "one", 3)
    assert str(job["reason"]).startswith("Broken at workshop.py")


def test_either_is_shown_by_its_id(letters: DeadLetters) -> None:
    event, job = (letters.show(str(item["id"])) for item in letters.list())
    assert event is not None
    assert job is not None
    assert (event["what"], event["status"], event["body"]) == ("event", "dead", "x")
    assert (job["what"], job["status"], job["payload"]) == ("job", "dead", {"word": "one"})


def test_either_is_replayed_by_its_id_once(letters: DeadLetters, workshop: Workshop) -> None:
    event, job = (str(item["id"]) for item in letters.list())
    assert letters.replay(event) == "dead", "its bytes are no better than before"
    assert letters.replay(job) == "waiting"
    assert letters.replay(job) is None
    workshop.worker.broken.clear()
    runner = workshop.runner()
    assert runner.run_once() == 1
    runner.wait()
    assert workshop.worker.said == ["one"]
    assert [item["what"] for item in letters.list()] == ["event"]


@pytest.mark.parametrize("item_id", ["nonsense", "nonsense:test.say", f"{new_id()}:test.say", ""])
def test_what_is_not_there_is_none(letters: DeadLetters, item_id: str) -> None:
    assert letters.show(item_id) is None
    assert letters.replay(item_id) is None

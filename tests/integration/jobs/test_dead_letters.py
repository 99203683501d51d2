"""Events that could not be handled and jobs that could not be done are one list, under one kind of address."""

from __future__ import annotations

import pytest

from mpp.clock import FixedClock, new_id
from mpp.hosting.dead_letters import DeadLetters, Replayed
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


def dead(letters: DeadLetters) -> list[str]:
    return [str(item["id"]) for item in letters.list()]


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_all_of_a_reason_are_tried_again_once_each(
    letters: DeadLetters, workshop: Workshop, clock: FixedClock, limit: int
) -> None:
    for word in ("two", "three"):
        workshop.add(word)
        let_it_die(workshop, clock, word)
    workshop.worker.broken.clear()
    number, after, pieces = 0, None, 0
    while True:
        done = letters.replay_some("Broken at", after, limit)
        number, pieces = number + done.number, pieces + 1
        if (after := done.next) is None:
            break
    assert number == 3
    assert pieces <= 3 // limit + 2
    assert dead(letters) == dead(letters)[:1], "the event died of another reason"
    assert letters.replay_some("Broken at").number == 0, "they wait already"
    runner = workshop.runner()
    while runner.run_once():
        runner.wait()
    assert sorted(workshop.worker.said) == ["one", "three", "two"]


def test_what_dies_again_at_once_does_not_keep_the_command_going(letters: DeadLetters, workshop: Workshop) -> None:
    first = letters.replay_some(limit=1)
    assert (first.number, (first.next or "").partition(":")[0]) == (1, "event")
    letters._events._inbox.retry_due()
    assert len(dead(letters)) == 2, "its bytes are no better than before"
    second = letters.replay_some(after=first.next, limit=1)
    assert (second.number, (second.next or "").partition(":")[0]) == (1, "job")
    assert letters.replay_some(after=second.next, limit=1) == Replayed(0, None)


@pytest.mark.parametrize("after", ["nonsense", "event:x:y", "else:01a20013-a1bf-755d-b544-74da8ff10f79:", ""])
def test_a_place_that_is_none_is_refused(letters: DeadLetters, after: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        letters.replay_some(after=after)

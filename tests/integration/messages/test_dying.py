"""kill -9 at each step of a message, and several copies at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import eventlet
import pytest
from sqlalchemy import func, update

from mpp import crashpoints
from mpp.crashpoints import MESSAGE_POINTS, Crash
from mpp.messages.channels.port import Taken
from mpp.persistence.tables import jobs
from tests.integration.messages.test_what_is_told import sip
from tests.support.desks import Desks
from tests.support.providers import Provider
from tests.support.telling import TEN, Telling


def die_at(wanted: str) -> Callable[[str], None]:
    reached: list[str] = []

    def hook(point: str) -> None:
        if point == wanted and not reached:
            reached.append(point)
            raise Crash(point)

    return hook


def lease_is_over(telling: Telling) -> None:
    """The copy that held the jobs under way is gone for so long that others may have them."""
    with telling.database.transaction() as tx:
        tx.execute(update(jobs).where(jobs.c.status == "running").values(held_until=func.clock_timestamp()))


def begin_and_die(telling: Telling, point: str) -> None:
    telling.clock.advance(TEN)
    with crashpoints.hook(die_at(point)):
        runner = telling.runner()
        assert runner.run_once() == 1
        runner.wait()


@pytest.mark.parametrize("point", MESSAGE_POINTS)
@pytest.mark.parametrize("can_tell", [True, False])
def test_dying(desks: Desks, provider: Provider, point: str, can_tell: bool) -> None:
    telling = Telling(desks, provider, can_tell=can_tell)
    provider.dedupes = False  # so that it counts how often it would have gone to the phone
    case = sip(desks)
    begin_and_die(telling, point)
    lease_is_over(telling)
    telling.work()
    (message,) = telling.of(case)
    again = point == "message.handed_over" and not can_tell
    unsure = point in ("message.begun", "message.handed_over") and not can_tell
    assert (message.state, message.attempts) == ("sent", 1)
    assert (len(provider.sent), message.maybe_twice) == (2 if again else 1, unsure)
    assert len({each["id"] for each in provider.sent}) == 1


def test_who_died_in_the_evening_is_taken_up_in_the_morning(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    begin_and_die(telling, "message.begun")
    desks.clock.advance(TEN * 72)  # 21.10
    lease_is_over(telling)
    telling.work()
    assert (provider.sent, telling.states(case)) == ([], ["sending"])
    telling.work(TEN * 60)
    assert (len(provider.sent), telling.states(case)) == (1, ["sent"])


def test_two_copies_send_each_message_once(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    cases = [sip(desks, index=index) for index in range(0, 20, 2)]
    telling.clock.advance(TEN)
    copies = [telling.runner() for _ in range(3)]
    while sum(copy.run_once() for copy in copies):
        for copy in copies:
            copy.wait()
    assert sorted(each["id"] for each in provider.sent) == sorted(f"P{telling.of(case)[0].id}" for case in cases)


def test_a_frozen_copy_that_wakes_up_records_nothing_over_its_successor(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    there, frozen, gate = telling.post.channels["sms"], [True], eventlet.Event()

    class Frozen:
        name, can_tell = "sms", True

        def send(self, outgoing: Any) -> Any:
            taken = there.send(outgoing)
            if frozen.pop():
                gate.wait()
                return Taken("of the frozen one")
            return taken

        def ask(self, id_: str) -> Any:
            return there.ask(id_)

    telling.post.channels["sms"] = Frozen()
    telling.clock.advance(TEN)
    slow = telling.runner()
    assert slow.run_once() == 1
    eventlet.sleep(0)
    while not provider.sent:
        eventlet.sleep(0.01)
    lease_is_over(telling)
    telling.work()
    assert telling.of(case)[0].provider_id == "sms-1"
    gate.send()
    slow.wait()
    assert (len(provider.sent), telling.of(case)[0].provider_id) == (1, "sms-1")


def test_a_handler_that_cannot_work_leaves_a_dead_letter_and_the_message(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)

    class Broken:
        name, can_tell = "sms", True

        def send(self, outgoing: Any) -> Any:
            raise RuntimeError("a mistake of the program")

    telling.post.channels["sms"] = Broken()
    telling.clock.advance(TEN)
    runner = telling.runner()
    assert runner.run_once() == 1
    runner.wait()
    assert telling.states(case) == ["sending"]
    with telling.database.transaction() as tx:
        (job,) = tx.execute(jobs.select()).all()
    assert (job.status, job.attempts) == ("waiting", 1)
    assert "phone" not in str(job.reason)

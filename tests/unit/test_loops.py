"""Whatever runs beside the commands is started, paced, stopped and watched in one way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import eventlet
import pytest
from eventlet.event import Event as Signal
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from mpp.clock import new_id
from mpp.crashpoints import Crash
from mpp.jobs.loops import Loop, Pace, Supervisor
from mpp.persistence.database import DatabaseAway
from tests.support.wait import until

NEVER = 3600.0
WOKEN = Pace(every=None, at_start=False)


class Work:
    """Counts its passes; each goes through `act`."""

    def __init__(self) -> None:
        self.passes = 0
        self.act: Callable[[], None] = lambda: None

    def __call__(self) -> None:
        self.passes += 1
        self.act()


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def start() -> Iterator[Callable[..., Loop]]:
    begun: list[Loop] = []

    def make(work: Work, pace: Pace, **more: object) -> Loop:
        loop = Loop("test", new_id(), work, pace, **more)  # type: ignore[arg-type]
        loop.start()
        begun.append(loop)
        return loop

    yield make
    for loop in begun:
        loop.kill()


def settle() -> None:
    """Let every greenlet run as far as it can without time passing."""
    for _ in range(20):
        eventlet.sleep(0)


def metric(name: str, loop: Loop, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"service": "test", "loop": loop.name, **labels}) or 0.0


def test_the_work_is_done_at_the_start_and_again_and_again(work: Work, start: Callable[..., Loop]) -> None:
    start(work, Pace(every=0.001))
    until(lambda: work.passes >= 3)


def test_a_loop_may_leave_the_start_alone(work: Work, start: Callable[..., Loop]) -> None:
    loop = start(work, Pace(every=NEVER, at_start=False))
    settle()
    assert work.passes == 0
    loop.wake()
    until(lambda: work.passes == 1)


def test_who_wakes_a_loop_during_a_pass_is_heard_after_it(work: Work, start: Callable[..., Loop]) -> None:
    loop = start(work, WOKEN)

    def once() -> None:
        work.act = lambda: None
        loop.wake()

    work.act = once
    loop.wake()
    until(lambda: work.passes == 2)
    settle()
    assert work.passes == 2


def test_many_wake_ups_are_one_pass(work: Work, start: Callable[..., Loop]) -> None:
    loop = start(work, WOKEN)
    for _ in range(10):
        loop.wake()
    settle()
    assert work.passes == 1


def test_the_work_may_ask_to_be_done_again_sooner(work: Work, start: Callable[..., Loop]) -> None:
    loop = start(work, Pace(every=NEVER))
    until(lambda: work.passes == 1)
    work.act = lambda: loop.no_later_than(0.0) if work.passes == 2 else None
    loop.wake()
    until(lambda: work.passes == 3)
    settle()
    assert work.passes == 3, "it was asked for once"


def test_a_failure_is_counted_and_told_once_and_the_loop_goes_on(work: Work, start: Callable[..., Loop]) -> None:
    def fail() -> None:
        if work.passes <= 3:
            raise ValueError("3515991234569990")

    work.act = fail
    with capture_logs() as logs:
        loop = start(work, Pace(every=0.001, back_off=0.001))
        until(lambda: work.passes >= 5)
    told = [(line["event"], line["loop"]) for line in logs]
    assert told == [("loop.failed", loop.name), ("loop.recovered", loop.name)]
    assert logs[0]["error"] == "ValueError"
    assert logs[1]["failures"] == 3
    assert "3515991234569990" not in str(logs)
    assert metric("mpp_loop_failures_total", loop, reason="ValueError") == 3
    assert metric("mpp_loop_last_run_timestamp_seconds", loop) > 0
    assert metric("mpp_loop_seconds_count", loop) >= 1


def test_another_failure_within_the_row_is_told_too(work: Work, start: Callable[..., Loop]) -> None:
    def fail() -> None:
        raise ValueError if work.passes < 3 else KeyError

    work.act = fail
    with capture_logs() as logs:
        start(work, Pace(every=0.001, back_off=0.001, longest_back_off=0.001))
        until(lambda: work.passes >= 5)
    assert [line["error"] for line in logs] == ["ValueError", "KeyError"]


def test_a_time_out_that_escapes_the_work_is_a_failure_and_not_the_end(work: Work, start: Callable[..., Loop]) -> None:
    def time_out() -> None:
        work.act = lambda: None
        raise eventlet.Timeout

    work.act = time_out
    start(work, Pace(every=0.001))
    until(lambda: work.passes >= 2)


def test_nobody_wakes_a_loop_that_backs_off(work: Work, start: Callable[..., Loop]) -> None:
    def fail() -> None:
        raise ValueError

    work.act = fail
    loop = start(work, Pace(every=NEVER, back_off=NEVER, longest_back_off=NEVER))
    until(lambda: work.passes == 1)
    loop.wake()
    settle()
    assert work.passes == 1
    loop.stop()
    assert work.passes == 1, "a stop ends the pause"


def test_a_stop_waits_for_the_pass_under_way(work: Work, start: Callable[..., Loop]) -> None:
    going, ended = Signal(), []

    def slowly() -> None:
        going.wait()
        ended.append("pass")

    work.act = slowly
    loop = start(work, Pace(every=NEVER), patience=None, ended=lambda: ended.append("ended"))
    until(lambda: work.passes == 1)
    stopping = eventlet.spawn(loop.stop)
    settle()
    assert ended == []
    going.send(None)
    stopping.wait()
    assert ended == ["pass", "ended"]
    assert work.passes == 1


def test_a_stop_has_only_so_much_patience(work: Work, start: Callable[..., Loop]) -> None:
    ended: list[str] = []

    def hang() -> None:
        try:
            Signal().wait()
        finally:
            ended.append("cut off")

    work.act = hang
    loop = start(work, Pace(every=NEVER), patience=0.01, ended=lambda: ended.append("ended"))
    until(lambda: work.passes == 1)
    loop.stop()
    assert ended == ["cut off", "ended"]


def test_a_last_pass_sees_what_was_done_before_the_stop(work: Work, start: Callable[..., Loop]) -> None:
    done, seen = ["before"], []
    work.act = lambda: seen.append(list(done))
    loop = start(work, Pace(every=NEVER), last_pass=True)
    until(lambda: work.passes == 1)
    done.append("at the end")
    loop.stop()
    assert seen == [["before"], ["before", "at the end"]]


def test_a_loop_that_is_killed_gives_nothing_back(work: Work, start: Callable[..., Loop]) -> None:
    said: list[str] = []
    loop = start(
        work,
        Pace(every=NEVER),
        ended=lambda: said.append("ended"),
        killed=lambda: said.append("killed"),
        last_pass=True,
    )
    until(lambda: work.passes == 1)
    loop.kill()
    loop.wake()
    settle()
    assert said == ["killed"]
    assert work.passes == 1


@pytest.mark.parametrize("end", [Loop.kill, Loop.stop])
def test_a_loop_that_was_cut_off_has_ended_whatever_a_library_makes_of_it(
    work: Work, start: Callable[..., Loop], end: Callable[[Loop], None]
) -> None:
    def driver() -> None:
        try:
            Signal().wait()
        except BaseException as cut:
            raise NotImplementedError from cut

    work.act = driver
    loop = start(work, Pace(every=0.01), patience=0.0)
    until(lambda: work.passes == 1)
    running = loop._greenlet
    assert running is not None
    with capture_logs() as lines:
        end(loop)
        until(lambda: running.dead)
    assert (work.passes, lines) == (1, [])


def test_a_process_that_dies_in_the_work_does_no_more_of_it(work: Work, start: Callable[..., Loop]) -> None:
    def die() -> None:
        raise Crash

    work.act = die
    loop = start(work, Pace(every=0.001))
    until(lambda: work.passes == 1)
    loop.wake()
    settle()
    assert work.passes == 1


def test_a_stop_while_the_database_is_away_is_a_stop(work: Work, start: Callable[..., Loop]) -> None:
    def away() -> None:
        raise DatabaseAway("test")

    start(work, Pace(every=NEVER), ended=away).stop()


def test_the_loops_with_a_last_pass_stop_after_the_others(work: Work) -> None:
    order: list[str] = []

    def slowly() -> None:
        eventlet.sleep(0)
        order.append("timer")

    timer = Loop("test", new_id(), lambda: None, Pace(every=NEVER), ended=slowly)
    sealer = Loop("test", new_id(), lambda: order.append("sealer"), Pace(every=NEVER, at_start=False), last_pass=True)
    supervisor = Supervisor(sealer)
    supervisor.add(timer)
    supervisor.start()
    supervisor.stop()
    assert order == ["timer", "sealer"]


def test_a_supervisor_kills_all_of_its_loops(work: Work) -> None:
    loops = [Loop("test", new_id(), work, Pace(every=NEVER)) for _ in range(3)]
    supervisor = Supervisor(*loops)
    supervisor.start()
    until(lambda: work.passes == 3)
    supervisor.kill()
    for loop in loops:
        loop.wake()
    settle()
    assert work.passes == 3

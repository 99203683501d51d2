"""What no case refers to goes; what a case refers to never does."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import eventlet
import pytest
from sqlalchemy import select, update

from mpp.jobs.dead_jobs import DeadJobs
from mpp.jobs.runner import JobRunner
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.persistence.deadline import Deadline
from mpp.persistence.tables import jobs
from services.gateway.tables import contents
from services.gateway.uploads import queries
from services.gateway.uploads.allowances import Sender
from services.gateway.uploads.handed_in import HandedIn
from services.gateway.uploads.sweeping import SWEEP, Known, Sweep, Sweeper, leave_sweep
from tests.integration.gateway.uploads.browser import (
    DAY,
    Counter,
    Killed,
    code_of,
    waits_for_a_lock,
)
from tests.support.documents import pdf
from tests.support.wait import until


def leave(counter: Counter, content: bytes) -> str:
    """A content that was stored and that no case came to refer to."""
    sender = Sender("x")
    file = HandedIn("application/pdf", None, io.BytesIO(content).read, len(content))
    with counter.keeper.receiving(sender, file) as received:
        counter.keeper.keep(received, sender, Deadline.after(5.0))
    return received.sha256


def test_a_silent_service_puts_the_sweep_off(counter: Counter) -> None:
    leave(counter, pdf())
    counter.desks.clock.advance(2 * DAY)

    def silent(method: str) -> None:
        if counter.rpc.calls.count("known_documents") == 2:
            raise ServiceUnavailable("civil_registry", "deadline")

    counter.rpc.before = silent
    assert counter.sweep() == 0
    counter.rpc.before = lambda method: None
    assert counter.sweep() == 1


def test_the_sweep_goes_in_bounded_steps_and_leaves_what_cases_refer_to(counter: Counter) -> None:
    kept = counter.upload(counter.case(), pdf("Dirujuk")).get_json()["document"]["sha256"]
    for number in range(5):
        leave(counter, pdf(f"Lepas {number}"))
    counter.desks.clock.advance(2 * DAY)
    swept = [counter.keeper.sweep(lambda hashes: set(), limit=2) for _ in range(4)]
    assert swept == [2, 2, 1, 0]
    assert counter.files() == [kept]


def test_an_upload_of_the_same_content_after_the_sweep_has_asked_saves_it(counter: Counter) -> None:
    case = counter.case()
    name = leave(counter, pdf())
    counter.desks.clock.advance(2 * DAY)

    def known(hashes: list[str]) -> set[str]:
        assert hashes == [name]
        assert counter.upload(case, pdf()).status_code == 201
        return set()  # what the services said a moment before

    assert counter.keeper.sweep(known) == 0
    assert counter.download(case, counter.rows()[0].id).data == pdf()


def test_an_upload_of_the_same_content_while_it_is_being_removed_stores_it_anew(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = counter.case()
    name = leave(counter, pdf())
    counter.desks.clock.advance(2 * DAY)
    remove, started = counter.keeper.folder.remove, []

    def remove_late(sha256: str) -> None:
        started.append(eventlet.spawn(counter.upload, case, pdf()))
        until(lambda: waits_for_a_lock(counter.database), what="the upload waits for the sweep")
        remove(sha256)

    monkeypatch.setattr(counter.keeper.folder, "remove", remove_late)
    assert counter.keeper.sweep(lambda hashes: set()) == 1
    assert started[0].wait().status_code == 201
    assert counter.files() == [name]
    assert counter.download(case, counter.rows()[0].id).data == pdf()


def test_a_sweep_that_dies_after_the_file_is_gone_ends_its_work_the_next_time(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(counter, pdf())
    counter.desks.clock.advance(2 * DAY)
    remove = counter.keeper.folder.remove

    def die(sha256: str) -> None:
        remove(sha256)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(counter.keeper.folder, "remove", die)
        counter.keeper.sweep(lambda hashes: set())
    assert counter.files() == []
    assert counter.keeper.sweep(lambda hashes: set()) == 1
    with counter.database.transaction() as tx:
        assert tx.execute(select(contents)).all() == []


def test_a_process_frozen_for_longer_than_the_grace_period_places_no_file_without_a_row(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = counter.case()
    touch = queries.touch

    def frozen(tx: Any, sha256: str, *rest: Any) -> None:
        touch(tx, sha256, *rest)
        tx.execute(update(contents).values(touched_at=counter.desks.clock.now() - 2 * DAY))

    hold = queries.hold

    def swept_meanwhile(tx: Any, sha256: str) -> bool:
        counter.keeper.sweep(lambda hashes: set())
        return hold(tx, sha256)

    monkeypatch.setattr(queries, "touch", frozen)
    monkeypatch.setattr(queries, "hold", swept_meanwhile)
    assert code_of(counter.upload(case, pdf()))[:2] == (503, "storage_unavailable")
    assert counter.unchanged(case)


def hours(counter: Counter) -> list[tuple[str, str]]:
    """The sweeps that were asked for, and what became of them."""
    with counter.database.transaction() as tx:
        found = tx.execute(select(jobs.c.key, jobs.c.status).where(jobs.c.kind == SWEEP.name).order_by(jobs.c.key))
        return [(row.key, row.status) for row in found]


def runner_of(counter: Counter, known: Known = lambda hashes: set()) -> JobRunner:
    sweeper = Sweeper(counter.keeper, known)
    return JobRunner(counter.database, counter.desks.clock, [SWEEP.done_by(sweeper.sweep)])


def sweep_once(runner: JobRunner) -> int:
    begun = runner.run_once()
    runner.wait()
    return begun


def test_the_folder_is_swept_once_an_hour_whichever_copy_asks(counter: Counter) -> None:
    clock = counter.desks.clock
    first = clock.now().replace(minute=0)
    assert leave_sweep(counter.database, clock.now())
    assert not leave_sweep(counter.database, clock.now()), "another copy, a minute later"
    assert sweep_once(runner_of(counter)) == 1
    assert not leave_sweep(counter.database, clock.now()), "it is done for this hour"
    clock.advance(timedelta(hours=1))
    assert leave_sweep(counter.database, clock.now())
    assert hours(counter) == [
        (first.isoformat(), "done"),
        ((first + timedelta(hours=1)).isoformat(), "waiting"),
    ]


def test_while_something_is_due_it_is_swept_every_five_minutes(counter: Counter) -> None:
    clock = counter.desks.clock
    leave(counter, pdf())
    assert not counter.keeper.has_something_due(), "its command may still be under way"
    clock.advance(timedelta(minutes=11))
    assert counter.keeper.has_something_due()
    assert leave_sweep(counter.database, clock.now(), due=True)
    assert not leave_sweep(counter.database, clock.now(), due=True), "another copy"
    clock.advance(timedelta(minutes=5))
    assert leave_sweep(counter.database, clock.now(), due=True)
    assert sweep_once(runner_of(counter)) == 1
    assert counter.files() == []
    assert not counter.keeper.has_something_due()


def test_a_sweep_goes_on_until_nothing_is_left(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        leave(counter, pdf(f"Lepas {number}"))
    counter.desks.clock.advance(2 * DAY)
    sweep = counter.keeper.sweep
    monkeypatch.setattr(counter.keeper, "sweep", lambda known: sweep(known, limit=2))
    leave_sweep(counter.database, counter.desks.clock.now())
    assert sweep_once(runner_of(counter)) == 1
    assert counter.files() == []


def test_a_sweep_that_fails_is_tried_again_and_in_the_end_shown_to_a_person(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(counter, pdf())
    clock = counter.desks.clock
    clock.advance(2 * DAY)

    def fail(sha256: str) -> None:
        raise OSError("the disk is gone")

    leave_sweep(counter.database, clock.now())
    runner = runner_of(counter)
    with monkeypatch.context() as patch:
        patch.setattr(counter.keeper.folder, "remove", fail)
        for _ in range(1 + len(SWEEP.delays)):
            assert sweep_once(runner) == 1
            clock.advance(timedelta(minutes=20))
    letters = DeadJobs(counter.database, clock)
    (dead,) = letters.list()
    assert str(dead.reason).startswith("OSError")
    assert letters.replay(dead.job.id, SWEEP.name)
    assert sweep_once(runner) == 1
    assert counter.files() == []
    assert [status for _, status in hours(counter)] == ["done"]


def test_a_silent_service_is_no_failure_of_the_sweep(counter: Counter) -> None:
    """It is put off to the next hour: nobody need look at it."""
    leave(counter, pdf())
    counter.desks.clock.advance(2 * DAY)
    leave_sweep(counter.database, counter.desks.clock.now())
    sweep_once(runner_of(counter, lambda hashes: None))
    assert [status for _, status in hours(counter)] == ["done"]
    assert len(counter.files()) == 1


def test_what_a_sweep_is_about_is_read_as_it_was_written(counter: Counter) -> None:
    sweep = Sweep(counter.desks.clock.now())
    assert Sweep.from_json(sweep.to_json()) == sweep

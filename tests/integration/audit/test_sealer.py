"""The sealer takes every committed entry into the service's chain, whenever it was committed."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from mpp.audit.checkpoints import Checkpoint
from mpp.audit.ledger import read_ledger
from mpp.clock import SystemClock, new_id
from mpp.jobs.loops import Supervisor
from mpp.jobs.sealing import Sealing
from mpp.persistence.audit import trail as audit
from mpp.persistence.tables import audit_seals
from tests.integration.audit.trail import CLERK, NOON, Trail
from tests.support.wait import until


def test_what_is_not_sealed_yet_is_said_and_is_no_finding(ten: Trail) -> None:
    eleventh = ten.write(action="log_in")
    ten.write(action="log_in")
    report = ten.check()
    assert report.count == 0
    assert (report.sealed, report.unsealed, report.first_unsealed) == (10, 2, eleventh)


def test_a_low_id_that_commits_late_is_sealed_late_and_never_missed(trail: Trail) -> None:
    with trail.database.transaction() as slow:
        late = audit.record(slow, at=NOON, actor=CLERK, office=None, action="import")
        first = trail.write(action="log_in")
        assert trail.seal() == 1
        second = trail.write(action="log_in")
        assert trail.seal() == 1
        assert trail.seal() == 0
    assert trail.seal() == 1
    third = trail.write(action="log_in")
    assert trail.seal() == 1
    with trail.database.transaction() as tx:
        order = tx.execute(select(audit_seals.c.audit_id).order_by(audit_seals.c.position)).scalars().all()
    assert order == [first, second, late, third]
    assert late < first
    assert trail.check().findings == []


def test_a_new_sealer_finds_the_late_one_as_well(trail: Trail) -> None:
    with trail.database.transaction() as slow:
        audit.record(slow, at=NOON, actor=CLERK, office=None, action="import")
        trail.write(action="log_in")
        assert trail.seal() == 1
    assert trail.new_sealer().run_once() == 1
    assert trail.check().findings == []


def test_a_transaction_rolled_back_leaves_no_gap_that_is_waited_for(trail: Trail) -> None:
    with trail.database.engine.connect() as tx:
        audit.record(tx, at=NOON, actor=CLERK, office=None, action="import")
        tx.rollback()
    trail.write(action="log_in")
    assert trail.seal() == 1
    with trail.database.transaction() as tx:
        assert tx.execute(select(audit_seals.c.position, audit_seals.c.floor)).one() == (1, 2)


def test_a_backlog_is_sealed_in_batches(core_database: str, tmp_path: Path) -> None:
    trail = Trail(core_database, tmp_path, batch=3)
    for _ in range(10):
        trail.write(action="log_in")
    assert trail.seal() == 10
    assert [note.checkpoint.size for note in read_ledger(trail.ledger.path) if note.checkpoint] == [3, 6, 9, 10]
    assert trail.check().findings == []
    trail.database.dispose()


def test_two_sealers_at_once_seal_nothing_twice(trail: Trail) -> None:
    """As when a frozen holder of the lease wakes up: one of two batches for the same position is refused."""
    written = [trail.write(action="log_in") for _ in range(40)]
    trail.batch = 3

    def sealing() -> None:
        sealer = trail.new_sealer()
        while True:
            try:
                if sealer.run_once() == 0:
                    return
            except IntegrityError:
                continue

    threads = [threading.Thread(target=sealing) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with trail.database.transaction() as tx:
        found = tx.execute(
            select(audit_seals.c.position, audit_seals.c.audit_id).order_by(audit_seals.c.position)
        ).all()
    assert [tuple(row) for row in found] == list(enumerate(written, start=1))
    assert trail.check().findings == []


def test_many_writers_and_a_sealer_that_never_stops_miss_nothing(trail: Trail) -> None:
    """Eight writers, some of which roll back or take their time, and the sealer between them."""
    stopping = threading.Event()

    def writer(number: int) -> None:
        case = new_id()
        for step in range(25):
            try:
                with trail.database.transaction() as tx:
                    audit.record(tx, at=NOON, actor=CLERK, office=None, action="note", case_id=case)
                    if step % 5 == number % 5:
                        tx.execute(text("SELECT pg_sleep(0.02)"))
                    if step % 7 == number % 7:
                        raise RuntimeError
            except RuntimeError:
                continue

    def sealing() -> None:
        while not stopping.is_set():
            trail.seal()

    writers = [threading.Thread(target=writer, args=(number,)) for number in range(6)]
    sealer = threading.Thread(target=sealing)
    for thread in (*writers, sealer):
        thread.start()
    for thread in writers:
        thread.join()
    stopping.set()
    sealer.join()
    trail.seal()
    report = trail.check()
    assert report.findings == []
    assert report.unsealed == 0
    assert report.sealed == report.entries > 100


def test_the_running_sealer_seals_and_writes_checkpoints_by_itself(trail: Trail) -> None:
    runner = Supervisor(Sealing(trail.database, SystemClock(), trail.ledger).loop)
    runner.start()
    trail.write(action="log_in")
    until(lambda: trail.ledger.path.exists())
    trail.write(action="log_in")
    until(lambda: (trail.check().checkpoint or Checkpoint("", 0, b"", NOON)).size == 2)
    runner.stop()
    assert trail.check().findings == []


def test_a_stopped_mall_has_sealed_what_it_did(trail: Trail) -> None:
    runner = Supervisor(Sealing(trail.database, SystemClock(), trail.ledger).loop)
    runner.start()
    trail.write(action="log_in")
    runner.stop()
    report = trail.check()
    assert (report.findings, report.unsealed, report.sealed) == ([], 0, 1)


def test_a_second_copy_of_the_service_does_not_seal(trail: Trail) -> None:
    first, second = (Supervisor(Sealing(trail.database, SystemClock(), trail.ledger).loop) for _ in range(2))
    first.start()
    trail.write(action="log_in")
    until(lambda: trail.check().sealed == 1)
    second.start()
    trail.write(action="log_in")
    until(lambda: trail.check().sealed == 2)
    with trail.database.transaction() as tx:
        assert tx.execute(text("SELECT count(*) FROM leases WHERE name = 'sealer'")).scalar() == 1
    second.stop()
    first.stop()

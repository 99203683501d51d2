"""The audit trail on a real PostgreSQL: chained, sealed, signed; and whoever changes it by plain SQL is told on."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from mpp.audit.checking import Report
from mpp.audit.checkpoints import Checkpoint, Signer, Verifier
from mpp.audit.ledger import Ledger, ledger_path, read_ledger
from mpp.casework.actors import Actor, Assignment
from mpp.clock import FixedClock, SystemClock, new_id
from mpp.messaging.sealing import SealerRunner
from mpp.persistence import audit, roles
from mpp.persistence.audit_check import check_service
from mpp.persistence.audit_sealer import Sealer
from mpp.persistence.database import Database
from mpp.persistence.tables import audit as entries
from mpp.persistence.tables import audit_seals
from tests.support.postgres import TestPostgres, role_password
from tests.support.wait import until

KEY = bytes(range(32))
CLERK = Actor("petugas.sukodono", (Assignment("35.15.14.2013", "clerk"),), counter="loket-1")
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


@dataclass
class Trail:
    """The trail of the permit service: its tables, its sealer, and the file of checkpoints outside."""

    url: str
    folder: Path
    key: bytes | None = KEY
    batch: int = 500
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))

    def __post_init__(self) -> None:
        self.database = Database(self.url, name="permits", pool_size=8)
        signer = None if self.key is None else Signer(self.key)
        self.ledger = Ledger(ledger_path(self.folder, "permits"), "mpp/35.15/permits", signer)
        self.sealer = self.new_sealer()

    def new_sealer(self) -> Sealer:
        return Sealer(self.database, self.clock, self.ledger.origin, self.ledger.append, self.batch)

    def write(self, case_id: str | None = None, action: str = "verify", **more: Any) -> int:
        """One entry in a transaction of its own; its id."""
        self.clock.advance(timedelta(seconds=1))
        with self.database.transaction() as tx:
            return audit.record(
                tx, at=self.clock.now(), actor=CLERK, office="dpmptsp", action=action, case_id=case_id, **more
            )

    def seal(self) -> int:
        return self.sealer.run_once()

    def sql(self, *statements: str) -> None:
        """What somebody with the owner's rights does behind the mall's back."""
        with self.database.engine.begin() as tx:
            for statement in statements:
                tx.execute(text(statement))

    def check(self, key: bytes | None = KEY) -> Report:
        notes = list(read_ledger(self.ledger.path)) if self.ledger.path.exists() else []
        verifier = None if key is None else Verifier(Signer(key).public)
        return check_service(self.url, "permits", notes, verifier)

    def first(self) -> tuple[str, int | None]:
        """The kind of the first finding, and the entry it names."""
        findings = self.check().findings
        assert findings, "nothing was found"
        return findings[0].kind, findings[0].entry


@pytest.fixture
def trail(core_database: str, tmp_path: Path) -> Iterator[Trail]:
    opened = Trail(core_database, tmp_path / "audit")
    yield opened
    opened.database.dispose()


@pytest.fixture
def ten(trail: Trail) -> Trail:
    """Ten sealed entries, ids 1-10: of case A the odd ones up to 7, of case B the even ones up to 8, two alone."""
    a, b = new_id(), new_id()
    for number in range(1, 9):
        trail.write(a if number % 2 else b, details={"version": (number + 1) // 2})
    trail.write(action="log_in")
    trail.write(action="search", reason="ahli waris")
    assert trail.seal() == 10
    return trail


def test_a_trail_that_nobody_touched_is_whole(ten: Trail) -> None:
    report = ten.check()
    assert report.findings == []
    assert report.notices == []
    assert (report.entries, report.sealed, report.unsealed) == (10, 10, 0)
    assert report.checkpoint is not None
    assert report.checkpoint.size == 10
    assert report.signed


def test_an_empty_trail_is_whole(trail: Trail) -> None:
    assert trail.seal() == 0
    report = trail.check()
    assert (report.count, report.entries, report.checkpoint) == (0, 0, None)


# ------------------------------------------------------------------------------------------ what plain SQL may do


@pytest.mark.parametrize(
    "edit",
    [
        "actor = 'orang.lain'",
        "at = at + interval '1 microsecond'",
        "at = at - interval '4000 years'",
        "at = 'infinity'",
        "office = NULL",
        "counter = 'loket-2'",
        "action = 'reject'",
        "reason = ''",
        "details = '{\"version\": 9}'",
        "details = '[]'",
        "details = '{\"version\": 1e999}'",
        "details = (repeat('[', 3000) || repeat(']', 3000))::jsonb",
        "correlation_id = 'x'",
        "case_id = gen_random_uuid()",
        "hash = sha256('')",
        "seq = seq + 100",
    ],
)
def test_an_edited_entry_is_named(ten: Trail, edit: str) -> None:
    ten.sql(f"UPDATE audit SET {edit} WHERE id = 5")
    kind, entry = ten.first()
    assert kind in ("edited", "deleted")  # moved out of its chain, it is missing there
    assert entry == 5


def test_an_edit_with_a_hash_made_to_fit_is_named(ten: Trail) -> None:
    from mpp.audit import chain

    with ten.database.engine.begin() as tx:
        row = tx.execute(select(entries).where(entries.c.id == 9)).one()
        content = chain.Content(
            chain.moment(row.at), None, "orang.lain", row.office, row.counter, row.action, None, {}, None
        )
        forged = chain.entry_hash(chain.GENESIS, 9, chain.ALONE, chain.digest(content))
        tx.execute(entries.update().where(entries.c.id == 9).values(actor="orang.lain", hash=forged))
    assert ten.first() == ("edited", 9)


def test_a_deleted_entry_is_named(ten: Trail) -> None:
    ten.sql("DELETE FROM audit WHERE id = 4")
    assert ten.first() == ("deleted", 4)


def test_a_deletion_that_also_takes_the_seal_is_named(ten: Trail) -> None:
    ten.sql("DELETE FROM audit WHERE id = 4", "DELETE FROM audit_seals WHERE audit_id = 4")
    finding = ten.check().findings[0]
    assert (finding.kind, finding.position) == ("deleted", 4)


def test_a_deletion_with_all_later_seals_made_again_is_found_by_the_checkpoint(ten: Trail) -> None:
    """An owner who knows the rules deletes an entry and lets the whole chain be computed anew."""
    ten.sql("DELETE FROM audit WHERE id = 9", "TRUNCATE audit_seals")
    ten.ledger = Ledger(ten.folder / "elsewhere", "mpp/35.15/permits", None)
    assert ten.new_sealer().run_once() == 9
    ten.write(action="log_in")
    assert ten.new_sealer().run_once() == 1
    ten.ledger = Ledger(ledger_path(ten.folder, "permits"), "mpp/35.15/permits", None)
    finding = ten.check().findings[0]
    assert finding.kind == "rewritten"
    assert "segel 1-10 " in finding.indonesian


def test_an_inserted_entry_is_named(ten: Trail) -> None:
    ten.sql(
        "INSERT INTO audit (seq, hash, at, case_id, actor, action)"
        " SELECT 5, hash, at, case_id, actor, 'issue' FROM audit WHERE id = 7"
    )
    assert ten.first() == ("edited", 11)
    ten.seal()  # sealing it does not make it right
    assert ten.first() == ("edited", 11)


def test_a_copy_of_an_entry_is_named(ten: Trail) -> None:
    ten.sql(
        "INSERT INTO audit (hash, at, actor, office, counter, action, details)"
        " SELECT hash, at, actor, office, counter, action, details FROM audit WHERE id = 9"
    )
    assert ten.first() == ("edited", 11)


def test_an_entry_forced_in_between_is_named_as_inserted(ten: Trail) -> None:
    """It even has a hash that fits: but everything up to its number was sealed without it."""
    with ten.database.engine.begin() as tx:
        tx.execute(text("SELECT setval('audit_id_seq', 20)"))
    ten.write(action="log_in")
    assert ten.seal() == 1
    from mpp.audit import chain

    content = chain.Content(chain.moment(NOON), None, "orang.lain", None, None, "log_in", None, {}, None)
    forged = chain.entry_hash(chain.GENESIS, 15, chain.ALONE, chain.digest(content))
    with ten.database.engine.begin() as tx:
        tx.execute(
            text(
                "INSERT INTO audit (id, hash, at, actor, action) OVERRIDING SYSTEM VALUE"
                " VALUES (15, :hash, :at, 'orang.lain', 'log_in')"
            ),
            {"hash": forged, "at": NOON},
        )
    assert ten.first() == ("inserted", 15)
    ten.write(action="log_in")
    ten.seal()
    assert ten.first() == ("inserted", 15)


def test_a_huge_id_does_not_keep_later_entries_from_being_sealed(ten: Trail) -> None:
    ten.sql(
        "INSERT INTO audit (id, hash, at, actor, action) OVERRIDING SYSTEM VALUE"
        " VALUES (1000000000000, sha256(''), now(), 'orang.lain', 'log_in')"
    )
    mine = ten.write(action="log_in")
    ten.seal()
    later = ten.write(action="log_in")
    ten.seal()
    with ten.database.transaction() as tx:
        assert {mine, later} <= set(tx.execute(select(audit_seals.c.audit_id)).scalars())


@pytest.mark.parametrize(("one", "other"), [(2, 3), (1, 5), (9, 10)])
def test_two_entries_that_changed_places_are_named(ten: Trail, one: int, other: int) -> None:
    ten.sql(
        "ALTER TABLE audit ALTER id SET GENERATED BY DEFAULT",
        f"UPDATE audit SET id = -1 WHERE id = {one}",
        f"UPDATE audit SET id = {one} WHERE id = {other}",
        f"UPDATE audit SET id = {other} WHERE id = -1",
    )
    assert ten.first() == ("reordered", one)


def test_two_seals_that_changed_places_are_named(ten: Trail) -> None:
    ten.sql(
        "UPDATE audit_seals SET position = 99 WHERE position = 3",
        "UPDATE audit_seals SET position = 3 WHERE position = 6",
        "UPDATE audit_seals SET position = 6 WHERE position = 99",
    )
    kind, entry = ten.first()
    assert (kind, entry) == ("reordered", 6)


def test_entries_of_a_case_that_changed_places_are_named(ten: Trail) -> None:
    ten.sql(
        "UPDATE audit SET seq = 99 WHERE id = 3",
        "UPDATE audit SET seq = 2 WHERE id = 5",
        "UPDATE audit SET seq = 3 WHERE id = 3",
    )
    kind, entry = ten.first()
    assert (kind, entry) == ("edited", 3)


def test_a_truncated_end_is_found_by_the_checkpoint(ten: Trail) -> None:
    ten.sql("DELETE FROM audit WHERE id > 8", "DELETE FROM audit_seals WHERE position > 8")
    finding = ten.check().findings[0]
    assert (finding.kind, finding.position) == ("truncated", 9)
    ten.sql("TRUNCATE audit, audit_seals")
    finding = ten.check().findings[0]
    assert (finding.kind, finding.position) == ("truncated", 1)


def test_a_truncated_end_does_not_heal_by_new_entries(ten: Trail) -> None:
    ten.sql("DELETE FROM audit WHERE id > 8", "DELETE FROM audit_seals WHERE position > 8")
    ten.write(action="log_in")
    ten.write(action="log_in")
    ten.new_sealer().run_once()
    kinds = {finding.kind for finding in ten.check().findings}
    assert kinds == {"rewritten"}


def test_a_table_emptied_alone_names_every_entry_and_prints_the_first_ones(ten: Trail) -> None:
    ten.sql("TRUNCATE audit")
    report = ten.check()
    assert report.count == 10
    assert [finding.entry for finding in report.findings] == list(range(1, 11))


def test_an_unsealed_end_of_a_case_is_missed_in_the_middle_only(trail: Trail) -> None:
    case = new_id()
    for _ in range(3):
        trail.write(case)
    trail.sql("DELETE FROM audit WHERE id = 2")
    assert trail.first() == ("deleted", 3)


# --------------------------------------------------------------------------------------------------- the chains


def test_each_case_has_a_chain_and_what_has_no_case_stands_alone(trail: Trail) -> None:
    a, b = new_id(), new_id()
    for case in (a, b, a, None, a, b):
        trail.write(case)
    trail.write(a, action="read", chained=False)
    with trail.database.transaction() as tx:
        found = tx.execute(select(entries.c.case_id, entries.c.seq).order_by(entries.c.id)).all()
    assert [tuple(row) for row in found] == [(a, 1), (b, 1), (a, 2), (None, None), (a, 3), (b, 2), (a, None)]
    trail.seal()
    assert trail.check().findings == []


def test_two_entries_of_one_transaction_follow_each_other(trail: Trail) -> None:
    case = new_id()
    with trail.database.transaction() as tx:
        for _ in range(2):
            audit.record(tx, at=NOON, actor=CLERK, office=None, action="note", case_id=case)
    trail.seal()
    assert trail.check().findings == []


def test_a_second_writer_without_the_lock_of_the_case_is_refused_and_not_chained_wrongly(trail: Trail) -> None:
    case = new_id()
    with trail.database.transaction() as one:
        audit.record(one, at=NOON, actor=CLERK, office=None, action="note", case_id=case)
        done: list[type[Exception]] = []

        def second() -> None:
            try:
                trail.write(case)
            except IntegrityError as error:
                done.append(type(error))

        other = threading.Thread(target=second)
        other.start()
        with trail.database.transaction() as watch:
            until(lambda: watch.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar())
    other.join()
    assert done == [IntegrityError]


def test_personal_numbers_do_not_reach_the_trail(trail: Trail) -> None:
    trail.write(
        reason="NIK 3515990101909991, telepon 0812-3456-7890",
        details={"note": ["3515990101909991"], "nik": 3515990101909991, "deep": {"phone": "+6281234567890"}},
    )
    with trail.database.transaction() as tx:
        row = tx.execute(select(entries.c.reason, entries.c.details)).one()
    assert "9991" not in f"{row.reason} {row.details}"
    assert "7890" not in f"{row.reason} {row.details}"
    trail.seal()
    assert trail.check().findings == []


@pytest.mark.parametrize(
    "value", ["\x00 dan \ud800", "é € 😀  ", 1.5, 1e300, 2**60, -7, True, None, [], {}, {"ö": {"a": [1, "b"]}}]
)
def test_whatever_a_caller_gives_comes_back_as_it_was_hashed(trail: Trail, value: Any) -> None:
    trail.write(details={"value": value}, reason=str(value))
    trail.seal()
    assert trail.check().findings == []


# --------------------------------------------------------------------------------------------------- the sealer


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
    runner = SealerRunner(trail.database, SystemClock(), trail.ledger)
    runner.start()
    trail.write(action="log_in")
    until(lambda: trail.ledger.path.exists())
    trail.write(action="log_in")
    until(lambda: (trail.check().checkpoint or Checkpoint("", 0, b"", NOON)).size == 2)
    runner.stop()
    assert trail.check().findings == []


def test_a_stopped_mall_has_sealed_what_it_did(trail: Trail) -> None:
    runner = SealerRunner(trail.database, SystemClock(), trail.ledger)
    runner.start()
    trail.write(action="log_in")
    runner.stop()
    report = trail.check()
    assert (report.findings, report.unsealed, report.sealed) == ([], 0, 1)


def test_a_second_copy_of_the_service_does_not_seal(trail: Trail) -> None:
    first, second = (SealerRunner(trail.database, SystemClock(), trail.ledger) for _ in range(2))
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


# ------------------------------------------------------------------------------------------------- checkpoints


def test_without_a_key_checkpoints_are_unsigned_and_say_so(core_database: str, tmp_path: Path) -> None:
    trail = Trail(core_database, tmp_path, key=None)
    trail.write(action="log_in")
    trail.seal()
    report = trail.check(key=None)
    assert report.count == 0
    assert not report.signed
    assert any("tanpa tanda tangan" in notice for notice in report.notices)
    assert "unsigned" in trail.ledger.path.read_text()
    trail.database.dispose()


def test_an_unsigned_checkpoint_is_refused_by_who_holds_the_key(ten: Trail) -> None:
    forged = Ledger(ten.ledger.path, ten.ledger.origin, None)
    ten.write(action="log_in")
    Sealer(ten.database, ten.clock, forged.origin, forged.append).run_once()
    assert ten.first() == ("checkpoint", None)


@pytest.mark.parametrize(("before", "after"), [("\n10\n", "\n9\n"), ("T05:00", "T04:00"), ("35.15", "35.78")])
def test_a_checkpoint_that_was_edited_is_named(ten: Trail, before: str, after: str) -> None:
    written = ten.ledger.path.read_text()
    assert before in written
    ten.ledger.path.write_text(written.replace(before, after))
    kinds = [finding.kind for finding in ten.check().findings]
    assert kinds[0] == "checkpoint"


def test_a_checkpoint_signed_with_another_key_is_named(ten: Trail) -> None:
    assert ten.check(key=bytes(32)).findings[0].kind == "checkpoint"


def test_the_checkpoints_of_another_service_are_not_taken(ten: Trail) -> None:
    other = Ledger(ten.ledger.path, "mpp/35.15/complaints", Signer(KEY))
    other.append(Checkpoint(other.origin, 99, bytes(32), NOON))
    finding = ten.check().findings[0]
    assert (finding.kind, "permits" in finding.indonesian) == ("checkpoint", True)


def test_a_trail_whose_checkpoints_are_gone_is_not_called_whole(ten: Trail) -> None:
    ten.ledger.path.unlink()
    assert ten.first() == ("checkpoint", None)


def test_a_note_that_a_power_cut_tore_does_not_spoil_the_next(ten: Trail) -> None:
    whole = ten.ledger.path.read_bytes()
    for cut in range(1, len(whole), 9):
        ten.ledger.path.write_bytes(whole[:cut])
        ten.new_sealer().run_once()
        report = ten.check()
        assert report.count == 0, cut
        assert report.checkpoint is not None
        assert report.checkpoint.size == 10


def test_the_file_may_be_moved_away_and_the_copy_still_counts(ten: Trail) -> None:
    copy = ten.folder / "copy"
    ten.ledger.path.rename(copy)
    ten.write(action="log_in")
    ten.seal()
    assert ten.check().findings == []
    ten.sql("DELETE FROM audit WHERE id > 8", "DELETE FROM audit_seals WHERE position > 8")
    report = check_service(ten.url, "permits", read_ledger(copy), Verifier(Signer(KEY).public))
    assert report.findings[0].kind == "truncated"


# --------------------------------------------------------------------------------- the rights of the service's role


@pytest.fixture
def runtime(postgres_server: TestPostgres) -> Iterator[Database]:
    """A database of the permit service as `mpp prepare` makes it, and the service's own account in it."""
    service, database = f"izin{os.getpid()}", f"izin_{os.getpid()}_{new_id()[-6:]}"
    url = make_url(postgres_server.base).set(username=service, database=database)
    url = url if url.query.get("host") else url.set(password=role_password(service))
    shown = url.render_as_string(hide_password=False)
    roles.prepare(postgres_server.base, shown, service, "services.permits.migrations")
    opened = Database(shown, name="permits", pool_size=4)
    yield opened
    opened.dispose()
    postgres_server.drop(database)
    postgres_server.execute(f'DROP ROLE IF EXISTS "{service}"', f'DROP ROLE IF EXISTS "{service}_owner"')


def test_the_service_writes_seals_and_reads_with_its_own_account(runtime: Database, tmp_path: Path) -> None:
    ledger = Ledger(ledger_path(tmp_path, "permits"), "mpp/35.15/permits", Signer(KEY))
    with runtime.transaction() as tx:
        audit.record(tx, at=NOON, actor=CLERK, office=None, action="submit", case_id=new_id())
    assert Sealer(runtime, FixedClock(NOON), ledger.origin, ledger.append).run_once() == 1
    report = check_service(runtime.url, "permits", read_ledger(ledger.path), Verifier(Signer(KEY).public))
    assert (report.count, report.sealed) == (0, 1)


@pytest.mark.parametrize("table", ["audit", "audit_seals"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET {} = 1", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} ADD COLUMN x int"],
)
def test_the_service_can_neither_change_nor_delete_what_is_written(
    runtime: Database, table: str, statement: str
) -> None:
    column = "seq" if table == "audit" else "floor"
    with pytest.raises(ProgrammingError) as refused, runtime.transaction() as tx:
        tx.execute(text(statement.format(table, column)))
    assert refused.value.orig.pgcode == "42501"  # insufficient privilege


# ------------------------------------------------------------------------------------------------ mpp verify audit


@pytest.fixture
def verify(ten: Trail, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, list[str]]]:
    """Run `mpp verify audit`; the exit status and the lines."""
    from typer.testing import CliRunner

    from mpp.operations.commands.verify import app

    monkeypatch.setenv("PERMITS_DATABASE_URL", ten.url)
    monkeypatch.setenv("MPP_AUDIT_DIR", str(ten.folder))
    monkeypatch.setenv("MPP_AUDIT_KEY", KEY.hex())

    def run(*arguments: str) -> tuple[int, list[str]]:
        done = CliRunner().invoke(app, ["audit", *arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output.splitlines()

    return run


def test_the_command_says_that_a_trail_is_whole(verify: Callable[..., tuple[int, list[str]]]) -> None:
    status, lines = verify()
    assert status == 0
    assert lines == [
        "permits: utuh: 10 entri, 10 disegel, checkpoint terakhir 10, sah"
        " | whole: 10 entries, 10 sealed, last checkpoint 10, signed"
    ]


def test_the_command_names_the_first_bad_entry(ten: Trail, verify: Callable[..., tuple[int, list[str]]]) -> None:
    ten.sql("UPDATE audit SET actor = 'orang.lain' WHERE id = 6")
    ten.write(action="log_in")
    status, lines = verify("--service", "permits")
    assert status == 1
    assert lines[0].startswith("permits: entri 6 (segel 6) diubah")
    assert " | entry 6 (seal 6) was edited" in lines[0]
    assert any("1 entri belum disegel, mulai entri 11" in line for line in lines)
    assert lines[-1].startswith("permits: TIDAK UTUH")


def test_the_command_takes_a_copy_of_the_checkpoints(
    ten: Trail, verify: Callable[..., tuple[int, list[str]]], tmp_path: Path
) -> None:
    copy = tmp_path / "salinan.txt"
    copy.write_bytes(ten.ledger.path.read_bytes())
    ten.ledger.path.unlink()
    assert verify()[0] == 1
    assert verify("--checkpoint", str(copy))[0] == 0


def test_a_checker_needs_the_public_key_only(
    verify: Callable[..., tuple[int, list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MPP_AUDIT_KEY")
    status, lines = verify()
    assert status == 0
    assert "tidak diperiksa" in lines[0]
    monkeypatch.setenv("MPP_AUDIT_PUBLIC_KEY", Signer(KEY).public.hex())
    status, lines = verify()
    assert (status, len(lines)) == (0, 1)


def test_the_command_finds_the_embedded_database_of_a_mall_that_runs_or_stands_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from typer.testing import CliRunner

    from mpp.operations.commands.verify import app
    from mpp.operations.postgres import EmbeddedPostgres
    from mpp.operations.run import locked

    def verified() -> tuple[int, str]:
        done = CliRunner().invoke(app, ["audit", "--service", "permits"])
        return done.exit_code, done.output

    with tempfile.TemporaryDirectory(prefix="mpp-test-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        monkeypatch.setenv("MPP_DATA", name)
        for variable in ("PERMITS_DATABASE_URL", "MPP_AUDIT_DIR", "MPP_AUDIT_KEY"):
            monkeypatch.delenv(variable, raising=False)
        with locked(folder), EmbeddedPostgres(folder, durable=False) as server:
            url = server.url("permits", user="permits")
            roles.prepare(server.url(), url, "permits", "services.permits.migrations")
            trail = Trail(url, folder / "audit", key=None)
            trail.write(action="log_in")
            trail.seal()
            trail.database.dispose()
            assert verified()[0] == 0
        status, output = verified()
        assert status == 0
        assert "1 entri, 1 disegel" in output
        ledger_path(folder / "audit", "permits").unlink()
        assert verified()[0] == 1

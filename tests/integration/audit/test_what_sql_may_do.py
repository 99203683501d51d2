"""What plain SQL does to the trail is named: edited, deleted, inserted, moved, cut off."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from mpp.audit.ledger import Ledger, ledger_path
from mpp.persistence.tables import audit as entries
from mpp.persistence.tables import audit_seals
from tests.integration.audit.trail import NOON, Trail


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

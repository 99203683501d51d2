"""Each case has a chain; no personal number reaches it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from mpp.clock import new_id
from mpp.persistence.audit import trail as audit
from mpp.persistence.tables import audit as entries
from tests.integration.audit.trail import CLERK, NOON, Trail
from tests.support.wait import until


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

"""A feed that went back, read through several copies of the gateway at once: one epoch, and a mark that never falls."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from mpp.clock import FixedClock
from mpp.disk import write_whole
from mpp.persistence.database import Database
from services.gateway.feed import queries as feed
from services.gateway.feed.epochs import mark as marks
from services.gateway.feed.epochs.cursor import Cursor
from services.gateway.feed.epochs.mark import Mark
from services.gateway.feed.epochs.watch import Watch
from services.gateway.tables import feed_epochs
from tests.integration.gateway.conftest import NOW
from tests.integration.gateway.test_feed import event
from tests.races.sessions import meet, row_of
from tests.support.wait import until

SET_TWO = """
import sys
from pathlib import Path
from services.gateway.feed.epochs.cursor import Cursor
from services.gateway.feed.epochs.mark import Mark
Mark(Path(sys.argv[1])).set(Cursor("a", 2))
"""


@pytest.fixture
def gateway(gateway_url: str) -> Iterator[Database]:
    """The gateway's database, with two events that have no position yet."""
    opened = Database(gateway_url, name="gateway")
    with opened.transaction() as tx:
        feed.store(tx, [event(), event()])
    yield opened
    opened.dispose()


def watch(gateway: Database) -> Watch:
    return Watch(gateway, FixedClock(NOW), None)


def epochs(gateway: Database) -> int:
    with gateway.transaction() as tx:
        return len(tx.execute(select(feed_epochs.c.epoch)).all())


def test_two_copies_that_notice_a_restore_at_once_begin_one_epoch(gateway: Database) -> None:
    watch(gateway).numbered()
    with gateway.transaction() as tx:
        tx.execute(text("UPDATE feed_state SET fingerprint = 'elsewhere'"))
    before = epochs(gateway)
    # the first look sees that the database is another; the second transaction begins the epoch
    first, second = meet(gateway, watch(gateway).numbered, watch(gateway).numbered, commit=2)
    assert epochs(gateway) == before + 1
    assert first.answer.epoch == second.answer.epoch
    assert second.waited == row_of("feed_state")


def test_an_epoch_that_an_operator_begins_ends_the_one_before_at_its_last_position(gateway: Database) -> None:
    watch(gateway).numbered()
    with gateway.transaction() as tx:
        feed.store(tx, [event()])

    def begin() -> int:
        with gateway.transaction() as tx:
            return watch(gateway).begin(tx, NOW.replace(year=NOW.year + 10), "an operator said so")[1]

    _, second = meet(gateway, watch(gateway).numbered, begin)
    assert second.answer == 3, "with the event that was given its position at that moment"
    assert second.waited == row_of("feed_state")


def test_two_copies_that_raise_the_mark_leave_the_higher_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def another_comes(path: Path, content: str, mode: int) -> None:
        other = subprocess.Popen([sys.executable, "-c", SET_TWO, str(tmp_path)])
        others.append(other)
        until(lambda: waits(other.pid) or other.poll() is not None, what="the other copy ends or waits")
        write_whole(path, content, mode)

    others: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(marks, "write_whole", another_comes)
    Mark(tmp_path).set(Cursor("a", 1))
    assert [other.wait() for other in others] == [0]
    assert Mark(tmp_path).read() == Cursor("a", 2)


def waits(pid: int) -> bool:
    """Whether this process waits for the lock of a file."""
    lines = (line.split() for line in Path("/proc/locks").read_text().splitlines())
    return any("->" in words and str(pid) in words for words in lines)

"""A feed that went back begins another epoch: no partner slides over events in silence, and the way out is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from werkzeug.test import Client, TestResponse

from mpp.clock import new_id
from mpp.persistence.database import Database
from mpp.web.wsgi import Door, Headers
from services.gateway.api.app import build
from services.gateway.feed.epochs import queries
from services.gateway.feed.epochs.cursor import Cursor
from services.gateway.feed.epochs.mark import Mark
from services.gateway.feed.epochs.notes import notes
from services.gateway.feed.epochs.watch import Watch
from services.gateway.housekeeping import keep_house
from tests.integration.gateway.conftest import Mall
from tests.integration.gateway.test_feed import event, keep
from tests.support.postgres import TestPostgres

EPOCHS = "/api/v1/operations/feed/epochs"


class Partner:
    """Keeps a cursor and the ids of what it has read; passes over what it knows, as its documentation says."""

    def __init__(self, mall: Mall) -> None:
        self.mall = mall
        self.cursor: str | None = None
        self.known: list[str] = []

    def ask(self) -> TestResponse:
        query = "" if self.cursor is None else f"?after={self.cursor}"
        return self.mall.get(f"/api/v1/events{query}", role="partner")

    def follow(self) -> list[str]:
        """Read to the end; the new ids."""
        new: list[str] = []
        while True:
            answer = self.ask()
            if answer.status_code == 410:
                self.cursor = answer.get_json().get("resume")
                continue
            assert answer.status_code == 200, answer.text
            page = answer.get_json()
            new += [item["id"] for item in page["items"] if item["id"] not in self.known]
            self.known += [item["id"] for item in page["items"] if item["id"] not in self.known]
            self.cursor = page["next"]
            if not page["more"]:
                return new


class Copies:
    """A database that is copied, and put in the place of the one that goes on: a backup and its restore."""

    def __init__(self, server: TestPostgres, mall: Mall) -> None:
        self.server, self.mall = server, mall
        self.made: list[str] = []

    def back_up(self) -> str:
        """A copy of the gateway's database as it is now."""
        self.mall.database.dispose()
        name = str(make_url(self.mall.database.url).database)
        self.made.append(self.server.copy(name))
        return self.made[-1]

    def restore(self, mall: Mall, copy: str, folder: Path | None) -> None:
        """The gateway goes on with the copy."""
        restart(mall, Database(self.server.url(copy), name="gateway"), folder)


def restart(mall: Mall, database: Database, folder: Path | None) -> None:
    """Another process of the gateway, on this database."""
    mall.database = mall.parts.database = database
    mall.parts.feed_watch = Watch(database, mall.clock, None if folder is None else Mark(folder))
    mall.client = Client(Headers(Door(build(mall.parts))))


@pytest.fixture
def copies(postgres_server: TestPostgres, mall: Mall) -> Iterator[Copies]:
    opened = Copies(postgres_server, mall)
    yield opened
    for name in opened.made:
        postgres_server.drop(name)


@pytest.fixture(params=[True, False], ids=["with a mark", "without"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, mall: Mall) -> Path | None:
    """Where the mark stands, if there is one."""
    found = tmp_path if request.param else None
    restart(mall, mall.database, found)
    return found


def reasons(mall: Mall) -> list[str]:
    with mall.database.transaction() as tx:
        return list(tx.execute(text("SELECT reason FROM feed_epochs ORDER BY ordinal")).scalars())


def test_a_partner_misses_nothing_when_the_feed_is_restored_and_filled_again(
    mall: Mall, copies: Copies, folder: Path | None
) -> None:
    partner = Partner(mall)
    before, lost, other = [event() for _ in range(5)], [event() for _ in range(7)], [event() for _ in range(9)]
    keep(mall, *before)
    assert partner.follow() == [e.id for e in before]
    copy = copies.back_up()
    keep(mall, *lost)
    assert partner.follow() == [e.id for e in lost]
    copies.restore(mall, copy, folder)
    keep(mall, *other)  # more than was lost: its positions are those that the partner has seen
    refused = partner.ask()
    assert (refused.status_code, refused.get_json()["code"]) == (410, "feed_epoch_over")
    assert refused.get_json()["errors"][0]["field"] == "after"
    keep(mall, *lost)  # the outboxes' events are sent again
    assert partner.follow() == [e.id for e in other], "and nothing that it knows"
    assert partner.follow() == []
    everything = sorted(e.id for e in (*before, *lost, *other))
    assert sorted(partner.known) == everything
    assert sorted(Partner(mall).follow()) == everything


def test_who_was_behind_the_copy_reads_everything(mall: Mall, copies: Copies, folder: Path | None) -> None:
    partner = Partner(mall)
    first, second, third = event(), event(), event()
    keep(mall, first)
    partner.follow()
    keep(mall, second)
    Partner(mall).follow()
    copies.restore(mall, copies.back_up(), folder)
    keep(mall, third)
    assert partner.follow() == [second.id, third.id]


def test_a_restore_twice_from_the_same_copy_is_two_epochs(mall: Mall, copies: Copies, tmp_path: Path) -> None:
    """The second one does not know that there was a first: only the mark does."""
    restart(mall, mall.database, tmp_path)
    keep(mall, event())
    partner = Partner(mall)
    partner.follow()
    one, two = copies.back_up(), copies.back_up()
    keep(mall, event())
    partner.follow()
    copies.restore(mall, one, tmp_path)
    new = [event() for _ in range(3)]
    keep(mall, *new)
    assert partner.follow() == [e.id for e in new]
    seen = partner.cursor
    copies.restore(mall, two, tmp_path)
    newer = event()
    keep(mall, newer)
    answer = partner.ask()
    assert (answer.status_code, answer.get_json()["code"]) == (410, "feed_epoch_over")
    assert "resume" not in answer.get_json(), "nobody here knows that epoch: from the beginning"
    assert partner.follow() == [newer.id]
    assert partner.cursor != seen


def test_a_database_that_went_back_in_its_own_place_is_noticed_by_the_mark(mall: Mall, tmp_path: Path) -> None:
    """A fail-over to a replica that was behind, or a snapshot of the disk: nothing in the database tells."""
    restart(mall, mall.database, tmp_path)
    keep(mall, event(), event(), event())
    partner = Partner(mall)
    partner.follow()
    put_back(mall, 1)
    lost = event()
    keep(mall, lost)
    answer = partner.ask()
    assert (answer.status_code, answer.get_json()["code"]) == (410, "feed_epoch_over")
    assert Cursor.read(answer.get_json()["resume"]).position == 1
    assert partner.follow() == [lost.id]
    assert reasons(mall)[1:] == ["the database is behind what was given out"]


def test_a_mall_that_moves_in_order_keeps_its_epoch(mall: Mall, copies: Copies, tmp_path: Path) -> None:
    restart(mall, mall.database, tmp_path)
    keep(mall, event())
    partner = Partner(mall)
    partner.follow()
    copies.restore(mall, copies.back_up(), tmp_path)
    new = event()
    keep(mall, new)
    assert partner.ask().status_code == 200
    assert partner.follow() == [new.id]
    restart(mall, mall.database, tmp_path)
    assert partner.ask().status_code == 200
    assert len(reasons(mall)) == 1


def test_a_restart_begins_no_epoch(mall: Mall, folder: Path | None) -> None:
    partner = Partner(mall)
    for _ in range(3):
        new = event()
        keep(mall, new)
        assert partner.follow() == [new.id]
        restart(mall, mall.database, folder)
    assert len(reasons(mall)) == 1


def test_an_old_mark_or_none_at_all_does_no_harm(mall: Mall, tmp_path: Path) -> None:
    restart(mall, mall.database, tmp_path)
    keep(mall, event())
    partner = Partner(mall)
    partner.follow()
    for left in (None, b"\xff", b""):
        mark = tmp_path / "gateway.feed"
        if left is None:
            mark.unlink()
        else:
            mark.write_bytes(left)
        restart(mall, mall.database, tmp_path)
        assert partner.ask().status_code == 200
    assert Mark(tmp_path).read() == Cursor.read(str(partner.cursor))


def test_a_folder_that_cannot_be_written_does_not_stop_the_feed(mall: Mall, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    restart(mall, mall.database, tmp_path / "file")
    new = event()
    keep(mall, new)
    assert Partner(mall).follow() == [new.id]


@pytest.mark.parametrize("written", ["3", "1-3"])
def test_cursors_of_before_there_were_epochs_go_on(mall: Mall, written: str) -> None:
    events = [event() for _ in range(5)]
    keep(mall, *events)
    with mall.database.transaction() as tx:  # as the update leaves a mall that had events
        tx.execute(text("UPDATE feed_state SET epoch = '1'"))
        tx.execute(text("UPDATE feed_epochs SET epoch = '1'"))
    partner = Partner(mall)
    partner.cursor = written
    assert partner.follow() == [e.id for e in events[3:]]
    assert partner.cursor == "5", "as it was then"


def test_a_cursor_of_another_mall_is_told_as_such(mall: Mall) -> None:
    keep(mall, event())
    for written in ("7", "0badcafe-1"):
        answer = mall.get(f"/api/v1/events?after={written}", role="partner")
        assert (answer.status_code, answer.get_json()["code"]) == (410, "feed_epoch_over")
        assert "resume" not in answer.get_json()
    assert mall.get("/api/v1/events?after=0", role="partner").status_code == 200, "who had read nothing lost nothing"


def test_a_cursor_ahead_of_the_feed_is_told_as_such(mall: Mall) -> None:
    keep(mall, event())
    partner = Partner(mall)
    partner.follow()
    ahead = Cursor.read(str(partner.cursor))
    answer = mall.get(f"/api/v1/events?after={Cursor(ahead.epoch, ahead.position + 1)}", role="partner")
    assert (answer.status_code, answer.get_json()["code"]) == (410, "feed_cursor_ahead")
    assert answer.content_type == "application/problem+json"


def put_back(mall: Mall, last: int) -> None:
    """The feed as it was at this position; neither the database nor a mark shows it."""
    with mall.database.transaction() as tx:
        tx.execute(text(f"DELETE FROM feed_events WHERE position > {last} OR position IS NULL"))
        tx.execute(text(f"UPDATE feed_state SET last = {last}"))


def test_an_operator_says_from_when_the_copy_is_and_nobody_slides_over_what_came_since(mall: Mall) -> None:
    partner, fast = Partner(mall), Partner(mall)
    keep(mall, event(), event())
    fast.follow()
    with mall.database.transaction() as tx:
        tx.execute(text("UPDATE feed_events SET received_at = now() - interval '2 hours'"))
    partner.follow()
    keep(mall, event(), event(), event())
    assert len(fast.follow()) == 3
    put_back(mall, 2)
    restart(mall, mall.database, None)
    new = [event() for _ in range(4)]
    keep(mall, *new)
    Partner(mall).follow()  # they have the positions that were given out before
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    begun = mall.post(EPOCHS, {"since": since, "reason": "snapshot of Tuesday"}, role="operator")
    assert begun.status_code == 200, begun.text
    assert begun.get_json()["position"] == 2
    for one in (partner, fast):
        assert one.ask().get_json()["resume"] == f"{begun.get_json()['epoch']}-2"
        assert one.follow() == [e.id for e in new]


def test_a_new_epoch_is_begun_once_and_the_trail_says_who_and_why(mall: Mall) -> None:
    keep(mall, event())
    body, key = {"since": datetime.now(UTC).isoformat(), "reason": "snapshot of Tuesday"}, new_id()
    first, again = (mall.post(EPOCHS, body, role="operator", Idempotency_Key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.get_json() == again.get_json()
    assert reasons(mall)[1:] == ["an operator said so"]
    with mall.database.transaction() as tx:
        query = "SELECT actor, reason FROM audit WHERE action = 'feed_epoch_begun'"
        assert tx.execute(text(query)).all() == [("petugas", "snapshot of Tuesday")]
        assert tx.execute(text("SELECT kind FROM jobs")).scalars().all() == ["events.reconcile"]
    (line,) = notes(mall.database)
    assert line.startswith(f"feed: epoch {first.get_json()['epoch']} since ")
    assert mall.post(EPOCHS, body).status_code == 403
    assert mall.post(EPOCHS, {"reason": "x"}, role="operator").status_code == 422
    assert mall.post(EPOCHS, {**body, "since": "2026-13-01T00:00:00Z"}, role="operator").status_code == 422


@pytest.mark.parametrize(
    ("bases", "epoch", "position", "resumes_at"),
    [
        ([0, 10], "a", 7, 7),
        ([0, 10], "a", 15, 10),
        ([0, 10, 12], "a", 15, 10),
        ([0, 10, 12], "b", 15, 12),
        ([0, 10, 4], "a", 15, 4),
        ([0, 10, 4], "b", 3, 3),
        ([0, 10], "z", 3, None),
    ],
)
def test_up_to_where_somebody_has_seen_what_is_here(
    bases: list[int], epoch: str, position: int, resumes_at: int | None
) -> None:
    known = [queries.Epoch(name, base) for name, base in zip("abc", bases, strict=False)]
    assert queries.resume_at(known, epoch, position) == resumes_at


def test_another_copy_of_the_gateway_knows_by_the_mark_what_was_given_out(mall: Mall, tmp_path: Path) -> None:
    one, two = (Watch(mall.database, mall.clock, Mark(tmp_path)) for _ in range(2))
    one.numbered()
    keep(mall, event(), event())
    first = two.numbered()
    put_back(mall, 1)
    keep(mall, event(), event())
    assert one.numbered().epoch != first.epoch, "it has given out nothing itself"
    assert two.numbered() == one.numbered()


def test_within_an_epoch_the_mark_never_goes_back(tmp_path: Path) -> None:
    mark = Mark(tmp_path)
    mark.set(Cursor("a", 2))
    mark.set(Cursor("a", 1))
    assert mark.read() == Cursor("a", 2)
    mark.set(Cursor("b", 1))
    assert mark.read() == Cursor("b", 1)


def test_what_grows_old_unread_gets_no_position_in_an_epoch_that_is_over(mall: Mall, tmp_path: Path) -> None:
    watch = Watch(mall.database, mall.clock, Mark(tmp_path))
    keep(mall, event(), event())
    before = watch.numbered()
    put_back(mall, 1)
    keep(mall, event())
    keep_house(mall.database, mall.clock.now(), Watch(mall.database, mall.clock, Mark(tmp_path)))
    with mall.database.transaction() as tx:
        known = queries.epochs(tx)
    assert (known[0].name, [each.base for each in known]) == (before.epoch, [0, 1])

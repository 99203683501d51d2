"""The gateway's database is put back to an older copy: partners are told, the feed is filled, nobody loses anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import make_url

from mpp.messaging.brokers.embedded import EmbeddedBroker
from tests.integration.mall.losses import count, unpublished
from tests.support.desks import REPORT, doctor
from tests.support.postgres import TestPostgres
from tests.support.wait import until
from tests.support.whole_mall import CLERK, PARTNER, WholeMall

FEED = ("complaints", "gateway", "partners_feed")


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


class Malls:
    """One after the other on the same databases, but for the gateway's, which is copied and put back."""

    def __init__(self, urls: dict[str, str], server: TestPostgres, now: datetime) -> None:
        self.urls, self.server, self.now = dict(urls), server, now
        self.made: list[str] = []
        self.current = WholeMall(self.urls, EmbeddedBroker(), now).start()

    def back_up(self) -> str:
        """A copy of the gateway's database; the mall goes on."""
        self.current.die()
        name = str(make_url(self.urls["gateway"]).database)
        self.made.append(self.server.copy(name))
        self.start()
        return self.made[-1]

    def restore(self, copy: str) -> None:
        """The gateway goes on with the copy."""
        self.current.die()
        self.urls["gateway"] = self.server.url(copy)
        self.start()

    def start(self) -> None:
        self.current = WholeMall(self.urls, EmbeddedBroker(), self.now).start()


@pytest.fixture
def malls(urls: dict[str, str], postgres_server: TestPostgres, now: datetime) -> Iterator[Malls]:
    opened = Malls(urls, postgres_server, now)
    yield opened
    opened.current.die()
    for name in opened.made:
        postgres_server.drop(name)


class Partner:
    """Does what docs/partners.md says: keeps the cursor, and after a 410 goes on from `resume`."""

    def __init__(self) -> None:
        self.cursor: str | None = None
        self.ids: list[str] = []
        self.refused: list[str] = []

    def follow(self, mall: WholeMall) -> list[str]:
        """Read to the end; the ids that it did not know."""
        new: list[str] = []
        while True:
            query = "" if self.cursor is None else f"?after={self.cursor}"
            answer = mall.counter.get(f"/api/v1/events{query}", PARTNER)
            if answer.status_code == 410:
                self.refused.append(answer.get_json()["code"])
                self.cursor = answer.get_json().get("resume")
                continue
            assert answer.status_code == 200, answer.text
            page = answer.get_json()
            new += [item["id"] for item in page["items"] if item["id"] not in self.ids]
            self.ids += new
            self.cursor = page["next"]
            if not page["more"]:
                return new


def complain(mall: WholeMall, times: int) -> None:
    """So many events that partners may see."""
    before = count(mall, "gateway", "SELECT count(*) FROM feed_events")
    for _ in range(times):
        body: dict[str, Any] = {"service": "PGD-LPR", "applicant": doctor(), "data": REPORT}
        assert mall.post("/api/v1/complaints", body, CLERK).status_code == 201
    until(lambda: count(mall, "gateway", "SELECT count(*) FROM feed_events") == before + times)
    until(lambda: unpublished(mall) == 0)


def missing(mall: WholeMall) -> dict[tuple[str, str, str], int]:
    pairs = mall.reconcile()["pairs"]
    return {(p["producer"], p["consumer"], p["subscription"]): p["missing"] for p in pairs if p["missing"]}


def test_partners_are_told_of_the_restore_and_get_what_was_in_the_hole(malls: Malls) -> None:
    malls.current.reconcile()
    early, late = Partner(), Partner()
    complain(malls.current, 2)
    early.follow(malls.current)
    copied_at = datetime.now(UTC)
    copy = malls.back_up()
    complain(malls.current, 3)
    late.follow(malls.current)
    malls.restore(copy)
    mall = malls.current
    complain(mall, 4)  # more than were lost: their positions are those that `late` has seen
    assert len(late.follow(mall)) == len(early.follow(mall)) == 4
    assert late.refused == early.refused == ["feed_epoch_over"]
    assert missing(mall) == {("complaints", "gateway", "feed"): 3, FEED: 3}
    span = {"since": copied_at.isoformat(), "until": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    resent = mall.post("/api/v1/operations/events/complaints/resends", span)
    assert resent.get_json()["resent"] == 7
    until(lambda: count(mall, "gateway", "SELECT count(*) FROM feed_events") == 9)
    until(lambda: unpublished(mall) == 0)
    assert mall.reconcile()["clean"]
    assert late.follow(mall) == [], "it had them"
    assert len(early.follow(mall)) == 3
    anew = Partner()
    anew.follow(mall)
    assert len(anew.ids) == 9
    assert sorted(anew.ids) == sorted(early.ids) == sorted(late.ids)

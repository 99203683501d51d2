"""What was told is compared with what was heard: whoever lacks an event is named, with the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mpp.clock import new_id
from mpp.jobs.kinds import Job
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.messaging.reconciling.spans import Span, first_id, made_at
from services.gateway.reconciling import metrics, queries
from services.gateway.reconciling.asked import GRACE, Asked, leave_regular
from services.gateway.reconciling.job import Reconciler
from services.gateway.reconciling.peers import FEED, Called
from tests.integration.mall.losses import count, forget, known_deaths, unpublished, wipe
from tests.support.desks import REPORT, doctor
from tests.support.outages import no_room
from tests.support.postgres import TestPostgres
from tests.support.wait import until
from tests.support.whole_mall import CLERK, OPERATOR, RECONCILIATIONS, WholeMall

PERSONS = ("civil_registry", "complaints", "persons")
FEEDS = {("gateway", "feed"), ("gateway", FEED)}


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def rabbit_mall(urls: dict[str, str], amqp_uri: str, now: datetime) -> Iterator[WholeMall]:
    opened = WholeMall(urls, AmqpBroker(amqp_uri), now)
    yield opened
    opened.die()


def lacking(found: dict[str, Any]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(missing, untold) of each pair that lacks something."""
    return {
        (pair["producer"], pair["consumer"], pair["subscription"]): (pair["missing"], pair["untold"])
        for pair in found["pairs"]
        if pair["missing"] or pair["untold"]
    }


def complain(mall: WholeMall) -> None:
    body = {"service": "PGD-LPR", "applicant": doctor(), "data": REPORT}
    assert mall.post("/api/v1/complaints", body, CLERK).status_code == 201


def quiet(mall: WholeMall, deaths: int) -> None:
    """Until all is told and everybody has heard of that many deaths."""
    feed = "SELECT count(*) FROM inbox WHERE type LIKE '%deceased%'"
    until(lambda: known_deaths(mall) == known_deaths(mall, "permits") == count(mall, "gateway", feed) == deaths)
    until(lambda: unpublished(mall) == 0)


def test_nobody_lacks_anything_in_a_mall_that_is_well(each_mall: WholeMall) -> None:
    mall = each_mall.start()
    assert mall.reconcile()["clean"], "nothing was told yet"
    mall.tell_of_deaths(30)
    complain(mall)
    quiet(mall, 30)
    found = mall.reconcile()
    assert found["clean"], found
    pairs = {(pair["producer"], pair["consumer"], pair["subscription"]) for pair in found["pairs"]}
    assert pairs >= {PERSONS, ("civil_registry", "permits", "persons"), ("complaints", *max(FEEDS))}
    assert pairs >= {("complaints", *feed) for feed in FEEDS}


@pytest.mark.broker
def test_a_death_that_was_lost_with_the_broker_is_named_and_mended(rabbit_mall: WholeMall) -> None:
    mall = rabbit_mall.start(frozen="complaints")
    mall.reconcile()
    (lost,) = mall.tell_of_deaths(1)
    until(lambda: known_deaths(mall, "permits") == 1 and unpublished(mall) == 0)
    wipe(mall)
    mall.thaw("complaints")
    until(lambda: all(inbox.attached for inbox in mall.process.inboxes.values()))
    found = mall.reconcile()
    assert lacking(found) == {PERSONS: (1, 0)}
    (pair,) = [pair for pair in found["pairs"] if pair["missing"]]
    assert pair["examples"] == [lost.id]
    assert mend(mall, pair["mended_by"]) == 1
    quiet(mall, 1)
    assert mall.reconcile()["clean"]
    assert count(mall, "complaints", "SELECT max(attempts) FROM inbox") == 1, "acted once"


def mend(mall: WholeMall, command: str) -> int:
    """What an operator does with the line that is printed; how many were sent again."""
    words = command.split()
    assert words[:4] == ["mpp", "events", "resend", "--since"]
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    address = f"/api/v1/operations/events/{words[6]}/resends"
    answer = mall.post(address, {"since": words[4], "until": later})
    assert answer.status_code == 200, answer.text
    return int(answer.get_json()["resent"])


def test_a_service_whose_database_was_restored_is_named(each_mall: WholeMall) -> None:
    mall = each_mall.start()
    mall.reconcile()
    mall.tell_of_deaths(7)
    quiet(mall, 7)
    forget(mall, "complaints")
    found = mall.reconcile()
    assert lacking(found) == {PERSONS: (7, 0)}
    (pair,) = [pair for pair in found["pairs"] if pair["missing"]]
    assert mend(mall, pair["mended_by"]) == 7
    quiet(mall, 7)
    assert mall.reconcile()["clean"]


def test_a_feed_that_lacks_events_is_named(mall: WholeMall) -> None:
    mall.start()
    mall.reconcile()
    complain(mall)
    until(lambda: count(mall, "gateway", "SELECT count(*) FROM feed_events") == 1 and unpublished(mall) == 0)
    with mall.database("gateway").transaction() as tx:
        tx.execute(text("DELETE FROM feed_events"))
    assert lacking(mall.reconcile()) == {("complaints", "gateway", FEED): (1, 0)}


def test_events_that_their_own_producer_does_not_know_are_told(mall: WholeMall) -> None:
    """Its database is from before they were made: a backup of four moments."""
    mall.start()
    mall.reconcile()
    mall.tell_of_deaths(4)
    quiet(mall, 4)
    with mall.database("civil_registry").transaction() as tx:
        tx.execute(text("DELETE FROM outbox WHERE id > (SELECT max(id) - 2 FROM outbox)"))
    found = mall.reconcile()
    lacks = {
        PERSONS: (0, 2),
        ("civil_registry", "permits", "persons"): (0, 2),
        ("civil_registry", "gateway", "feed"): (0, 2),
    }
    assert lacking(found) == lacks, "of which partners read none"
    assert not found["clean"]


def test_what_waits_or_lies_dead_is_not_missing(mall: WholeMall, postgres_server: TestPostgres) -> None:
    mall.start()
    mall.reconcile()
    with no_room(postgres_server, mall.database("complaints"), "persons", "42501"):
        mall.tell_of_deaths(3)
        until(lambda: count(mall, "complaints", "SELECT count(*) FROM inbox WHERE status = 'retry'") == 3)
        until(lambda: unpublished(mall) == 0)
        with mall.database("complaints").transaction() as tx:
            one = "(SELECT event_id FROM inbox LIMIT 1)"
            tx.execute(text(f"UPDATE inbox SET status = 'dead' WHERE event_id = {one}"))
        found = mall.reconcile()
    assert lacking(found) == {}
    assert found["unsettled"]["complaints"] == {"retry": 2, "dead": 1}


def test_what_was_not_published_yet_is_not_missing(mall: WholeMall) -> None:
    for server in mall._servers:
        server.start()
    mall.reconcile()
    mall.tell_of_deaths(3)
    assert lacking(mall.reconcile()) == {}


def test_what_was_told_before_somebody_listened_is_not_missing(mall: WholeMall) -> None:
    mall.start(frozen="complaints")
    mine = mall.process.subscriptions["complaints"]
    kept = mine[:]
    mine.clear()
    mall.tell_of_deaths(3)
    until(lambda: known_deaths(mall, "permits") == 3)
    with mall.database("civil_registry").transaction() as tx:
        tx.execute(text("UPDATE outbox SET published_at = now()"))
    mall.reconcile()
    mine += kept
    assert lacking(mall.reconcile()) == {}
    mall.tell_of_deaths(2)
    with mall.database("civil_registry").transaction() as tx:
        tx.execute(text("UPDATE outbox SET published_at = now()"))
    assert lacking(mall.reconcile())[PERSONS] == (2, 0)


def test_who_does_not_answer_is_named_and_the_others_are_compared(
    mall: WholeMall, monkeypatch: pytest.MonkeyPatch
) -> None:
    mall.start()
    mall.reconcile()
    mall.tell_of_deaths(2)
    quiet(mall, 2)
    forget(mall, "complaints")

    class Silent(Called):
        def digest(self, span: Span) -> Any:
            raise ServiceUnavailable("permits", "deadline")

    monkeypatch.setitem(mall.peers, "permits", Silent(mall.counter.backend, "permits"))
    found = mall.reconcile()
    assert (found["silent"], found["clean"]) == (["permits"], False)
    assert lacking(found) == {PERSONS: (2, 0)}


def test_the_result_is_a_metric_and_a_line_of_the_long_readiness(mall: WholeMall) -> None:
    database = mall.database("gateway")
    assert metrics.notes(database) == ["events: not compared yet"]
    mall.start()
    mall.reconcile()
    (line,) = metrics.notes(database)
    assert line.startswith("events: none missing, compared 2")
    mall.tell_of_deaths(2)
    quiet(mall, 2)
    forget(mall, "complaints")
    mall.reconcile()
    (line,) = metrics.notes(database)
    assert line.startswith("events: civil_registry -> complaints (persons): 2 missing, 0 not known to their producer")
    metrics.refresh(database, "gateway")
    assert metrics.missing.labels(*PERSONS)._value.get() == 2
    assert metrics.missing.labels("civil_registry", "permits", "persons")._value.get() == 0


def test_it_is_done_once_a_day_and_every_hour_while_something_is_wrong(mall: WholeMall) -> None:
    database, now = mall.database("gateway"), datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    assert leave_regular(database, now)
    assert not leave_regular(database, now + timedelta(minutes=1)), "another copy"
    assert not leave_regular(database, now + timedelta(hours=3))
    assert leave_regular(database, now + timedelta(days=1))
    mall.start()
    mall.reconcile()
    assert not leave_regular(database, now + timedelta(days=1, hours=1)), "it was clean"
    mall.tell_of_deaths(1)
    quiet(mall, 1)
    forget(mall, "complaints")
    mall.reconcile()
    assert leave_regular(database, now + timedelta(days=1, hours=1))
    assert not leave_regular(database, now + timedelta(days=1, hours=1, minutes=5))


def test_the_regular_one_leaves_out_what_may_still_be_on_its_way(mall: WholeMall) -> None:
    clock, database = mall.desks.clock, mall.database("gateway")
    asked: list[Span] = []

    class Asks:
        def digest(self, span: Span) -> Any:
            asked.append(span)
            raise ServiceUnavailable("anybody", "deadline")

    kept = timedelta(days=30)
    reconciler = Reconciler(database, clock, lambda: {"anybody": Asks()}, kept)  # type: ignore[dict-item]
    reconciler.reconcile(Asked("x"), Job("1", "events.reconcile", "x", "", 1))
    assert [span.since for span in asked] == [clock.now() - kept], "who was silent is asked no more"
    with database.transaction() as tx:
        kept_result = queries.last(tx)
    assert kept_result is not None
    assert kept_result.found.span == Span(clock.now() - kept, clock.now() - GRACE)


def test_an_id_says_when_it_was_made() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    id_ = new_id()
    assert before <= made_at(id_) <= datetime.now(UTC)
    assert first_id(before) < id_ < first_id(datetime.now(UTC) + timedelta(milliseconds=2))


@pytest.mark.parametrize("body", [{"since": "yesterday"}, {"until": "2026-99-01T00:00:00Z"}, {"more": 1}])
def test_what_cannot_be_asked_is_refused(mall: WholeMall, body: dict[str, Any]) -> None:
    assert mall.post(RECONCILIATIONS, body).status_code == 422
    assert mall.post(RECONCILIATIONS, {}, CLERK).status_code == 403
    assert mall.counter.get(f"{RECONCILIATIONS}/last", OPERATOR).status_code == 404
    assert mall.counter.get(f"{RECONCILIATIONS}/last", CLERK).status_code == 403


def test_each_result_has_its_name_and_a_part_does_not_stand_for_the_whole(mall: WholeMall) -> None:
    mall.start()
    mall.reconcile()
    mall.tell_of_deaths(2)
    quiet(mall, 2)
    forget(mall, "complaints")
    whole = mall.reconcile()
    part = mall.reconcile(since=datetime.now(UTC).isoformat())
    assert (whole["clean"], part["clean"]) == (False, True)
    assert mall.get(f"{RECONCILIATIONS}/{whole['asked']}") == whole == mall.get(f"{RECONCILIATIONS}/last")
    assert metrics.notes(mall.database("gateway"))[0].startswith("events: civil_registry -> complaints")
    for _ in range(queries.KEPT):
        mall.reconcile(since=datetime.now(UTC).isoformat())
    assert mall.get(f"{RECONCILIATIONS}/last") == whole
    assert mall.counter.get(f"{RECONCILIATIONS}/{part['asked']}", OPERATOR).status_code == 404

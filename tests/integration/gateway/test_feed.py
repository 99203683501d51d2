"""What a partner can rely on when it follows the feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from mpp.clock import new_id
from mpp.messaging.events.event import Event
from services.gateway.feed import queries
from services.gateway.feed.epochs.watch import Watch
from services.gateway.feed.keeping import prune_feed
from tests.integration.gateway.conftest import Mall


def event(kind: str = "permits.permit.issued.v1", **more: Any) -> Event:
    values: dict[str, Any] = {
        "id": new_id(),
        "type": kind,
        "source": "permits",
        "subject": new_id(),
        "subjectversion": 1,
        "time": datetime(2026, 11, 20, tzinfo=UTC),
        "region": "35.15.14.2013",
        "data": {"number": "503/0001"},
        "correlationid": new_id(),
        **more,
    }
    return Event(**values)


def keep(mall: Mall, *events: Event) -> None:
    with mall.database.transaction() as tx:
        queries.store(tx, events)


def read(mall: Mall, query: str = "") -> dict[str, Any]:
    answer = mall.get(f"/api/v1/events?{query}", role="partner")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def follow(mall: Mall, query: str = "", after: str | None = None) -> list[str]:
    """Ids of all events from the cursor on, page by page."""
    seen: list[str] = []
    while True:
        page = read(mall, query + (f"&after={after}" if after is not None else ""))
        seen += [e["id"] for e in page["items"]]
        after = page["next"]
        if not page["more"]:
            return seen


def test_a_partner_reads_every_public_event_once_in_cloudevents_form(mall: Mall) -> None:
    events = [event() for _ in range(7)]
    keep(mall, *events)
    keep(mall, *events)  # delivered again
    assert follow(mall, "limit=3") == [e.id for e in events]
    first = read(mall, "limit=1")["items"][0]
    assert first["specversion"] == "1.0"
    assert first["subjectversion"] == 1
    assert first["time"] == "2026-11-20T00:00:00Z"
    assert first["region"] == "35.15.14.2013"


def test_internal_events_about_persons_are_never_kept(mall: Mall) -> None:
    keep(mall, event("civil_registry.person.died.v1", dataclassification="internal"))
    assert read(mall)["items"] == []
    with mall.database.transaction() as tx:
        assert tx.execute(text("SELECT count(*) FROM feed_events")).scalar_one() == 0


def test_a_row_that_commits_late_is_not_missed_by_a_reader_who_went_on(mall: Mall) -> None:
    early, late, last = event(), event(), event()
    keep(mall, early)
    with mall.database.engine.begin() as slow:
        queries.store(slow, [late])  # has its place in the table, and is not committed yet
        keep(mall, last)
        page = read(mall)
        assert [e["id"] for e in page["items"]] == [early.id, last.id]
    assert follow(mall, "", page["next"]) == [late.id]


def test_readers_who_number_at_the_same_time_give_each_event_one_position(mall: Mall) -> None:
    import eventlet

    events = [event() for _ in range(300)]
    keep(mall, *events)
    pool = eventlet.GreenPool(8)
    results = list(pool.imap(lambda _: follow(mall, "limit=50"), range(8)))
    assert all(seen == results[0] for seen in results)
    assert sorted(results[0]) == sorted(e.id for e in events)


def test_a_partner_may_follow_one_type_or_one_domain(mall: Mall) -> None:
    issued, refused, birth = event(), event("permits.permit.refused.v1"), event("civil_registry.birth.registered.v1")
    keep(mall, issued, refused, birth)
    assert follow(mall, "type=permits.permit.issued.v1") == [issued.id]
    assert follow(mall, "type=permits.permit.*") == [issued.id, refused.id]
    assert follow(mall, "type=permits.*") == [issued.id, refused.id]
    page = read(mall, "type=civil_registry.death.*")
    assert (page["items"], page["next"].partition("-")[2], page["more"]) == ([], "3", False)


def test_a_cursor_that_cannot_be_ours_is_refused(mall: Mall) -> None:
    keep(mall, event())
    read(mall)
    bad = ("abc", "-1", "1.5", "9223372036854775808", "1-99999999999999999999", "x-1", "1-", "", "1&after=1")
    for after in bad:
        answer = mall.get(f"/api/v1/events?after={after}", role="partner")
        assert answer.status_code == 400, after
        assert answer.get_json()["errors"][0]["field"] == "after"


def test_a_cursor_older_than_the_feed_says_that_events_are_gone(mall: Mall) -> None:
    old, older = event(), event()
    keep(mall, old, older)
    cursor = read(mall, "limit=1")["next"]
    read(mall)
    with mall.database.transaction() as tx:
        tx.execute(text("UPDATE feed_events SET received_at = now() - interval '31 days'"))
    new = event()
    keep(mall, new)
    assert prune_feed(mall.database, datetime.now(UTC), Watch(mall.database, mall.clock, None)) == 2
    gone = mall.get(f"/api/v1/events?after={cursor}", role="partner")
    assert gone.status_code == 410
    assert gone.get_json()["code"] == "feed_cursor_expired"
    assert follow(mall) == [new.id]
    assert follow(mall, "", f"{cursor.partition('-')[0]}-2") == [new.id]


def test_the_feed_is_for_partners(mall: Mall) -> None:
    assert mall.get("/api/v1/events", role="clerk").status_code == 403
    assert mall.client.get("/api/v1/events").status_code == 401


def test_old_counts_go_with_the_housekeeping(mall: Mall) -> None:
    from services.gateway.housekeeping import keep_house

    for number in range(3):
        mall.client.get("/api/v1/track/X", environ_overrides={"REMOTE_ADDR": f"10.0.0.{number}"})
    watch = Watch(mall.database, mall.clock, None)
    assert keep_house(mall.database, mall.clock.now(), watch)["attempts"] == 0
    assert keep_house(mall.database, mall.clock.now() + timedelta(minutes=2), watch)["attempts"] == 6, (
        "by address and by code"
    )


def test_several_types_and_an_area_are_asked_for_at_once(mall: Mall) -> None:
    here, there = "35.15.14.2013", "35.15.18.2001"
    issued, paid = event(region=here), event("permits.levy.paid.v1", region=here)
    voided, far = event("permits.levy.voided.v1", region=there), event(region=there)
    beside = event(region="35.15.141.2001")
    keep(mall, issued, paid, voided, far, beside)
    every = [e.id for e in (issued, paid, voided, far, beside)]
    assert follow(mall, "type=permits.permit.issued.v1,permits.levy.*&limit=2") == every
    assert follow(mall, "area=35.15.14") == [issued.id, paid.id], "what lies in it, and nothing that begins alike"
    assert follow(mall, "area=35.15.14&type=permits.levy.*,permits.permit.revoked.v1&limit=1") == [paid.id]
    assert follow(mall, f"area={there}") == [voided.id, far.id]


def test_a_type_that_no_event_has_is_refused_and_not_waited_for(mall: Mall) -> None:
    for wrong in ("permits.permit.isued.v1", "permit.*", "permits.permit.issued.v1,x.y", "civil_registry.person.*"):
        answer = mall.get(f"/api/v1/events?type={wrong}", role="partner")
        assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "unknown_event_type"), wrong

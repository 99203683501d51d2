"""Who has stolen the account of a service tells no events of another (guarantee 9).

The thief holds the account of the complaints desk; on a real RabbitMQ with the rights that `mpp prepare` gives it: it
may answer calls, and so write to any queue of the mall, under any routing key.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import structlog
from amqp.exceptions import AccessRefused

from mpp.clock import new_id
from mpp.contracts import contract_of
from mpp.identity.person import person_key
from mpp.messaging.brokers.port import Outgoing
from mpp.messaging.brokers.topology import EVENTS, dead_queue, events_queue
from mpp.messaging.events.event import Event
from mpp.messaging.events.trust import UNSIGNED
from tests.integration.mall.losses import count
from tests.integration.mall.thief import FOREIGN, THIEF, Scene, after_all_before, letters, lives, publish
from tests.support.desks import PERSON_KEY, doctor
from tests.support.own_accounts import OwnAccounts
from tests.support.wait import until
from tests.support.whole_mall import PARTNER, death

LIVING = person_key(str(doctor()["nik"]), PERSON_KEY)
ISSUED = "permits.permit.issued.v1"
RECEIVED = "complaints.report.received.v1"
OTHER_KEY = "undecodable: routing key does not belong to ce-type"


def issued(data: dict[str, Any]) -> Event:
    return replace(
        death(LIVING), id=new_id(), type=ISSUED, source="mpp/permits", data=data, dataclassification="public"
    )


@pytest.mark.parametrize(("name", "reason"), [(None, UNSIGNED), (THIEF, FOREIGN)])
def test_a_forged_death_is_a_dead_letter_that_says_why_and_is_logged(
    name: str | None, reason: str, scene: Scene
) -> None:
    with structlog.testing.capture_logs() as lines:
        scene.thief.forge(death(LIVING), "permits", name)
        until(lambda: letters(scene.mall).get("permits"), what="a dead letter of permits")
    assert letters(scene.mall)["permits"] == [reason]
    logged = [(line["service"], line["reason"]) for line in lines if line["event"] == "inbox.dead"]
    assert ("permits", reason) in logged
    assert lives(scene.mall, scene.case)


def test_replaying_the_forgery_does_not_make_it_true(scene: Scene) -> None:
    scene.thief.forge(death(LIVING), "permits", None)
    found = until(lambda: [item for item in listed(scene) if item["service"] == "permits"], what="a dead letter")
    path = "/api/v1/operations/dead-letters/permits/{}/{}/replay".format(*found[0]["id"].split(":"))
    assert scene.mall.post(path, {}).get_json()["status"] == "dead"
    assert letters(scene.mall)["permits"] == [UNSIGNED]
    assert lives(scene.mall, scene.case)


def listed(scene: Scene) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = scene.mall.get("/api/v1/operations/dead-letters")["items"]
    return items


def test_a_forgery_under_the_id_of_a_true_event_is_not_in_its_way(scene: Scene) -> None:
    """Which the thief can know: he has the same event in a queue of his own."""
    (true,) = scene.mall.tell_of_deaths(1)
    scene.thief.forge(replace(death(LIVING), id=true.id), "permits", THIEF)
    done = f"SELECT count(*) FROM inbox WHERE event_id = '{true.id}' AND status = 'done'"
    until(lambda: count(scene.mall, "permits", done) == 1, what="the true one")
    until(lambda: letters(scene.mall).get("permits") == [FOREIGN], what="a dead letter of permits")
    living = f"SELECT count(*) FROM persons WHERE person = '{LIVING}'"
    assert count(scene.mall, "permits", living) == 0


@pytest.mark.parametrize("name", [None, THIEF])
def test_a_forged_permit_does_not_come_out_of_the_feed(name: str | None, scene: Scene) -> None:
    scene.thief.forge(issued(dict(contract_of(ISSUED).example)), "gateway", name)
    until(lambda: letters(scene.mall).get("gateway"), what="a dead letter of the feed")
    assert issued_in_the_feed(scene) == []


def issued_in_the_feed(scene: Scene) -> list[dict[str, Any]]:
    return [item for item in scene.mall.get("/api/v1/events", PARTNER)["items"] if item["type"] == ISSUED]


def test_what_he_may_tell_is_told_as_from_his_own_service(scene: Scene) -> None:
    """An event of the complaints desk that names permits as its source."""
    data = dict(contract_of(RECEIVED).example)
    told = replace(death(LIVING), type=RECEIVED, source="mpp/permits", data=data, dataclassification="public")
    scene.thief.forge(told, "gateway", THIEF)
    until(lambda: letters(scene.mall).get("gateway"), what="a dead letter of the feed")
    assert letters(scene.mall)["gateway"] == ["ce-source is not the service that ce-type begins with"]


def test_not_even_a_service_publishes_what_its_contract_does_not_name(scene: Scene) -> None:
    """The account of permits itself: a NIK in a field of its own, one in place of a day, a secret made public."""
    good, nik = dict(contract_of(ISSUED).example), str(doctor()["nik"])
    hidden = replace(issued(good), dataclassification="internal")
    for event in (issued({**good, "nik": nik}), issued({**good, "valid_from": nik}), hidden):
        headers, body = event.to_message()
        outgoing = Outgoing(EVENTS, event.routing_key, headers, body, event.id)
        scene.mall.broker.speaking_as("permits").publish_batch([outgoing])
    reasons = ["against its contract: valid_from", "against its contract: dataclassification"]
    until(lambda: sorted(letters(scene.mall).get("gateway", [])) == sorted(reasons), what="two dead letters")
    (kept,) = until(lambda: issued_in_the_feed(scene))
    assert kept["data"] == good


# --- RabbitMQ alone: whatever else leads to the queue of another ------------------------------------------------------

WAYS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"key": events_queue("permits")}, {}, OTHER_KEY),
    ({"key": events_queue("permits"), "user_id": THIEF}, {}, OTHER_KEY),
    ({"user_id": THIEF}, {"BCC": [events_queue("permits")]}, FOREIGN),
    ({"user_id": THIEF}, {"CC": [dead_queue("permits")]}, FOREIGN),
    ({}, {"CC": [dead_queue("permits")]}, UNSIGNED),
    ({"user_id": THIEF}, {"BCC": [events_queue("permits")], "x-delivery-count": 99}, FOREIGN),
    # over the exchange of events, to which he may write under keys of his own
    (
        {"exchange": EVENTS, "key": f"{RECEIVED}.35.15", "user_id": THIEF},
        {"CC": [death(LIVING).routing_key]},
        OTHER_KEY,
    ),
]


@pytest.mark.broker
@pytest.mark.parametrize("scene", ["rabbitmq"], indirect=True)
@pytest.mark.parametrize(("how", "more", "reason"), WAYS)
def test_no_other_way_into_the_queue_makes_it_true(
    how: dict[str, Any], more: dict[str, Any], reason: str, scene: Scene, accounts: OwnAccounts
) -> None:
    event = death(LIVING)
    headers, body = event.to_message()
    sent = {"exchange": "", "key": event.routing_key, **how}
    try:
        publish(accounts.uri_of(THIEF), body, {**headers, **more}, **sent)
    except AccessRefused:  # RabbitMQ 4 looks at the keys in CC as well
        assert sent["exchange"] == EVENTS
    else:
        until(lambda: letters(scene.mall).get("permits"), what="a dead letter of permits")
        assert letters(scene.mall)["permits"] == [reason]
    after_all_before(scene.mall)
    assert lives(scene.mall, scene.case)

"""Who has stolen the account of a service speaks for that service alone (guarantee 9).

The thief holds the account of the complaints desk, with the rights that `mpp prepare` gives it on a real RabbitMQ: it
may answer calls, and so write to any queue of the mall, under any routing key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import amqp
import pytest
import structlog

from mpp import json_text
from mpp.casework.codes.tracking import secret_of
from mpp.clock import new_id
from mpp.contracts import contract_of
from mpp.identity.person import person_key
from mpp.messaging import metrics
from mpp.messaging.brokers import py_amqp
from mpp.messaging.brokers.port import CallFailed, Outgoing
from mpp.messaging.brokers.rabbitmq_link import connect
from mpp.messaging.brokers.topology import EVENTS, RPC, dead_queue, events_queue, rpc_queue
from mpp.messaging.events.event import Event
from mpp.messaging.events.trust import UNSIGNED
from tests.integration.mall.losses import count
from tests.support.broker import Vhost
from tests.support.desks import PERSON_KEY, SIP_DATA, doctor
from tests.support.own_accounts import OwnAccounts, own_accounts
from tests.support.wait import until
from tests.support.whole_mall import CLERK, OPERATOR, PARTNER, WholeMall, death

THIEF = "complaints"
FOREIGN = f"published by {THIEF}, which does not speak for civil_registry"
LIVING = person_key(str(doctor()["nik"]), PERSON_KEY)
ISSUED = "permits.permit.issued.v1"


@pytest.fixture
def accounts(vhost: Vhost) -> Iterator[OwnAccounts]:
    with own_accounts(vhost) as opened:
        yield opened


@pytest.fixture
def mall(urls: dict[str, str], accounts: OwnAccounts) -> Iterator[WholeMall]:
    opened = WholeMall(urls, accounts)
    opened.start()
    until(lambda: all(inbox.attached for inbox in opened.process.inboxes.values()))
    yield opened
    opened.die()


@pytest.fixture
def case(mall: WholeMall) -> dict[str, Any]:
    """The application of somebody who lives."""
    answer = mall.post("/api/v1/permits", {"service": "PRZ-SIP-DR", "applicant": doctor(), "data": SIP_DATA}, CLERK)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def publish(
    accounts: OwnAccounts,
    body: bytes,
    headers: dict[str, Any],
    key: str,
    exchange: str = "",
    account: str = THIEF,
    **properties: Any,
) -> None:
    """With the account of a service, past everything of ours. Raises AMQPError where RabbitMQ itself refuses it."""
    connection: Any = connect(accounts.uri_of(account), "thief")
    channel = connection.channel()
    channel.confirm_select()
    channel.basic_publish_confirm(py_amqp.message(body, application_headers=headers, **properties), exchange, key)
    connection.close()


def forge(
    accounts: OwnAccounts,
    event: Event,
    *,
    key: str | None = None,
    cc: str | None = None,
    exchange: str = "",
    **more: Any,
) -> None:
    headers, body = event.to_message()
    copies = {} if cc is None else {"CC": [cc]}
    publish(accounts, body, {**headers, **copies}, key or event.routing_key, exchange, **more)


def letters(mall: WholeMall) -> dict[str, list[str]]:
    """The reasons of the dead letters by service, as an operator sees them."""
    found: dict[str, list[str]] = {}
    for item in mall.get("/api/v1/operations/dead-letters", OPERATOR)["items"]:
        found.setdefault(item["service"], []).append(item["reason"])
    return found


def refused_calls(why: str) -> float:
    return float(metrics.rpc_refused.labels("permits", why)._value.get())


def lives(mall: WholeMall, case: dict[str, Any]) -> bool:
    """Whether nothing has come of the forgery."""
    seen = mall.get(f"/api/v1/permits/{case['id']}", CLERK)
    return not seen["held"] and count(mall, "permits", "SELECT count(*) FROM persons") == 0


@pytest.mark.broker
@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"cc": events_queue("permits")}, UNSIGNED),
        ({"cc": events_queue("permits"), "user_id": THIEF}, FOREIGN),
        ({"key": events_queue("permits")}, "undecodable: routing key does not belong to ce-type"),
        ({"key": events_queue("permits"), "user_id": THIEF}, "undecodable: routing key does not belong to ce-type"),
        ({"cc": dead_queue("permits"), "user_id": THIEF}, FOREIGN),
        ({"cc": dead_queue("permits")}, UNSIGNED),
    ],
)
def test_a_forged_death_is_a_dead_letter_that_says_why_and_is_logged(
    how: dict[str, Any], reason: str, mall: WholeMall, accounts: OwnAccounts, case: dict[str, Any]
) -> None:
    with structlog.testing.capture_logs() as lines:
        forge(accounts, death(LIVING), **how)
        until(lambda: letters(mall).get("permits"), what="a dead letter of permits")
    assert letters(mall) == {"permits": [reason]}
    assert [line["reason"] for line in lines if line["event"] == "inbox.dead"] == [reason]
    assert lives(mall, case)


@pytest.mark.broker
def test_replaying_the_forgery_does_not_make_it_true(
    mall: WholeMall, accounts: OwnAccounts, case: dict[str, Any]
) -> None:
    forge(accounts, death(LIVING), cc=events_queue("permits"))
    until(lambda: letters(mall).get("permits"), what="a dead letter of permits")
    (item,) = mall.get("/api/v1/operations/dead-letters", OPERATOR)["items"]
    path = "/api/v1/operations/dead-letters/permits/{}/{}/replay".format(*item["id"].split(":"))
    assert mall.post(path, {}).get_json()["status"] == "dead"
    assert letters(mall) == {"permits": [UNSIGNED]}
    assert lives(mall, case)


@pytest.mark.broker
@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"cc": events_queue("permits"), "user_id": "civil_registry"}, amqp.exceptions.PreconditionFailed),
        ({"exchange": EVENTS, "user_id": "civil_registry"}, amqp.exceptions.AMQPError),
        ({"exchange": EVENTS}, amqp.exceptions.AccessRefused),
    ],
)
def test_what_rabbitmq_itself_refuses_reaches_nobody(
    how: dict[str, Any], refusal: type[Exception], mall: WholeMall, accounts: OwnAccounts, case: dict[str, Any]
) -> None:
    with pytest.raises(refusal):
        forge(accounts, death(LIVING), **how)
    after_all_before(mall, accounts)
    assert letters(mall) == {}
    assert lives(mall, case)


def after_all_before(mall: WholeMall, accounts: OwnAccounts) -> None:
    """An event of the registry comes to permits behind whatever stands in its queue."""
    (event,) = mall.tell_of_deaths(1)
    query = f"SELECT count(*) FROM inbox WHERE event_id = '{event.id}' AND status = 'done'"
    until(lambda: count(mall, "permits", query) == 1)
    with mall.database("permits").transaction() as tx:
        tx.exec_driver_sql("DELETE FROM persons")


@pytest.mark.broker
@pytest.mark.parametrize("user_id", [None, THIEF])
def test_a_forged_permit_does_not_come_out_of_the_feed(
    user_id: str | None, mall: WholeMall, accounts: OwnAccounts
) -> None:
    data = dict(contract_of(ISSUED).example)
    forged = replace(death(LIVING), type=ISSUED, source="mpp/permits", data=data, dataclassification="public")
    forge(accounts, forged, cc=events_queue("gateway"), **({} if user_id is None else {"user_id": user_id}))
    until(lambda: letters(mall).get("gateway"), what="a dead letter of the feed")
    assert mall.get("/api/v1/events", PARTNER)["items"] == []


@pytest.mark.broker
def test_not_even_a_service_publishes_what_its_contract_does_not_name(mall: WholeMall, accounts: OwnAccounts) -> None:
    """The account of permits itself: a NIK in a field of its own, and one in place of a day."""
    good, nik = dict(contract_of(ISSUED).example), str(doctor()["nik"])
    for data in ({**good, "nik": nik}, {**good, "valid_from": nik}):
        told = replace(death(LIVING), id=new_id(), type=ISSUED, source="mpp/permits", data=data)
        told = replace(told, dataclassification="public")
        forge(accounts, told, exchange=EVENTS, account="permits", user_id="permits")
    until(lambda: letters(mall).get("gateway"), what="a dead letter of the feed")
    assert letters(mall)["gateway"] == ["against its contract: valid_from"]
    (kept,) = until(lambda: mall.get("/api/v1/events", PARTNER)["items"])
    assert kept["data"] == good


def request(case: dict[str, Any], **caller: Any) -> bytes:
    """A question for the whole case, applicant and all."""
    return json_text.write({"params": {"id": case["id"]}, "body": {}, **caller})


HEADERS = {"x-method": "get_case", "x-correlation-id": "c", "x-deadline": "99999999999"}


@pytest.mark.broker
@pytest.mark.parametrize("proof", ["relayed token", "session", "former secret", "nothing"])
def test_a_call_of_the_thief_is_not_answered_whatever_proof_he_has(
    proof: str, mall: WholeMall, accounts: OwnAccounts, case: dict[str, Any]
) -> None:
    clerk = mall.desks.actor("petugas.sukodono")
    caller: dict[str, Any] = {
        "relayed token": {"token": mall.desks.tokens.of(clerk, "permits")},
        "session": {"token": mall.desks.session(clerk)},
        "former secret": {"applicant": {"secret": secret_of(case["id"], PERSON_KEY)}},
        "nothing": {},
    }[proof]
    answers: list[bytes] = []
    connection: Any = connect(accounts.uri_of(THIEF), "thief")
    channel = connection.channel()
    channel.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=lambda m: answers.append(m.body))
    before = refused_calls("publisher")
    with structlog.testing.capture_logs() as lines:
        for user_id in ({}, {"user_id": THIEF}):
            more = {"reply_to": "amq.rabbitmq.reply-to", "correlation_id": "c", **user_id}
            message = py_amqp.message(request(case, **caller), application_headers=HEADERS, **more)
            channel.basic_publish(message, "", rpc_queue("permits"))
        until(lambda: refused_calls("publisher") == before + 2, what="the refusal of both calls")
    told = [(line["why"], line["publisher"]) for line in lines if line["event"] == "rpc.refused"]
    assert told == [("publisher", None), ("publisher", THIEF)]
    assert mall.get(f"/api/v1/permits/{case['id']}", CLERK)["id"] == case["id"], "a call after it was answered"
    with pytest.raises(TimeoutError):
        connection.drain_events(timeout=0.2)
    assert answers == []
    connection.close()


@pytest.mark.broker
def test_a_token_that_reached_the_thief_is_of_no_use_anywhere_else(
    mall: WholeMall, accounts: OwnAccounts, case: dict[str, Any]
) -> None:
    """Not even through the gateway's account, and not at its door."""
    stolen = mall.desks.tokens.of(mall.desks.actor("petugas.sukodono"), THIEF)
    gateway = accounts.speaking_as("gateway")
    answer = json_text.read(gateway.call("permits", request(case, token=stolen), HEADERS, new_id(), 10.0).body)
    assert answer["problem"]["code"] == "token_invalid"  # type: ignore[index,call-overload]
    door = mall.counter._client.get(f"/api/v1/permits/{case['id']}", headers={"Authorization": f"Bearer {stolen}"})
    assert (door.status_code, door.get_json()["code"]) == (401, "token_invalid")


@pytest.mark.broker
@pytest.mark.parametrize("address", [events_queue("permits"), "complaints.rpc", ""])
def test_a_call_whose_answer_is_wanted_elsewhere_is_not_begun(
    address: str, mall: WholeMall, accounts: OwnAccounts, case: dict[str, Any]
) -> None:
    """Else the service would write to a queue of somebody else's choice, under its own name."""
    own, before = mall.desks.tokens.of(mall.desks.actor("petugas.sukodono"), "permits"), refused_calls("address")
    more = {"reply_to": address} if address else {}
    publish(accounts, request(case, token=own), HEADERS, "permits", RPC, account="gateway", user_id="gateway", **more)
    until(lambda: refused_calls("address") == before + 1, what="the refusal of the call")
    after_all_before(mall, accounts)
    assert letters(mall) == {}


@pytest.mark.parametrize("speaker", [THIEF, None])
def test_on_the_embedded_broker_it_is_the_same(speaker: str | None, urls: dict[str, str]) -> None:
    from mpp.messaging.brokers.embedded import EmbeddedBroker

    broker = EmbeddedBroker()
    mall = WholeMall(urls, broker).start()
    thief = broker if speaker is None else broker.speaking_as(speaker)
    event = death(LIVING)
    headers, body = event.to_message()
    thief.publish_batch([Outgoing(EVENTS, event.routing_key, headers, body, event.id)], timeout=5.0)
    reason = UNSIGNED if speaker is None else FOREIGN
    assert letters(mall) == dict.fromkeys(("permits", "complaints", "gateway"), [reason])
    token = mall.desks.tokens.of(mall.desks.actor("petugas.sukodono"), "permits")
    with pytest.raises(CallFailed):
        thief.call("permits", json_text.write({"token": token}), HEADERS, new_id(), 0.3)
    mall.die()

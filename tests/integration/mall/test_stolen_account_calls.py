"""Who has stolen the account of a service gets no answers of another, and answers for none (guarantee 9)."""

from __future__ import annotations

from typing import Any

import amqp
import eventlet
import pytest
import structlog

from mpp import json_text
from mpp.casework.codes.tracking import secret_of
from mpp.clock import new_id
from mpp.messaging.brokers import py_amqp
from mpp.messaging.brokers.rabbitmq_link import connect
from mpp.messaging.brokers.topology import RPC, events_queue, rpc_queue
from mpp.messaging.calls.client import RpcClient
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.persistence.deadline import Deadline
from tests.integration.mall.thief import (
    THIEF,
    Scene,
    after_all_before,
    headers,
    letters,
    publish,
    refused_calls,
    request,
)
from tests.support.desks import PERSON_KEY
from tests.support.own_accounts import OwnAccounts
from tests.support.wait import until
from tests.support.whole_mall import CLERK, WholeMall


def proof(kind: str, mall: WholeMall, case: dict[str, Any]) -> dict[str, Any]:
    """What a call says of who asks."""
    clerk = mall.desks.actor("petugas.sukodono")
    known: dict[str, dict[str, Any]] = {
        "relayed token": {"token": mall.desks.tokens.of(clerk, "permits")},
        "secret of the receipt": {"applicant": {"secret": mall.desks.secret_of(case)}},
        "nothing": {},
    }
    return known[kind]


@pytest.mark.parametrize("kind", ["relayed token", "secret of the receipt", "nothing"])
@pytest.mark.parametrize("name", [None, THIEF])
def test_a_call_of_his_is_not_answered_whatever_proof_he_has(name: str | None, kind: str, scene: Scene) -> None:
    before = refused_calls("publisher")
    with structlog.testing.capture_logs() as lines:
        answered = scene.thief.ask("permits", request(scene.case, **proof(kind, scene.mall, scene.case)), name)
        until(lambda: refused_calls("publisher") == before + 1, what="the refusal of the call")
    told = [(line["why"], line["publisher"]) for line in lines if line["event"] == "rpc.refused"]
    assert told == [("publisher", name)]
    seen = scene.mall.get(f"/api/v1/permits/{scene.case['id']}", CLERK)
    assert seen["id"] == scene.case["id"], "a call of the gateway is answered"
    assert answered() == []


@pytest.mark.parametrize("kind", ["token for him", "session", "secret made with the key that all hold"])
def test_what_passes_through_his_hands_is_of_no_use_to_the_gateway_either(kind: str, scene: Scene) -> None:
    """Not even who has the gateway's account as well gets anywhere with it."""
    mall, clerk = scene.mall, scene.mall.desks.actor("petugas.sukodono")
    caller: dict[str, Any] = {
        "token for him": {"token": mall.desks.tokens.of(clerk, THIEF)},
        "session": {"token": mall.desks.session(clerk)},
        "secret made with the key that all hold": {"applicant": {"secret": secret_of(scene.case["id"], PERSON_KEY)}},
    }[kind]
    gateway = mall.broker.speaking_as("gateway")
    answer = json_text.read(gateway.call("permits", request(scene.case, **caller), headers(), new_id(), 10.0).body)
    expected = "not_found" if "applicant" in caller else "token_invalid"
    assert answer["problem"]["code"] == expected  # type: ignore[index,call-overload]


def test_the_token_of_a_call_opens_no_door(scene: Scene) -> None:
    stolen = scene.mall.desks.tokens.of(scene.mall.desks.actor("petugas.sukodono"), THIEF)
    bearer = {"Authorization": f"Bearer {stolen}"}
    door = scene.mall.counter._client.get(f"/api/v1/permits/{scene.case['id']}", headers=bearer)
    assert (door.status_code, door.get_json()["code"]) == (401, "token_invalid")


# --- RabbitMQ alone: addresses of answers -----------------------------------------------------------------------------


@pytest.mark.broker
@pytest.mark.parametrize("scene", ["rabbitmq"], indirect=True)
@pytest.mark.parametrize("address", [events_queue("permits"), rpc_queue(THIEF), None])
def test_a_call_whose_answer_is_wanted_elsewhere_is_not_begun(
    address: str | None, scene: Scene, accounts: OwnAccounts
) -> None:
    """Else the service would write to a queue of somebody else's choice, under its own name."""
    body, before = request(scene.case, **proof("relayed token", scene.mall, scene.case)), refused_calls("address")
    more = {} if address is None else {"reply_to": address}
    with structlog.testing.capture_logs() as lines:
        publish(accounts.uri_of("gateway"), body, headers(), RPC, "permits", user_id="gateway", **more)
        until(lambda: refused_calls("address") == before + 1, what="the refusal of the call")
    assert [line["why"] for line in lines if line["event"] == "rpc.refused"] == ["address"]
    after_all_before(scene.mall)
    assert letters(scene.mall) == {}


@pytest.mark.broker
@pytest.mark.parametrize("name", [None, THIEF])
def test_an_answer_of_his_to_a_call_for_another_is_none(name: str | None, accounts: OwnAccounts) -> None:
    """He knows where the gateway is answered from the calls that reach him; the id of the call he has guessed."""
    client = RpcClient(accounts.speaking_as("gateway"))
    asking = eventlet.spawn(_ask, client)
    address, call_id = until(lambda: _call_in_queue(accounts), what="the call")
    answer = {"correlation_id": call_id}
    with pytest.raises(amqp.exceptions.PreconditionFailed):
        publish(accounts.uri_of(THIEF), b'{"body":{}}', {}, "", address, user_id="permits", **answer)
    with structlog.testing.capture_logs() as lines:
        named = {} if name is None else {"user_id": name}
        publish(accounts.uri_of(THIEF), b'{"body":{}}', {}, "", address, **answer, **named)
        assert asking.wait() == "foreign"
    assert [(line["service"], line["publisher"]) for line in lines if line["event"] == "rpc.foreign_answer"] == [
        ("permits", name)
    ]


def _ask(client: RpcClient) -> str:
    try:
        return str(client.call("permits", "get_case", {}, Deadline.after(60), "c"))
    except ServiceUnavailable as error:
        return error.reason


def _call_in_queue(accounts: OwnAccounts) -> tuple[str, str] | None:
    """Where the answer to the call that waits for permits goes, and its id."""
    connection: Any = connect(accounts.uri, "test")
    found = connection.channel().basic_get(rpc_queue("permits"), no_ack=True)
    connection.close()
    return None if found is None else (found.properties["reply_to"], found.properties["correlation_id"])


@pytest.mark.broker
@pytest.mark.parametrize("scene", ["rabbitmq"], indirect=True)
def test_he_does_not_call_as_the_gateway(scene: Scene, accounts: OwnAccounts) -> None:
    connection: Any = connect(accounts.uri_of(THIEF), "thief")
    channel = connection.channel()
    channel.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=lambda message: None)
    body = request(scene.case, **proof("relayed token", scene.mall, scene.case))
    more = {"reply_to": "amq.rabbitmq.reply-to", "correlation_id": "c", "user_id": "gateway"}
    channel.basic_publish(py_amqp.message(body, application_headers=headers(), **more), "", rpc_queue("permits"))
    with pytest.raises(amqp.exceptions.PreconditionFailed):
        connection.drain_events(timeout=10)
    connection.close()

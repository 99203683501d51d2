"""An event on the wire: CloudEvents in RabbitMQ's binary form, read tolerantly and never trusted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_binary_event
from hypothesis import given
from hypothesis import strategies as st

from mpp.messaging.brokers.port import CONTENT_TYPE
from mpp.messaging.brokers.topics import binding_key
from mpp.messaging.events.event import Event, InvalidEvent, Undecodable, from_message

WIB = timezone(timedelta(hours=7))


def issued(**changes: Any) -> Event:
    values: dict[str, Any] = {
        "id": "0197a3f0-0000-7000-8000-000000000001",
        "type": "permits.permit.issued.v1",
        "source": "/permits",
        "subject": "0197a3f0-0000-7000-8000-00000000000a",
        "subjectversion": 7,
        "time": datetime(2026, 3, 2, 9, 0, tzinfo=WIB),
        "region": "35.15.14.2001",
        "data": {"number": "503/0039/SIP/DPMPTSP/III/2026", "verify": "https://mpp.example/v/ABC"},
        "correlationid": "c-1",
    }
    return Event(**(values | changes))


def test_an_event_survives_the_journey() -> None:
    event = issued(causationid="0197a3f0-0000-7000-8000-000000000002", dataclassification="internal")
    assert from_message(*event.to_message(), event.routing_key) == event


def test_the_routing_key_is_the_type_then_the_region() -> None:
    assert issued().routing_key == "permits.permit.issued.v1.35.15.14.2001"


def test_the_official_sdk_reads_what_we_send() -> None:
    headers, body = issued().to_message()
    read = from_binary_event(RabbitMQMessage(headers, CONTENT_TYPE, body))
    assert read.get_id() == issued().id
    assert read.get_type() == "permits.permit.issued.v1"
    assert read.get_time() == datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    assert read.get_extension("subjectversion") == "7"
    assert read.get_data() == issued().data


def test_unknown_headers_are_kept_out_and_unknown_fields_passed_on() -> None:
    headers, body = issued(data={"new": 1}).to_message()
    read = from_message({**headers, "ce-traceparent": "x", "x-death": [{"queue": "q"}]}, body, issued().routing_key)
    assert read == issued(data={"new": 1})


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "issued"},
        {"type": "permits.permit.issued"},
        {"type": "Permits.permit.issued.v1"},
        {"type": "permits.permit.issued.v0"},
        {"region": ""},
        {"region": "35..15"},
        {"region": "#"},
        {"region": "35." * 100 + "1"},
        {"subject": ""},
        {"subject": "a\nb"},
        {"subjectversion": 0},
        {"subjectversion": 2**31},
        {"time": datetime(2026, 3, 2)},  # noqa: DTZ001
        {"dataclassification": "secret"},
        {"correlationid": "\x00"},
    ],
)
def test_an_event_that_could_not_travel_is_refused_when_it_is_made(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidEvent):
        issued(**changes)


def test_data_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError):
        issued(data={"x": float("nan")}).to_message()


LONGER_THAN_OUR_WORDS = 12
_values = st.one_of(st.text(max_size=40), st.integers(), st.binary(max_size=9), st.none(), st.lists(st.text()))
_names = st.sampled_from(
    [f"ce-{n}" for n in ("id", "type", "time", "subject", "subjectversion", "specversion", "source")]
)


@given(st.dictionaries(_names, _values), st.one_of(st.binary(max_size=60), st.just(b"{}")), st.text(max_size=60))
def test_whatever_comes_is_an_event_or_undecodable(headers: dict[str, Any], body: bytes, key: str) -> None:
    own, data = issued().to_message()
    for given_headers, given_body in ((headers, body), ({**own, **headers}, data), (own, body)):
        for routing_key in (key, issued().routing_key):
            try:
                event = from_message(given_headers, given_body, routing_key)
            except Undecodable as error:
                told = given_body.decode("utf-8", "replace")
                # a short body may be a word of the message by chance
                assert len(told) < LONGER_THAN_OUR_WORDS or told not in str(error)
            else:
                assert isinstance(event, Event)


def test_undecodable_says_which_part_and_never_what_was_in_it() -> None:
    headers, body = issued().to_message()
    with pytest.raises(Undecodable) as raised:
        from_message({**headers, "ce-subjectversion": "3515991234569990x"}, body, issued().routing_key)
    assert "3515991234569990" not in str(raised.value)


def test_a_pattern_is_bound_for_every_region() -> None:
    assert binding_key("civil_registry.person.*.v1") == "civil_registry.person.*.v1.#"
    assert binding_key("permits.#") == "permits.#"
    assert binding_key("#") == "#"

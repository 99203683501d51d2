"""Which events a subscription hears: AMQP's topic rules."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp import crashpoints
from mpp.messaging.brokers.topics import matches
from mpp.messaging.brokers.topology import Topology
from mpp.messaging.events.subscription import Subscription
from tests.unit.test_messaging_events import issued


@pytest.mark.parametrize(
    ("pattern", "key", "heard"),
    [
        ("#", "a.b.c", True),
        ("a.#", "a", True),
        ("a.#", "a.b.c", True),
        ("a.#.c", "a.c", True),
        ("a.#.c", "a.b.b.c", True),
        ("a.#.c", "a.b.b", False),
        ("a.*", "a", False),
        ("a.*", "a.b", True),
        ("a.*", "a.b.c", False),
        ("*.#", "a", True),
        ("a.*.c.#", "a.b.c", True),
        ("ab.#", "a.b", False),
    ],
)
def test_topic_matching(pattern: str, key: str, heard: bool) -> None:
    assert matches(pattern.split("."), key.split(".")) is heard


words = st.lists(st.sampled_from(["a", "b", "*", "#"]), min_size=1, max_size=5)


@given(words, st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=5))
def test_topic_matching_agrees_with_a_regular_expression(pattern: list[str], key: list[str]) -> None:
    parts = {"*": r"[^.]+\.", "#": r"(?:[^.]+\.)*"}
    expression = "".join(parts.get(word, re.escape(word) + r"\.") for word in pattern)
    assert matches(pattern, key) is bool(re.fullmatch(expression, ".".join(key) + "."))


def test_a_subscription_hears_the_versions_it_names_from_anywhere() -> None:
    heard = Subscription("x", ("permits.permit.issued.v1",), "latest", lambda tx, event: None)
    assert heard.wants(issued().routing_key)
    assert not heard.wants(issued(type="permits.permit.issued.v2").routing_key)


def test_queues_are_durable_versioned_and_have_somewhere_to_bury_their_dead() -> None:
    class Gateway:
        name = "gateway"
        answers_calls, hears = False, ("#",)

    class Silent:
        name = "silent"
        answers_calls, hears = True, ()

    topology = Topology.of([Gateway(), Silent()])
    queues = {queue.name: queue for queue in topology.queues}
    assert set(queues) == {"gateway.events.v1", "gateway.dead.v1", "silent.rpc"}
    arguments = queues["gateway.events.v1"].arguments
    assert arguments["x-queue-type"] == "quorum"
    assert arguments["x-delivery-limit"] == 20
    assert arguments["x-dead-letter-routing-key"] in queues["gateway.dead.v1"].keys
    assert (arguments["x-dead-letter-exchange"],) == queues["gateway.dead.v1"].exchanges
    assert arguments["x-dead-letter-strategy"] == "at-least-once"


def test_a_crash_point_that_nobody_listed_is_a_mistake() -> None:
    crashpoints.reach("nonsense")
    with crashpoints.hook(lambda name: None), pytest.raises(ValueError):
        crashpoints.reach("nonsense")

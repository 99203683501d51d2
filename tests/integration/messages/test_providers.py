"""Whatever a provider does: a message goes to the phone at most once where it can tell, and none is silently lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from mpp.messages import reports
from mpp.messages.channels.http import HttpProvider
from mpp.messages.post import PAUSES, REPORTED_WITHIN
from tests.integration.messages.test_what_is_told import sip
from tests.support.desks import Desks
from tests.support.providers import Provider
from tests.support.telling import TEN, Telling


@dataclass(frozen=True)
class Row:
    """What a provider does with a message, and what stands on record at each moment."""

    does: str
    at_first: str
    after_all: str
    on_phone: int
    heals: str = "takes"  # what it does from the second try on


STAND_INS = [
    Row("takes", "sent", "call_list: no_report", 1),
    Row("says that it has it", "sent", "call_list: no_report", 1),
    Row("refuses", "call_list: refused", "call_list: refused", 0),
    Row("busy", "waiting: provider_busy", "call_list: no_report", 1),
    Row("no credentials", "waiting: provider_credentials", "call_list: no_report", 1),
    Row("500 before", "waiting: provider_failed", "call_list: no_report", 1),
    Row("500 after", "waiting: provider_failed", "call_list: no_report", 1),
    Row("garbage", "waiting: provider_answer", "call_list: no_report", 1),
    Row("too much", "waiting: provider_answer", "call_list: no_report", 1),
    Row("never answers", "waiting: provider_silent", "call_list: no_report", 1),
    Row("500 before", "waiting: provider_failed", "call_list: provider_failed", 0, heals="500 before"),
    Row("500 after", "waiting: provider_failed", "call_list: no_report", 1, heals="500 after"),
]


def impatient(telling: Telling) -> None:
    """So that a silent provider is given up within a second."""
    for name, channel in telling.post.channels.items():
        assert isinstance(channel, HttpProvider)
        telling.post.channels[name] = replace(channel, whole=0.5)


@pytest.mark.parametrize("row", STAND_INS, ids=lambda row: f"{row.does}, then {row.heals}")
def test_what_a_provider_does(desks: Desks, provider: Provider, row: Row) -> None:
    telling = Telling(desks, provider)
    impatient(telling)
    case = sip(desks)
    provider.fails_on, provider.does = {1: row.does}, row.heals
    telling.work(TEN)
    assert telling.states(case) == [row.at_first]
    telling.for_days(2)
    assert telling.states(case) == [row.after_all]
    assert len(provider.sent) == row.on_phone
    (message,) = telling.of(case)
    assert not message.maybe_twice, "it could be asked"
    assert message.settled_at is not None


@pytest.mark.parametrize("does", ["500 after", "garbage", "never answers"])
@pytest.mark.parametrize("dedupes", [True, False])
def test_a_provider_that_cannot_be_asked_gets_it_again_and_that_is_said(
    desks: Desks, provider: Provider, does: str, dedupes: bool
) -> None:
    telling = Telling(desks, provider, can_tell=False)
    impatient(telling)
    provider.fails_on, provider.dedupes = {1: does}, dedupes
    case = sip(desks)
    telling.work(TEN)
    telling.work(PAUSES[0])
    assert len(provider.sent) == (1 if dedupes else 2), "the same id tells a provider that it is the same message"
    (message,) = telling.of(case)
    assert (message.state, message.maybe_twice) == ("sent", True)


def test_what_was_surely_not_sent_is_not_marked(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider, can_tell=False)
    provider.fails_on = {1: "busy"}
    case = sip(desks)
    telling.work(TEN)
    telling.work(PAUSES[0])
    assert (telling.states(case), telling.of(case)[0].maybe_twice) == (["sent"], False)


def test_a_provider_that_cannot_tell_now_is_not_sent_it_again(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    provider.fails_on, provider.does = {1: "500 after"}, "cannot be asked"
    case = sip(desks)
    telling.for_days(1)
    assert (len(provider.sent), telling.states(case)) == (1, ["call_list: provider_failed"])


def test_a_provider_that_is_away_for_two_days(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    there = telling.post.channels["sms"]
    assert isinstance(there, HttpProvider)
    telling.post.channels["sms"] = replace(there, settings=replace(there.settings, url="http://127.0.0.1:9/messages"))
    told = [sip(desks, index=index) for index in (0, 2, 4)]
    telling.for_days(2)
    assert [telling.states(case) for case in told] == [["call_list: provider_away"]] * 3
    assert [telling.of(case)[0].attempts for case in told] == [3] * 3
    assert provider.sent == []


def test_delivered_later(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(TEN)
    (message,) = telling.of(case)
    desks.clock.advance(timedelta(hours=3))
    for _ in range(2):  # told twice
        assert reports.take(telling.post, message.id, "sms", "delivered", "sms-1")
    (after,) = telling.of(case)
    assert (after.state, after.delivered_at, after.settled_at) == ("delivered", desks.clock.now(), desks.clock.now())
    telling.work(REPORTED_WITHIN)
    assert telling.states(case) == ["delivered"]


def test_nothing_was_heard_and_the_provider_says_delivered_when_asked(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(TEN)
    provider.status = "delivered"
    telling.work(REPORTED_WITHIN)
    assert telling.states(case) == ["delivered"]


def test_reported_as_not_delivered_the_counter_calls(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(TEN)
    (message,) = telling.of(case)
    assert reports.take(telling.post, message.id, "sms", "undelivered", None)
    assert telling.states(case) == ["call_list: undelivered"]
    assert reports.take(telling.post, message.id, "sms", "undelivered", None)
    assert reports.take(telling.post, message.id, "sms", "delivered", None), "it has arrived after all"
    assert telling.states(case) == ["delivered"]


def test_a_report_may_come_before_the_answer(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    (message,) = telling.of(case)
    there = telling.post.channels["sms"]

    class Early:
        name, can_tell = "sms", True

        def send(self, outgoing: Any) -> Any:
            taken = there.send(outgoing)
            assert reports.take(telling.post, message.id, "sms", "delivered", "sms-1")
            return taken

        def ask(self, id_: str) -> Any:
            return there.ask(id_)

    telling.post.channels["sms"] = Early()
    telling.work(TEN)
    assert telling.states(case) == ["delivered"]


def test_a_report_of_another_channel_or_of_nothing(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider, names=("sms", "whatsapp"))
    case = sip(desks)
    telling.work(TEN)
    (message,) = telling.of(case)
    assert message.channel == "whatsapp"
    assert not reports.take(telling.post, message.id, "sms", "delivered", None)
    assert not reports.take(telling.post, "0199aaaa-0000-7000-8000-000000000000", "sms", "delivered", None)
    assert telling.states(case) == ["sent"]


def test_a_channel_that_does_not_take_a_number_makes_room_for_the_next(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider, names=("sms", "whatsapp"))
    provider.fails_on = {1: "refuses"}
    case = sip(desks)
    telling.work(TEN)
    (message,) = telling.of(case)
    assert (message.state, message.channel, list(message.refused)) == ("sent", "sms", ["whatsapp"])
    assert len(provider.sent) == 1

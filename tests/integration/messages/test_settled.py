"""Whatever depends on a message hears of it once: when it has arrived, or when it is known that it has not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from mpp.messages import reports, rows
from mpp.messages.rows import Message
from tests.integration.messages.test_what_is_told import VERIFIER, sip
from tests.support.desks import Desks
from tests.support.providers import Provider
from tests.support.telling import TEN, Telling

Heard = list[tuple[str, datetime]]


def listening(telling: Telling) -> Heard:
    """The moments of which somebody hears, and when."""
    heard: Heard = []

    def settled(tx: Connection, message: Message, at: datetime) -> None:
        heard.append((message.moment, at))

    object.__setattr__(telling.post, "settled", settled)
    return heard


def test_when_it_arrives(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    heard, case = listening(telling), sip(desks)
    telling.work(TEN)
    assert heard == [], "the provider has it, the citizen perhaps not"
    desks.clock.advance(timedelta(hours=1))
    for _ in range(2):
        reports.take(telling.post, telling.of(case)[0].id, "sms", "delivered", None)
    assert heard == [("received", desks.clock.now())]


def test_when_it_comes_onto_the_call_list_and_not_again_when_it_arrives_after_all(
    desks: Desks, provider: Provider
) -> None:
    telling = Telling(desks, provider)
    heard, case = listening(telling), sip(desks)
    telling.work(TEN)
    message = telling.of(case)[0].id
    reports.take(telling.post, message, "sms", "undelivered", None)
    listed = desks.clock.now()
    desks.clock.advance(timedelta(hours=1))
    reports.take(telling.post, message, "sms", "delivered", None)
    assert heard == [("received", listed)]
    (after,) = telling.of(case)
    assert (after.settled_at, after.on_call_list_at, after.delivered_at) == (listed, listed, desks.clock.now())


def test_of_those_in_whose_place_it_tells_as_well(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    heard, case = listening(telling), sip(desks)
    desks.act(VERIFIER, case, "return", note="Lampirkan alamat.")
    telling.work(TEN)
    reports.take(telling.post, telling.of(case)[-1].id, "sms", "delivered", None)
    assert sorted(heard) == [("asked", desks.clock.now()), ("received", desks.clock.now())]


@pytest.mark.parametrize("why", ["do_not_contact", "no_address"])
def test_when_nobody_can_or_may_be_told(desks: Desks, provider: Provider, why: str) -> None:
    telling = Telling(desks, provider)
    more: dict[str, Any] = {"phone": None} if why == "no_address" else {}
    heard, case = listening(telling), sip(desks, **more)
    if why == "do_not_contact":
        with telling.database.transaction() as tx:
            holder = telling.post.addressee(tx, case["id"]).holder
            rows.prefer(tx, holder, rows.Preference(do_not_contact=True), VERIFIER, desks.clock.now())
    telling.work(TEN)
    assert heard == [("received", desks.clock.now())]


def test_what_fails_there_leaves_the_message_as_it_was(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    case = sip(desks)
    telling.work(TEN)

    def settled(tx: Connection, message: Message, at: datetime) -> None:
        raise RuntimeError("a mistake of what depends on it")

    object.__setattr__(telling.post, "settled", settled)
    with pytest.raises(RuntimeError):
        reports.take(telling.post, telling.of(case)[0].id, "sms", "delivered", None)
    assert telling.states(case) == ["sent"]


def test_a_message_that_may_have_been_sent_before_a_restore_is_asked_about(desks: Desks, provider: Provider) -> None:
    telling = Telling(desks, provider)
    provider.dedupes = False
    case = sip(desks)
    telling.clock.advance(TEN)
    message = telling.of(case)[0]
    provider.kept[f"P{message.id}"] = {"own": "sms-9"}  # it went out after the backup was made
    with telling.database.transaction() as tx:
        rows.doubt(tx)
    telling.work()
    assert (provider.sent, telling.states(case), telling.of(case)[0].provider_id) == ([], ["sent"], "sms-9")

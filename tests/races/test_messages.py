"""Messages: a sender, a provider's report, a clerk who calls and an operator who retries, at one moment."""

from __future__ import annotations

from typing import Any

from mpp.jobs.kinds import Job
from mpp.messages import reports
from mpp.messages.channels.port import NeverSeen, Outcome, Outgoing, Taken
from mpp.messages.post import SEND, Try
from mpp.messages.sending import Sending
from mpp.persistence.database import Database
from tests.integration.messages.test_what_is_told import VERIFIER, sip
from tests.races.sessions import ADVISORY, meet, row_of
from tests.support.desks import Desks
from tests.support.telling import TEN, Telling


class Counting:
    """A channel that takes everything, and counts."""

    name, can_tell = "sms", True

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, message: Outgoing) -> Outcome:
        self.sent.append(message.id)
        return Taken(f"sms-{len(self.sent)}")

    def ask(self, id_: str) -> Any:
        return Taken("sms-1") if id_ in self.sent else NeverSeen()


def counted(telling: Telling) -> Counting:
    """The only channel of the service."""
    channel = Counting()
    telling.post.channels["sms"] = channel
    book = telling.post.book
    object.__setattr__(book.channels, "http", {"sms": None})
    return channel


def attempt(telling: Telling, message_id: str, number: int = 1) -> None:
    """One try, as a runner makes it."""
    tried = Try(message_id, number)
    Sending(telling.post).send(tried, Job("j", SEND.name, tried.key, "", 1))


def tick(desks: Desks, reference: str, account: str = "petugas.sukodono") -> Any:
    payload = desks.payload(account, "POST", f"/api/v1/call-list/{reference}", {"result": "reached"})
    payload["params"] = {"op": "tick", "id": reference}
    return desks.answer("permits", "messages", payload)["body"]


def test_two_runners_that_hold_one_job_send_it_once(desks: Desks, permits: Database) -> None:
    telling = Telling(desks)
    channel, case = counted(telling), sip(desks)
    desks.clock.advance(TEN)
    (message,) = telling.of(case)
    _, second = meet(permits, lambda: attempt(telling, message.id), lambda: attempt(telling, message.id))
    assert second.waited == ADVISORY
    assert len(channel.sent) == 1
    assert telling.states(case) == ["sent"]


def test_two_messages_of_one_case_that_are_due_together_become_one(desks: Desks, permits: Database) -> None:
    telling = Telling(desks)
    channel, case = counted(telling), sip(desks)
    desks.act(VERIFIER, case, "return", note="Lampirkan alamat.")
    desks.clock.advance(TEN)
    older, newer = telling.of(case)
    _, second = meet(permits, lambda: attempt(telling, newer.id), lambda: attempt(telling, older.id))
    assert second.waited == ADVISORY
    assert len(channel.sent) == 1
    assert telling.states(case) == ["merged: together", "sent"]


def test_two_clerks_tick_off_one_line(desks: Desks, permits: Database) -> None:
    telling = Telling(desks)
    case = sip(desks, phone=None)
    telling.work(TEN)
    reference = f"P{telling.of(case)[0].id}"
    desks.staff["lain"] = ("35.15.14.2013", "clerk")
    first, second = meet(permits, lambda: tick(desks, reference), lambda: tick(desks, reference, "lain"))
    assert (first.answer["state"], second.refused) == ("reached", (409, "not_on_call_list"))
    assert second.waited == ADVISORY


def test_a_line_that_a_newer_message_replaces_while_a_clerk_ticks_it_off(desks: Desks, permits: Database) -> None:
    telling = Telling(desks)
    case = sip(desks)
    (line,) = telling.of(case)
    step, clerk = meet(
        permits,
        lambda: desks.act(VERIFIER, case, "return", note="Lampirkan alamat."),
        lambda: tick(desks, f"P{line.id}"),
    )
    assert (step.answer["state"], clerk.refused) == ("returned", (409, "not_on_call_list"))
    assert clerk.waited == row_of("cases")
    assert telling.states(case) == ["merged: newer", "call_list: no_channel"]


def test_a_report_and_a_clerk_who_calls(desks: Desks, permits: Database) -> None:
    telling = Telling(desks)
    counted(telling)
    case = sip(desks)
    telling.work(TEN)
    (message,) = telling.of(case)
    reports.take(telling.post, message.id, "sms", "undelivered", None)
    first, report = meet(
        permits,
        lambda: tick(desks, f"P{message.id}"),
        lambda: reports.take(telling.post, message.id, "sms", "delivered", None),
    )
    assert (first.answer["state"], report.answer) == ("reached", True)
    assert telling.states(case) == ["reached: undelivered"], "the clerk has reached somebody: that stands"


def test_a_report_that_comes_while_the_try_is_recorded(desks: Desks, permits: Database) -> None:
    telling = Telling(desks)
    counted(telling)
    case = sip(desks)
    desks.clock.advance(TEN)
    (message,) = telling.of(case)
    attempt(telling, message.id)
    first, second = meet(
        permits,
        lambda: reports.take(telling.post, message.id, "sms", "undelivered", None),
        lambda: reports.take(telling.post, message.id, "sms", "delivered", None),
    )
    assert (first.answer, second.answer, second.waited) == (True, True, ADVISORY)
    assert telling.states(case) == ["delivered"]

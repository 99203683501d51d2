"""Desks whose messages go to a stand-in: jobs are done when the test says so, at the clock of the desks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from mpp.clock import FixedClock
from mpp.jobs.runner import JobRunner
from mpp.messages import rows
from mpp.messages.book import CHANNELS, Channels, HttpChannel, MessageBook, Quiet
from mpp.messages.channels.email import MailServer
from mpp.messages.channels.making import MessageSecrets, make
from mpp.messages.channels.port import Channel
from mpp.messages.post import Post
from mpp.messages.reading import read_messages
from mpp.messages.rows import Message
from mpp.messages.sending import Sending
from tests.support.desks import Desks, doctor
from tests.support.providers import TOKEN, Provider

TEN = timedelta(minutes=10)


def book(channels: Channels) -> MessageBook:
    """The shipped texts, sent this way."""
    return MessageBook(read_messages(None, []).texts, channels)


class Telling:
    """The messages of one service of the desks."""

    def __init__(
        self,
        desks: Desks,
        provider: Provider | None = None,
        *,
        service: str = "permits",
        names: Sequence[str] = ("sms",),
        can_tell: bool = True,
        quiet: Quiet | None = None,
        mail: MailServer | None = None,
    ) -> None:
        self.desks = desks
        http: dict[str, HttpChannel] = {}
        if provider is not None:
            http = {name: provider.channel(can_tell=can_tell) for name in names}
        said = book(Channels(CHANNELS, http, mail and mail.settings, quiet or Quiet()))
        desks.runtime.messages = said
        collection = {"permits": "permits", "civil_registry": "registrations", "complaints": "complaints"}[service]
        self.post: Post = desks.desks[collection].post
        # the desk may have been opened before
        secrets = MessageSecrets(tokens=dict.fromkeys(http, TOKEN))
        object.__setattr__(self.post, "book", said)
        self.post.channels.clear()  # type: ignore[attr-defined]
        self.post.channels.update(make(said.channels, secrets, desks.clock))  # type: ignore[attr-defined]
        if mail is not None:
            self.post.channels["email"] = mail  # type: ignore[index]
        self.database = desks.databases[service]

    @property
    def clock(self) -> FixedClock:
        return self.desks.clock

    def runner(self) -> JobRunner:
        """A copy of what does the jobs."""
        return JobRunner(self.database, self.clock, Sending(self.post).handlers())

    def work(self, after: timedelta = timedelta(0)) -> None:
        """What is due then is done."""
        self.clock.advance(after)
        runner = self.runner()
        while runner.run_once():
            runner.wait()

    def for_days(self, days: int, every: timedelta = timedelta(hours=1)) -> None:
        """Time passes, and what becomes due is done."""
        for _ in range(int(timedelta(days=days) / every)):
            self.work(every)

    def of(self, case: dict[str, Any]) -> list[Message]:
        """The messages of a case, the oldest first."""
        with self.database.transaction() as tx:
            return rows.of_case(tx, case["id"])

    def states(self, case: dict[str, Any]) -> list[str]:
        """The states of the messages of a case, and why."""
        found = self.of(case)
        return [each.state if each.reason is None else f"{each.state}: {each.reason}" for each in found]

    def channel(self, name: str) -> Channel:
        return self.post.channels[name]


def applicant(index: int = 0, **more: Any) -> dict[str, Any]:
    """A demo resident with a phone, unless it is said otherwise; what is None is left out."""
    return {name: value for name, value in {**doctor(index), **more}.items() if value is not None}


def local(desks: Desks, moment: datetime) -> str:
    """A moment as the clock of the office shows it."""
    return moment.astimezone(desks.runtime.calendar.zone).strftime("%a %H:%M")

"""What sending messages stands on, and the jobs that do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection

from mpp.clock import Clock
from mpp.identity.phone import parse_phone
from mpp.identity.validation import InvalidIdentity
from mpp.jobs.kinds import JobKind
from mpp.json_values import JsonObject, text, whole
from mpp.messages.book import ADDRESS, EMAIL, MessageBook
from mpp.messages.channels.port import Channel
from mpp.messages.rows import Message
from mpp.persistence.database import Database

TOGETHER = timedelta(minutes=10)  # what follows within it becomes one message
PAUSES = (timedelta(minutes=10), timedelta(hours=2))  # between the tries
TRIES = len(PAUSES) + 1
REPORTED_WITHIN = timedelta(days=1)  # else nobody knows whether it arrived
COUNTER = "counter"  # the lane of who cannot be written to

NO_ADDRESS, NO_CHANNEL, DO_NOT_CONTACT, NO_REPORT = "no_address", "no_channel", "do_not_contact", "no_report"


@dataclass(frozen=True)
class Contact:
    """Somebody who is named in a case, with what they gave to be reached by."""

    recipient: str  # applicant or proxy
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)

    def address(self, channel: str) -> str | None:
        """Where this channel would reach them."""
        if channel == EMAIL:
            return self.email if self.email is not None and ADDRESS.fullmatch(self.email) else None
        if self.phone is None:
            return None
        try:
            phone = parse_phone(self.phone)
        except InvalidIdentity:
            return None
        return phone.e164 if phone.mobile else None


@dataclass(frozen=True)
class Addressee:
    """Whom a case's messages are for: the first contact that has an address is told. `holder` is by whom preferences
    are kept; `withheld` says why nobody is to be told."""

    tracking_code: str
    holder: str
    contacts: tuple[Contact, ...] = ()
    withheld: str | None = None


Settled = Callable[[Connection, Message, datetime], None]


def _nothing_depends(tx: Connection, message: Message, at: datetime) -> None:
    return None


@dataclass(frozen=True)
class Post:
    """One for each process of a service that tells people.

    `addressee` reads a case; `link` is the public page of a tracking code; `rate` the page where an ended case is rated
    once (None: it is not, or no more); `letter` begins the ids that providers see.
    `settled` is called once for each message, in the transaction in which it is known that it has arrived, or that it
    has not: it stands on the call list, or is withheld.
    """

    database: Database
    clock: Clock
    zone: tzinfo
    book: MessageBook
    channels: Mapping[str, Channel]
    letter: str
    addressee: Callable[[Connection, str], Addressee | None]
    link: Callable[[str], str]
    rate: Callable[[Connection, str], str | None]
    settled: Settled = _nothing_depends

    @property
    def order(self) -> tuple[str, ...]:
        """The channels that there are, the first choice first."""
        return tuple(name for name in self.book.channels.configured if name in self.channels)

    def not_before(self, moment: datetime) -> datetime:
        """The moment, or the end of the quiet hours that it lies in."""
        return self.book.channels.quiet.over(moment, self.zone)


@dataclass(frozen=True)
class Try:
    """The n-th try of a message, from 1: what a job holds, and nothing more."""

    message: str
    attempt: int

    def to_json(self) -> JsonObject:
        return {"message": self.message, "attempt": self.attempt}

    @classmethod
    def from_json(cls, stored: JsonObject) -> Try:
        return cls(text(stored, "message"), whole(stored, "attempt"))

    @property
    def key(self) -> str:
        """Of its job."""
        return f"{self.message}.{self.attempt}"


SEND = JobKind("messages.send", Try.to_json, Try.from_json, at_once=4)
CHECK = JobKind("messages.check", Try.to_json, Try.from_json, at_once=4)

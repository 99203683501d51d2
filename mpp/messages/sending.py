"""One try of a message: claimed in a transaction, handed over outside of any, recorded in another.

A process may die between any two of these. Who takes the job up again finds the row `sending`, and asks the provider
by the message's id before it sends; where the provider cannot tell, it sends and the row says `maybe_twice`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection

from mpp.crashpoints import reach
from mpp.jobs.kinds import Job, JobHandler
from mpp.jobs.queue import enqueue
from mpp.messages import rows, settling
from mpp.messages.book import CHANNELS
from mpp.messages.channels.port import Failed, NeverSeen, NotTaken, Outcome, Outgoing, Taken
from mpp.messages.filling import fill
from mpp.messages.post import (
    CHECK,
    COUNTER,
    DO_NOT_CONTACT,
    NO_ADDRESS,
    NO_CHANNEL,
    NO_REPORT,
    PAUSES,
    REPORTED_WITHIN,
    SEND,
    TOGETHER,
    TRIES,
    Addressee,
    Post,
    Try,
)
from mpp.messages.rows import Message
from mpp.messages.table import SENDING, SENT, WAITING

TOGETHER_WITH = "together"  # why a message is told by another

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Begun:
    channel: str
    outgoing: Outgoing
    unsure: bool


class Sending:
    """Does the jobs of one service's messages."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def handlers(self) -> tuple[JobHandler, ...]:
        """For the runner."""
        return SEND.done_by(self.send), CHECK.done_by(self.check)

    def send(self, tried: Try, job: Job) -> None:
        """One try. What the provider does is recorded and never raised; what raises is tried again by the runner."""
        begun = self._begin(tried)
        if begun is None:
            return
        reach("message.begun")
        outcome = self._hand_over(begun)
        reach("message.handed_over")
        self._record(tried, begun, outcome)
        reach("message.recorded")

    def check(self, tried: Try, job: Job) -> None:
        """Nothing was heard of a message that the provider has: it is asked, or the counter calls."""
        post = self._post
        with post.database.transaction() as tx:
            message = rows.find(tx, tried.message)
        if message is None or message.state != SENT or message.attempts != tried.attempt:
            return
        channel = post.channels.get(message.channel or "")
        told = channel.ask(self._id(message.id)) if channel is not None and channel.can_tell else None
        with post.database.transaction() as tx:
            found = rows.locked(tx, tried.message)
            if found is None or found.state != SENT or found.attempts != tried.attempt:
                return
            now = post.clock.now()
            if isinstance(told, Taken) and told.arrived:
                settling.deliver(post, tx, found, now, told.provider_id)
            elif isinstance(told, NotTaken):
                settling.not_by(post, tx, found, post.addressee(tx, found.case_id), told.reason, now)
            else:
                settling.put_on_call_list(post, tx, found, NO_REPORT, now)

    def _begin(self, tried: Try) -> _Begun | None:
        """The try on record, and what is sent; None where there is nothing to send."""
        post = self._post
        with post.database.transaction() as tx:
            message = rows.locked(tx, tried.message)
            if message is None:
                return None
            resumed = message.state == SENDING and message.attempts == tried.attempt
            if not resumed and not (message.state == WAITING and message.attempts == tried.attempt - 1):
                return None  # done already, or told otherwise meanwhile
            now = post.clock.now()
            due = post.not_before(now)
            if due > now:
                self._put_off(tx, tried, message, due, now)
                return None
            if not message.attempts and self._told_later(tx, message, now):
                return None
            return self._claimed(tx, tried, message, message.unsure or resumed, now)

    def _claimed(self, tx: Connection, tried: Try, message: Message, unsure: bool, now: datetime) -> _Begun | None:
        post = self._post
        addressee = post.addressee(tx, message.case_id)
        preference = None if addressee is None else rows.preference(tx, addressee.holder)
        why = "nobody" if addressee is None else addressee.withheld
        if why is None and preference is not None and preference.do_not_contact:
            why = DO_NOT_CONTACT
        if addressee is None or preference is None or why is not None:
            settling.withhold(post, tx, message, why or "nobody", now)
            return None
        order = self._order(message, unsure)
        chosen = settling.choose(addressee, order)
        if chosen is None:
            settling.put_on_call_list(post, tx, message, _why_none(message, addressee), now)
            return None
        contact, channel, to = chosen
        language = preference.language or post.book.channels.language
        said = post.book.texts[message.moment]
        also = list(dict.fromkeys(each.moment for each in rows.told_by(tx, message.id) if each.reason == TOGETHER_WITH))
        link = post.link(addressee.tracking_code)
        rate = post.rate(tx, message.case_id)
        words = fill(said, channel, language, addressee.tracking_code, link, message.facts, also, rate)
        rows.change(
            tx,
            message.id,
            state=SENDING,
            attempts=tried.attempt,
            unsure=unsure,
            maybe_twice=message.maybe_twice or (unsure and not post.channels[channel].can_tell),
            recipient=contact.recipient,
            channel=channel,
            language=language,
            text_version=said.version,
            begun_at=now,
        )
        return _Begun(channel, Outgoing(self._id(message.id), to, language, words), unsure)

    def _order(self, message: Message, unsure: bool) -> list[str]:
        """The channels to try. Whoever may have it already is asked before another is chosen."""
        left = [name for name in self._post.order if name not in message.refused]
        if unsure and message.channel in left:
            left.remove(message.channel)
            left.insert(0, message.channel)
        return left

    def _put_off(self, tx: Connection, tried: Try, message: Message, due: datetime, now: datetime) -> None:
        rows.change(tx, message.id, due_at=due)
        key = f"{tried.key}.{due:%Y%m%dT%H%M}"
        enqueue(tx, SEND, key, tried, now, lane=message.channel or COUNTER, due_at=due)

    def _told_later(self, tx: Connection, message: Message, now: datetime) -> bool:
        """Whether a newer message of the same case tells of this, too; where none does, this one tells of the older
        ones. Whichever of them comes first: after a quiet night all are due in one moment."""
        waiting = [
            each
            for each in rows.of_case(tx, message.case_id)
            if each.state == WAITING and not each.attempts and each.id != message.id and _together(each, message, now)
        ]
        newer = [each for each in waiting if each.id > message.id]
        if newer:
            rows.merge(tx, message, newer[-1].id, TOGETHER_WITH)
            return True
        for older in waiting:
            rows.merge(tx, older, message.id, TOGETHER_WITH)
        return False

    def _hand_over(self, begun: _Begun) -> Outcome:
        channel = self._post.channels[begun.channel]
        if begun.unsure and channel.can_tell:
            told = channel.ask(begun.outgoing.id)
            if isinstance(told, Failed):
                return Failed(told.reason, maybe_sent=True)
            if not isinstance(told, NeverSeen):
                return told
        return channel.send(begun.outgoing)

    def _record(self, tried: Try, begun: _Begun, outcome: Outcome) -> None:
        post = self._post
        with post.database.transaction() as tx:
            message = rows.locked(tx, tried.message)
            if message is None or message.state != SENDING or message.attempts != tried.attempt:
                return  # a report was faster, or somebody else has gone on
            now = post.clock.now()
            match outcome:
                case Taken(provider_id, True):
                    settling.deliver(post, tx, message, now, provider_id)
                case Taken(provider_id):
                    known = {"state": SENT, "provider_id": provider_id, "unsure": False, "reason": None}
                    rows.change(tx, message.id, sent_at=now, **known)
                    enqueue(tx, CHECK, tried.key, tried, now, lane=begun.channel, due_at=now + REPORTED_WITHIN)
                case NotTaken(reason):
                    settling.not_by(post, tx, message, post.addressee(tx, message.case_id), reason, now)
                case Failed(reason, maybe_sent):
                    self._failed(tx, message, reason, message.unsure or maybe_sent, now)
        about = {"service": post.database.name, "message": tried.message, "attempt": tried.attempt}
        log.info("message.tried", **about, outcome=type(outcome).__name__)

    def _failed(self, tx: Connection, message: Message, reason: str, unsure: bool, now: datetime) -> None:
        rows.change(tx, message.id, reason=reason, unsure=unsure)
        number = message.attempts % TRIES  # of this round of tries
        if number == 0:
            settling.put_on_call_list(self._post, tx, message, reason, now)
        else:
            due = self._post.not_before(now + PAUSES[number - 1])
            settling.try_again(tx, message, message.attempts, due, now)

    def _id(self, message_id: str) -> str:
        """As providers know it: it says which service to tell."""
        return f"{self._post.letter}{message_id}"


def _together(one: Message, other: Message, now: datetime) -> bool:
    """Whether two messages of a case that wait become one."""
    return abs(one.created_at - other.created_at) <= TOGETHER or max(one.due_at, other.due_at) <= now


def _why_none(message: Message, addressee: Addressee) -> str:
    """Why nothing can be sent."""
    if message.refused:
        return message.reason or NO_ADDRESS
    has_one = any(contact.address(name) for contact in addressee.contacts for name in CHANNELS)
    return NO_CHANNEL if has_one else NO_ADDRESS

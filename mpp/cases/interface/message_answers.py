"""What a case service answers about its messages: to counters, to who reads a case, to providers, to the operator."""

from __future__ import annotations

from uuid import UUID

from mpp.cases.commands.contacting import Contacting
from mpp.cases.interface.asking import Asking
from mpp.cases.interface.message_payloads import CallListPage, MessageReport, MessagesAfter, MessagesIn
from mpp.cases.recording.command import visible, who
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import case_rows
from mpp.cases.telling import reading
from mpp.cases.telling.call_list import CallList, Place
from mpp.cases.telling.references import read_reference
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.messages import reports
from mpp.messages.post import Post
from mpp.messages.table import STATES
from mpp.messaging.calls.common import CommandOn, Item, Shown
from mpp.messaging.calls.messages import Call

MOST = 100  # lines of a page


class MessageAnswers:
    """Of one case service."""

    def __init__(self, asking: Asking, host: CaseHost, post: Post) -> None:
        self._asking = asking
        self._host = host
        self._post = post
        self._list = CallList(host, post)
        self._contacting = Contacting(host)

    def contact(self, asked: CommandOn, call: Call) -> Shown:
        """200 with what is kept; see `Contacting.correct`."""
        outcome = self._contacting.correct(self._asking.command(call, asked.body), asked.id)
        return Shown(outcome.body, outcome.replayed)

    def of_case(self, asked: Item, call: Call) -> Shown:
        """The messages of a case, for who sees it. Raises Refused 404."""
        actor, secret = self._asking.reader(call)
        with self._host.database.transaction(call.deadline) as tx:
            id_ = case_rows.find_id(tx, asked.id)
            reader = who(tx, self._host.secrets, actor, secret, id_)
            visible(case_rows.find(tx, id_=id_), reader, self._host.offices)
            return Shown({"items": reading.of_case(tx, self._post, id_)})

    def call_list(self, asked: CallListPage, call: Call) -> Shown:
        """A page of the call list; see `CallList.read`."""
        after = None if asked.since is None or asked.after is None else Place(asked.since, asked.after)
        limit = min(max(asked.limit, 1), MOST)
        actor = self._asking.clerk(call)
        lines = self._list.read(actor, asked.office, after, limit, call.deadline, call.correlation_id)
        return Shown({"items": [*lines]})

    def tick(self, asked: CommandOn, call: Call) -> Shown:
        """200; see `CallList.tick`."""
        outcome = self._list.tick(self._asking.command(call, asked.body), asked.id)
        return Shown(outcome.body, outcome.replayed)

    def report(self, asked: MessageReport, call: Call) -> Shown:
        """A provider's report, which the gateway has checked; only with the token that it signs for itself. Raises
        Refused 404 where no such message went over this channel."""
        self._asking.keeper(call)
        if asked.status not in reports.STATUSES:
            raise invalid(FieldError("status", "unknown_choice", {"choices": ", ".join(reports.STATUSES)}))
        message = read_reference(asked.id)
        if not reports.take(self._post, message, asked.channel, asked.status, asked.provider_id):
            raise not_found()
        return Shown({"id": asked.id})

    def list(self, asked: MessagesIn, call: Call) -> Shown:
        """A page of the messages in one state. For the operator."""
        self._asking.operator(call)
        if asked.state not in STATES:
            raise invalid(FieldError("state", "unknown_choice", {"choices": ", ".join(STATES)}))
        with self._host.database.transaction(call.deadline) as tx:
            found = reading.in_state(tx, self._post, asked.state, _id(asked.after))
        following = found[-1]["id"] if len(found) == reading.PAGE else None
        return Shown({"items": [*found], "next": following})

    def retry(self, asked: MessagesAfter, call: Call) -> Shown:
        """Let what is on the call list because of its provider be tried again. For the operator."""
        self._asking.operator(call)
        with self._host.database.transaction(call.deadline) as tx:
            tried, following = reading.retry(tx, self._post, _id(asked.after), self._host.clock.now())
        return Shown({"retried": tried, "next": None if following is None else f"{self._post.letter}{following}"})


def _id(reference: str | None) -> str | None:
    if reference is None:
        return None
    try:
        return str(UUID(reference[1:]))
    except ValueError:
        raise Refused(400, "cursor_malformed") from None

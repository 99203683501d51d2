"""What a case service answers about what applicants file alone."""

from __future__ import annotations

from mpp.cases.commands.online import OnlineFilings
from mpp.cases.interface.asking import Asking
from mpp.cases.interface.command_answers import versioned
from mpp.cases.interface.payloads import Filing, OnlinePage
from mpp.cases.reading.online import OnlineView
from mpp.json_values import whole
from mpp.messaging.calls.common import CommandOn, Item, Shown, Versioned
from mpp.messaging.calls.messages import Call


class OnlineAnswers:
    """Filing, acting on what waits, and reading it."""

    def __init__(self, asking: Asking, filings: OnlineFilings, view: OnlineView) -> None:
        self._asking = asking
        self._filings = filings
        self._view = view

    def file(self, filing: Filing, call: Call) -> Shown:
        """What anybody files; see `OnlineFilings.file`."""
        outcome = self._filings.file(self._asking.public_command(call, filing.body))
        return Shown(outcome.body, outcome.replayed)

    def act(self, asked: CommandOn, call: Call) -> Versioned:
        """200 with the filing; see `OnlineFilings.act`."""
        return versioned(self._filings.act(self._asking.command(call, asked.body), asked.id))

    def get(self, asked: Item, call: Call) -> Versioned:
        """One in full."""
        actor, secret = self._asking.reader(call)
        body = self._view.get(actor, secret, asked.id, call.deadline)
        return Versioned(200, body, whole(body, "version"))

    def list(self, page: OnlinePage, call: Call) -> Shown:
        """Those that wait at the actor's offices."""
        return Shown(self._view.page(self._asking.clerk(call), page.limit, page.cursor, call.deadline))

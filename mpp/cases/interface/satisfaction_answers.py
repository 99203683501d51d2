"""What a case service answers about the satisfaction survey."""

from __future__ import annotations

from mpp.cases.commands.satisfaction import Satisfaction
from mpp.cases.interface.asking import Asking
from mpp.cases.interface.satisfaction_payloads import Answered, OfMonth, OneTimeCode
from mpp.messaging.calls.common import CommandOn, Shown
from mpp.messaging.calls.messages import Call


class SatisfactionAnswers:
    """The address is for a counter or the applicant; who has it needs nothing else; the counts are the operator's."""

    def __init__(self, asking: Asking, satisfaction: Satisfaction) -> None:
        self._asking = asking
        self._satisfaction = satisfaction

    def address(self, asked: CommandOn, call: Call) -> Shown:
        """200 with the one-time code of a case; see `Satisfaction.address`."""
        outcome = self._satisfaction.address(self._asking.command(call, asked.body), asked.id)
        return Shown(outcome.body, outcome.replayed)

    def form(self, asked: OneTimeCode, call: Call) -> Shown:
        """What is asked; see `Satisfaction.form`."""
        return Shown(self._satisfaction.form(asked.code, call.deadline))

    def answer(self, asked: Answered, call: Call) -> Shown:
        """Kept; see `Satisfaction.answer`."""
        return Shown(self._satisfaction.answer(asked.code, asked.body, call.deadline))

    def counts(self, asked: OfMonth, call: Call) -> Shown:
        """What was answered in a month."""
        self._asking.operator(call)
        return Shown(self._satisfaction.counts(asked.month, call.deadline))

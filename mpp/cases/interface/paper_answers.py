"""What a case service answers about its papers: to whoever may read or give up one, and to the gateway."""

from __future__ import annotations

import re

from mpp.cases.interface.asking import Asking
from mpp.cases.interface.command_answers import versioned
from mpp.cases.interface.paper_payloads import (
    DecisionOf,
    DecisionsWithoutPaper,
    PaperFailed,
    PaperPrinted,
    PapersAfter,
    PaperSigned,
    PapersTold,
    PaperTold,
)
from mpp.cases.interface.payloads import VerificationCode
from mpp.cases.papers.abandoning import Abandoning, Show
from mpp.cases.papers.ending import Ending
from mpp.cases.papers.later import PrintedLater
from mpp.cases.papers.reading import PaperReading, page_of
from mpp.cases.papers.rows import PaperRow, Signed
from mpp.cases.papers.telling import Verifying, to_gateway
from mpp.cases.prerequisites.finder import go_on
from mpp.cases.recording.host import CaseHost
from mpp.casework.refusals import FieldError, invalid
from mpp.messaging.calls.common import CommandOn, Item, Shown, Versioned
from mpp.messaging.calls.messages import Call

_HASH = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}")


class PaperAnswers:
    """Reading, giving up and verifying papers."""

    def __init__(self, asking: Asking, host: CaseHost, show: Show) -> None:
        self._asking = asking
        self._collection = host.definition.collection or ""
        self._reading = PaperReading(host)
        self._abandoning = Abandoning(host, show, go_on)
        self._verifying = Verifying(host)

    def read(self, asked: Item, call: Call) -> PaperTold:
        """What is needed to hand a paper out, which is audited; see `PaperReading.read`."""
        actor, secret = self._asking.reader(call)
        return told(self._reading.read(actor, secret, asked.id, call.deadline, call.correlation_id), self._collection)

    def abandon(self, asked: CommandOn, call: Call) -> Versioned:
        """200 with the case; see `Abandoning.abandon`."""
        self._asking.clerk(call)
        return versioned(self._abandoning.abandon(self._asking.command(call, asked.body), asked.id))

    def verify(self, asked: VerificationCode, call: Call) -> Shown:
        """Whether a paper is real, and what holds of it today."""
        return Shown(self._verifying.verify(asked.code, call.deadline))


class GatewayAnswers:
    """What only the gateway asks, with the token that it signs for itself; Refused 403 to everybody else."""

    def __init__(self, asking: Asking, host: CaseHost) -> None:
        self._asking = asking
        self._collection = host.definition.collection or ""
        self._reading = PaperReading(host)
        self._ending = Ending(host)
        self._later = PrintedLater(host)

    def snapshot(self, asked: Item, call: Call) -> PaperPrinted:
        """A paper with all that is printed on it."""
        self._asking.keeper(call)
        paper = self._reading.snapshot(asked.id, call.deadline)
        return PaperPrinted(told(paper, self._collection), paper.snapshot)

    def signed(self, asked: PaperSigned, call: Call) -> PaperTold:
        """The paper as issued; see `Ending.signed`."""
        cause = self._asking.keeper(call)
        wrong = [
            FieldError(name, "malformed")
            for name, right in (
                ("sha256", _HASH.fullmatch(asked.sha256) is not None),
                ("size", asked.size > 0),
                ("how", _WORD.fullmatch(asked.how) is not None),
            )
            if not right
        ]
        if wrong:
            raise invalid(*wrong)
        signed = Signed(asked.sha256, asked.size, asked.signed_at, asked.how, asked.template_digest)
        return told(self._ending.signed(asked.id, signed, cause, call.deadline), self._collection)

    def failed(self, asked: PaperFailed, call: Call) -> PaperTold:
        """The paper, with one try more that failed."""
        cause = self._asking.keeper(call)
        if not _WORD.fullmatch(asked.failure):
            raise invalid(FieldError("failure", "malformed"))
        return told(self._ending.failed(asked.id, asked.failure, cause, call.deadline), self._collection)

    def awaiting(self, asked: PapersAfter, call: Call) -> PapersTold:
        """A page of what waits for its signature."""
        self._asking.keeper(call)
        found = self._reading.awaiting(asked.after, asked.limit, call.deadline)
        return PapersTold(tuple(told(paper, self._collection) for paper in found))

    def missing(self, asked: PapersAfter, call: Call) -> DecisionsWithoutPaper:
        """A page of decisions whose papers were never made."""
        self._asking.keeper(call)
        found = self._later.missing(asked.after, page_of(asked.limit), call.deadline)
        return DecisionsWithoutPaper(tuple(DecisionOf(each.case_id, each.action) for each in found))

    def make(self, asked: DecisionOf, call: Call) -> PaperTold:
        """The paper of such a decision, which waits for its signature."""
        cause = self._asking.keeper(call)
        return told(self._later.make(asked.case, asked.action, cause, call.deadline), self._collection)


def told(paper: PaperRow, collection: str) -> PaperTold:
    """A paper as the gateway knows it."""
    return PaperTold.of(to_gateway(paper, collection))

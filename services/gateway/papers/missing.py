"""Papers of decisions from before there were any: made when the operator says so, marked as printed later."""

from __future__ import annotations

from dataclasses import dataclass

from mpp.cases.interface.methods import MAKE_PAPER, PAPERS_MISSING
from mpp.cases.interface.paper_payloads import PapersAfter
from mpp.casework.refusals import Refused
from mpp.clock import Clock
from mpp.persistence.database import Database
from services.gateway.backend import THE_GATEWAY, Backend
from services.gateway.papers.later import PaperOf, leave
from services.gateway.papers.making import BY_ITSELF, Asking

PAGE = 50  # decisions of one request


@dataclass(frozen=True)
class Begun:
    """How many papers of a page were begun, how many cannot be made, and the case behind which the next page begins."""

    begun: int
    left_out: int
    next: str | None


class Missing:
    """Begins them at the services; jobs print and sign what needs nobody, and the rest waits for its signers."""

    def __init__(self, backend: Backend, database: Database, clock: Clock) -> None:
        self._backend = backend
        self._database = database
        self._clock = clock

    def begin(self, collection: str, after: str | None, asking: Asking) -> Begun:
        """A page of a collection's. The same again makes nothing twice. Raises Refused and ServiceUnavailable."""
        service, begun, left_out = self._backend.services[collection].name, 0, 0
        told = (THE_GATEWAY, asking.deadline, asking.correlation_id)
        page = self._backend.once(service, PAPERS_MISSING, PapersAfter(after, PAGE), *told).items
        for each in page:
            try:
                paper = self._backend.once(service, MAKE_PAPER, each, *told)
            except Refused as refused:
                if refused.code != "no_paper_to_make":
                    raise
                left_out += 1
                continue
            begun += 1
            if paper.adapter in BY_ITSELF:
                leave(self._database, PaperOf(collection, paper.id), self._clock.now())
        return Begun(begun, left_out, page[-1].case if len(page) == PAGE else None)

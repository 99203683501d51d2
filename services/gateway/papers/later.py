"""Papers that were not made at once: a job goes on with each, and every minute somebody looks for those without.

What waits for its signer stays with the signer, but for what was sent to a signing service: that is looked up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from mpp.cases.interface.methods import PAPERS_AWAITING
from mpp.cases.interface.paper_payloads import PapersAfter, PaperTold
from mpp.casework.refusals import Refused
from mpp.clock import Clock, new_id
from mpp.jobs.kinds import Job, JobKind, NotNow
from mpp.jobs.queue import enqueue
from mpp.json_values import JsonObject, text
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.persistence.database import Database
from services.gateway import metrics
from services.gateway.backend import THE_GATEWAY, Backend
from services.gateway.papers import queries
from services.gateway.papers.elsewhere import SignedElsewhere
from services.gateway.papers.making import (
    AWAITING,
    BSRE,
    BY_ITSELF,
    SERVICE_UNAVAILABLE,
    Asking,
    NotMade,
    PaperMaker,
    since,
)

log = structlog.get_logger(__name__)

_PAGE = 100
_MOST = 1000  # papers of one look
_OWN_TIME = 30.0  # seconds in which a request finishes its own paper
_NOBODY_KNOWS = "lookup_not_possible"  # asking again brings nothing: the signer must see to it


@dataclass(frozen=True)
class PaperOf:
    """A paper, and the collection whose service has it."""

    collection: str
    paper: str

    def to_json(self) -> JsonObject:
        return {"collection": self.collection, "paper": self.paper}

    @classmethod
    def from_json(cls, found: JsonObject) -> PaperOf:
        return cls(text(found, "collection"), text(found, "paper"))


MAKE = JobKind("papers.make", PaperOf.to_json, PaperOf.from_json, seconds=120.0, at_once=2)


def leave(database: Database, wanted: PaperOf, now: datetime) -> None:
    """Let a paper be finished soon: once a day, with the attempts of a job."""
    with database.transaction() as tx:
        enqueue(tx, MAKE, f"{wanted.paper}.{now.date()}", wanted, now, lane=wanted.collection)


class Finisher:
    """Does the jobs, and leaves them."""

    def __init__(
        self, backend: Backend, database: Database, clock: Clock, maker: PaperMaker, elsewhere: SignedElsewhere
    ) -> None:
        self._backend = backend
        self._database = database
        self._clock = clock
        self._maker = maker
        self._elsewhere = elsewhere

    def finish(self, wanted: PaperOf, job: Job) -> None:
        """Make the paper, or find out what came of it. Raises NotMade where another attempt may bring more, and NotNow
        as long as its service does not answer: an outage of hours uses up no attempt."""
        try:
            self._finish(wanted, new_id())
        except NotMade as not_made:
            if not_made.code == SERVICE_UNAVAILABLE:
                raise NotNow(not_made.code) from None
            if not_made.code != _NOBODY_KNOWS:
                raise

    def _finish(self, wanted: PaperOf, correlation_id: str) -> None:
        found = self._maker.make(wanted.collection, wanted.paper, Asking.anew(correlation_id))
        if found.status == AWAITING and found.adapter == BSRE:
            self._elsewhere.look_up(wanted.collection, wanted.paper, correlation_id)

    def look(self) -> int:
        """Leave a job for each paper that waits for nobody; how many. Scans of papers that wait no longer go."""
        now, found = self._clock.now(), list[PaperOf]()
        known = [self._awaiting(collection) for collection in self._backend.services]
        for paper in (paper for papers, _ in known for paper in papers):
            if paper.adapter in BY_ITSELF and since(paper, now) > _OWN_TIME:
                found.append(PaperOf(paper.collection, paper.id))
        metrics.observe_awaiting(
            Counter((p.collection, p.failure or metrics.NO_FAILURE) for ps, _ in known for p in ps)
        )
        with self._database.transaction() as tx:
            found += [PaperOf(each.collection, each.paper) for each in queries.left_tries(tx, now, _MOST)]
            if all(complete for _, complete in known):
                awaiting = {paper.id for papers, _ in known for paper in papers}
                queries.end_scans_of_others(tx, awaiting, now - timedelta(seconds=_OWN_TIME))
        for each in found:
            leave(self._database, each, now)
        return len(found)

    def _awaiting(self, collection: str) -> tuple[list[PaperTold], bool]:
        """The papers of a service that wait for their signature, and whether these are all."""
        service, found = self._backend.services[collection].name, list[PaperTold]()
        while len(found) < _MOST:
            asking = Asking.anew(new_id())
            page = PapersAfter(found[-1].id if found else None, _PAGE)
            try:
                answer = self._backend.once(
                    service, PAPERS_AWAITING, page, THE_GATEWAY, asking.deadline, asking.correlation_id
                )
            except (ServiceUnavailable, Refused) as error:
                log.warning("papers.not_asked", service=service, reason=type(error).__name__)
                return found, False
            found += answer.items
            if len(answer.items) < _PAGE:
                return found, True
        return found, False

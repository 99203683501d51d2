"""Papers that a service keeps in no register of its own: looked up in its copies of what the others told."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from mpp.cases.prerequisites import copies
from mpp.cases.prerequisites.copies import Copy
from mpp.cases.recording.holders import Holder
from mpp.cases.recording.host import CaseHost
from mpp.casework.case.papers import AWAITED, THERE, Paper
from mpp.casework.codes import tracking
from mpp.hosting.definition import ServiceDefinition, case_services


class PaperRefused(Exception):
    """A paper that was named and cannot be taken; `code` is a field error's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Elsewhere:
    """The papers of other services, as one case service knows them."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host
        self._needed: frozenset[str] | None = None

    def issuer(self, service: str) -> ServiceDefinition | None:
        """The service that issues the papers of this service type and shares them; None where no copies are kept of
        them, since it is this very service, which has a register."""
        catalogue, mine = self._host.runtime.catalogue, self._host.definition
        collection = next((kind.collection for kind in catalogue.with_left_out() if kind.code == service), None)
        found = None if collection is None else case_services().get(collection)
        if found is None or not found.shares_papers or not mine.shares_papers:
            return None
        return None if found.name == mine.name and mine.paper_events.types else found

    def needed(self, tx: Connection) -> frozenset[str]:
        """The service types whose papers some version of a service type here requires."""
        if self._needed is None:
            every = self._host.versions.every(tx)
            named = {r.produced_by for kind in every for r in kind.requirements if r.produced_by is not None}
            self._needed = frozenset(service for service in named if self.issuer(service) is not None)
        return self._needed

    def keys(self, tx: Connection, given: str) -> set[str | None]:
        """What is to be locked before a paper that was named is looked up: nothing becomes of it meanwhile."""
        found: set[str | None] = {tracking.normalise(given)}
        for copy in copies.named(tx, given):
            found |= {copy.paper, copy.tracking_code}
        return found

    def find(self, tx: Connection, service: str, given: str, holder: Holder, today: date) -> Paper:
        """The paper of a service type that a tracking code, a number or a verification code names. Raises PaperRefused.

        A tracking code of which nothing is known, and that of somebody else, are both awaited: whoever asks learns of
        no case of others. The paper is taken when it comes and is the applicant's.
        """
        key = holder.key(self._host.runtime.person_key)
        mine = [copy for copy in copies.named(tx, given, service) if key is not None and copy.holder == key]
        holding = next((copy for copy in mine if copy.reason_on(today) is None), None)
        if holding is not None:
            return Paper(service, THERE, None, holding.tracking_code, holding.paper, holding.called)
        if mine:
            raise PaperRefused("paper_not_in_force" if mine[0].came else "paper_not_coming")
        code, issuer = tracking.normalise(given), self.issuer(service)
        if code is None or issuer is None or code[0] != issuer.tracking_letter:
            raise PaperRefused("unknown_paper")
        return Paper(service, AWAITED, None, code)

    def ended(self, tx: Connection, known: Paper, today: date) -> str | None:
        """Why a paper that a case has does not hold any more; None where it does, or where nothing is known of it."""
        if known.status != THERE or known.document is None or self.issuer(known.service) is None:
            return None
        copy = copies.of_paper(tx, known.service, known.document)
        return None if copy is None else copy.reason_on(today)

    def may_have(self, copy: Copy, holder: Holder) -> bool:
        """Whether a paper is the applicant's."""
        return copy.holder is not None and copy.holder == holder.key(self._host.runtime.person_key)

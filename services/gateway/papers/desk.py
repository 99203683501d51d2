"""What people do with papers: sign them, have a signed sheet scanned and confirmed, find where one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mpp.cases.interface.paper_payloads import PaperPrinted, PaperTold
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.refusals import Refused, not_found
from mpp.clock import Clock
from mpp.papers.signing.port import Passphrase
from mpp.papers.signing.wet import Scan, may_confirm
from mpp.persistence.audit.trail import record
from mpp.persistence.database import Database
from services.gateway.papers import queries
from services.gateway.papers.elsewhere import SignedElsewhere
from services.gateway.papers.making import AWAITING, BY_ITSELF, WET, Asking, NotMade, PaperMaker

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class Asked:
    """Who asks for what, in which request."""

    actor: Actor
    asking: Asking


class Desk:
    """`collections` are those of the services that have papers."""

    def __init__(
        self,
        collections: tuple[str, ...],
        maker: PaperMaker,
        elsewhere: SignedElsewhere,
        database: Database,
        clock: Clock,
    ) -> None:
        self._collections = collections
        self._maker = maker
        self._elsewhere = elsewhere
        self._database = database
        self._clock = clock

    def find(self, paper: str, asking: Asking) -> PaperPrinted:
        """The paper, whichever service has it. Raises Refused 404, and ServiceUnavailable."""
        for collection in self._collections:
            try:
                return self._maker.told(collection, paper, asking)
            except Refused as refused:
                if refused.status != 404:
                    raise
        raise not_found()

    def sign(
        self, account: str, paper: str, passphrase: Passphrase | None, correlation_id: str, *, again: bool = False
    ) -> PaperTold:
        """The paper, issued. What was unknown is looked up, and what then turns out not to be signed is signed again.

        Raises NotMade, Refused 404 and 403 `not_the_signer`, and 409 `paper_not_awaiting`, `paper_signed_by_hand`.
        """
        found = self.find(paper, Asking.anew(correlation_id))
        told = found.paper
        if told.signer != account:
            raise Refused(403, "not_the_signer")
        if told.status != AWAITING:
            if told.sha256 is not None:
                return told
            raise Refused(409, "paper_not_awaiting")
        if told.adapter in BY_ITSELF:
            return self._maker.make(told.collection, paper, Asking.anew(correlation_id))
        if told.adapter == WET:
            raise Refused(409, "paper_signed_by_hand")
        if passphrase is None:
            raise NotMade("passphrase_missing")
        return self._by_passphrase(found, passphrase, correlation_id, again=again)

    def _by_passphrase(
        self, found: PaperPrinted, passphrase: Passphrase, correlation_id: str, *, again: bool
    ) -> PaperTold:
        told = found.paper
        try:
            return self._elsewhere.sign(found, passphrase, correlation_id, again=again)
        except NotMade:
            if not self._unknown(told.id):
                raise
        known = self._elsewhere.look_up(told.collection, told.id, correlation_id)
        if known.status != AWAITING:
            return known
        return self._elsewhere.sign(found, passphrase, correlation_id, again=again)

    def _unknown(self, paper: str) -> bool:
        with self._database.transaction() as tx:
            return queries.find_try(tx, paper) is not None

    # ---------------------------------------------------------------- by hand

    def sheet(self, paper: str, asked: Asked) -> bytes:
        """The print to be signed: by hand, for an official of its office; or otherwise, for its signer to read first.
        Raises Refused 403, 404, 409, and NotMade."""
        found = self.find(paper, asked.asking)
        if found.paper.signer != asked.actor.id or found.paper.status != AWAITING:
            found = self._by_hand(paper, asked)
        with self._maker.told_why(found.paper.collection, paper, asked.asking):
            return self._maker.printed(found.snapshot).pdf

    def may_scan(self, paper: str, asked: Asked) -> PaperTold:
        """The paper whose signed sheet may be handed in by this actor. Raises Refused 403, 404, 409."""
        return self._by_hand(paper, asked).paper

    def scanned(self, paper: str, sha256: str, size: int, asked: Asked) -> None:
        """The scan is kept, and waits for a second person; a later one takes its place."""
        with self._database.transaction(asked.asking.deadline) as tx:
            queries.put_scan(tx, paper, Scan(sha256, size, asked.actor.id), self._clock.now())
            self._tell(tx, "paper_scanned", paper, sha256, asked)

    def scan(self, paper: str, asked: Asked) -> Scan:
        """The scan that waits. Raises Refused 403, 404, 409."""
        self._by_hand(paper, asked)
        with self._database.transaction(asked.asking.deadline) as tx:
            return _there(queries.find_scan(tx, paper))

    def confirm(self, paper: str, sha256: str, asked: Asked) -> PaperTold:
        """The paper, in force: a second person has compared this very scan (its hash) with the sheet. The same again
        changes nothing and is answered alike.

        Raises Refused 403 `second_person`, 404, 409 `no_scan`, and `scan_changed` where another was handed in since.
        """
        found = self._by_hand(paper, asked, done=sha256)
        if found.paper.status != AWAITING:  # whoever confirmed it first was not answered
            self.forget(paper)
            return found.paper
        with self._database.transaction(asked.asking.deadline) as tx:
            scan = _there(queries.find_scan(tx, paper))
            if not may_confirm(scan, asked.actor.id, found.paper.signer):
                raise Refused(403, "second_person")
            if scan.sha256 != sha256:
                raise Refused(409, "scan_changed")
            self._tell(tx, "paper_confirmed", paper, sha256, asked)
        issued = self._maker.kept(found.paper, scan.sha256, scan.size, WET, None, asked.asking)
        self.forget(paper)
        return issued

    def forget(self, paper: str) -> None:
        """A paper was given up, or is in force: its scan waits no longer."""
        with self._database.transaction() as tx:
            queries.end_scan(tx, paper)

    def _by_hand(self, paper: str, asked: Asked, *, done: str | None = None) -> PaperPrinted:
        """One that waits to be signed by hand, or has become this very scan (`done`), for an official of its office.
        Raises Refused 403, 404, 409."""
        found = self.find(paper, asked.asking)
        held = {each.office for each in asked.actor.assignments if each.role in CASE_ROLES}
        if found.paper.office not in held:
            raise not_found()
        if found.paper.adapter != WET:
            raise Refused(409, "paper_not_by_hand")
        if found.paper.status != AWAITING and (done is None or found.paper.sha256 != done):
            raise Refused(409, "paper_not_awaiting")
        return found

    def _tell(self, tx: Connection, action: str, paper: str, sha256: str, asked: Asked) -> None:
        record(
            tx,
            at=self._clock.now(),
            actor=asked.actor,
            office=asked.actor.office_for(*CASE_ROLES),
            action=action,
            details={"paper": paper, "sha256": sha256},
            correlation_id=asked.asking.correlation_id,
        )


def _there(scan: Scan | None) -> Scan:
    if scan is None:
        raise Refused(409, "no_scan")
    return scan

"""Signing by a service of others, which may be silent after it has signed: it is looked up before it is sent again.

A row is written before anything is sent (`queries.Try`), and goes when it is known what came of it. Whoever finds
it asks the signing service first.
"""

from __future__ import annotations

import structlog

from mpp.cases.interface.paper_payloads import PaperPrinted, PaperTold
from mpp.clock import Clock
from mpp.papers.signing.port import (
    NotRegistered,
    OutcomeUnknown,
    Passphrase,
    Signed,
    Signing,
    SigningUnavailable,
    WrongPassphrase,
)
from mpp.persistence.database import Database
from services.gateway.accounts import queries as accounts
from services.gateway.accounts.administration import NIK
from services.gateway.papers import queries
from services.gateway.papers.making import AWAITING, BSRE, Asking, PaperMaker, signer_of
from services.gateway.papers.queries import Try
from services.gateway.sealing import Sealer
from services.gateway.uploads.keeping import Keeper

log = structlog.get_logger(__name__)


class SignedElsewhere:
    """Papers that their signers sign by BSrE; without a `service` it says so when asked."""

    def __init__(
        self,
        maker: PaperMaker,
        service: Signing | None,
        database: Database,
        keeper: Keeper,
        sealer: Sealer | None,
        clock: Clock,
    ) -> None:
        self._maker = maker
        self._service = service
        self._database = database
        self._keeper = keeper
        self._sealer = sealer
        self._clock = clock

    def sign(
        self, found: PaperPrinted, passphrase: Passphrase, correlation_id: str, *, again: bool = False
    ) -> PaperTold:
        """The paper, issued. `again`: its signer has seen to it that nothing was signed, where nobody can be asked.

        Raises NotMade, when the service has been told why.
        """
        paper, asking = found.paper, Asking.anew(correlation_id)
        with self._maker.told_why(paper.collection, paper.id, asking):
            if paper.status != AWAITING:
                return paper
            known = self._settled(paper, correlation_id, again=again)
            if known is not None:
                return known
            printed = self._maker.printed(found.snapshot)
            sha256, _ = self._keeper.keep_made(printed.pdf, asking.deadline)
            sent = Try(paper.id, paper.collection, paper.signer or "", sha256, printed.template_digest)
            with self._database.transaction(asking.deadline) as tx:
                if not queries.begin_try(tx, sent, self._clock.now()):
                    raise SigningUnavailable("signing_under_way")
            signed = self._signed(sent, found, printed.pdf, passphrase)
            return self._issued(paper, sent, signed, correlation_id)

    def look_up(self, collection: str, paper: str, correlation_id: str) -> PaperTold:
        """The paper, after it was found out what came of it. Raises NotMade, as `sign` does."""
        asking = Asking.anew(correlation_id)
        with self._maker.told_why(collection, paper, asking):
            told = self._maker.told(collection, paper, asking).paper
            return self._settled(told, correlation_id) or told

    def _settled(self, paper: PaperTold, correlation_id: str, *, again: bool = False) -> PaperTold | None:
        """The paper as issued, where it turns out that it was signed; None where it was not. Raises SigningFailed."""
        with self._database.transaction() as tx:
            there = queries.find_try(tx, paper.id)
            mine = None if there is None else queries.take_up_try(tx, paper.id, self._clock.now())
            if mine is not None and paper.status != AWAITING:
                queries.end_try(tx, paper.id)
                return paper
        if there is None:
            return None
        if mine is None:
            raise SigningUnavailable("signing_under_way")
        signed = self._looked_up(mine, again=again)
        if signed is None:
            self._ended(mine)
            return None
        return self._issued(paper, mine, signed, correlation_id)

    def _looked_up(self, mine: Try, *, again: bool) -> Signed | None:
        try:
            sheet = b"".join(self._keeper.folder.open(mine.printed))
            return self._asked().look_up(sheet, mine.reference)
        except OutcomeUnknown as unknown:
            if again and unknown.code == "lookup_not_possible":
                return None
            self._left(mine, unknown.reference)
            raise
        except SigningUnavailable:
            self._left(mine, None)
            raise

    def _signed(self, sent: Try, found: PaperPrinted, sheet: bytes, passphrase: Passphrase) -> Signed:
        try:
            return self._asked().sign(sheet, signer_of(found, self._nik(sent.account)), passphrase)
        except OutcomeUnknown as unknown:
            self._left(sent, unknown.reference)
            log.warning("paper.outcome_unknown", paper=sent.paper, reason=unknown.code)
            raise
        except (NotRegistered, WrongPassphrase, SigningUnavailable):
            self._ended(sent)
            raise

    def _issued(self, paper: PaperTold, sent: Try, signed: Signed, correlation_id: str) -> PaperTold:
        """Whatever dies in here finds the row, and the service that has the signed file."""
        issued = self._maker.issue(paper, signed.pdf, BSRE, sent.template_digest, Asking.anew(correlation_id))
        self._ended(sent)
        return issued

    def _asked(self) -> Signing:
        if self._service is None:
            raise SigningUnavailable("service_not_set")
        return self._service

    def _nik(self, account: str) -> str | None:
        with self._database.transaction() as tx:
            found = accounts.find(tx, account)
        sealed = None if found is None else found.person.sealed_nik
        opened = None if sealed is None or self._sealer is None else self._sealer.opened(account, NIK, sealed)
        return None if opened is None else str(opened[NIK])

    def _left(self, sent: Try, reference: str | None) -> None:
        with self._database.transaction() as tx:
            queries.leave_try(tx, sent.paper, reference, self._clock.now())

    def _ended(self, sent: Try) -> None:
        with self._database.transaction() as tx:
            queries.end_try(tx, sent.paper)

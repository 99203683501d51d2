"""What follows the first step of a decision within the request that took it: mostly its paper is made."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from mpp.cases.interface.paper_payloads import PaperTold
from mpp.casework.refusals import Refused
from mpp.clock import Clock
from mpp.json_values import JsonObject, optional_mapping, text, texts
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.papers.rendering.renderer import RenderingFailed
from mpp.papers.signing.port import Passphrase
from mpp.papers.snapshot import Snapshot
from mpp.persistence.database import Database
from mpp.web.routing import HttpRequest
from services.gateway.backend import unavailable
from services.gateway.papers.batches import BatchCommand, Batches, id_of
from services.gateway.papers.desk import Desk
from services.gateway.papers.later import PaperOf, leave
from services.gateway.papers.making import BSRE, BY_ITSELF, Asking, NotMade, PaperMaker

log = structlog.get_logger(__name__)

_FOR_THE_ANSWER = 1.5  # seconds of a request that are left for reading the case again


@dataclass
class Papers:
    """All that the routes need of papers."""

    maker: PaperMaker
    desk: Desk
    batches: Batches
    database: Database
    clock: Clock

    def follow(self, collection: str, case: JsonObject, passphrase: Passphrase | None, request: HttpRequest) -> bool:
        """Do what can be done now about the papers that the case waits for; whether it may be another than before.

        What cannot be done now a job goes on with, or the signer.
        """
        signing = optional_mapping(case, "signing")
        if signing is None:
            return False
        papers, adapter = list(texts(signing, "papers")), text(signing, "adapter")
        if adapter in BY_ITSELF:
            asking = Asking(request.deadline, request.correlation_id)
            for paper in papers:
                try:
                    self.maker.make(collection, paper, asking)
                except NotMade:
                    leave(self.database, PaperOf(collection, paper), self.clock.now())
            return True
        if adapter != BSRE or passphrase is None:
            return False
        self.sign(papers, passphrase, request)
        return True

    def sign(self, papers: list[str], passphrase: Passphrase | None, request: HttpRequest) -> None:
        """Have these papers signed, and wait for it as long as the request allows."""
        batch, _ = self.begin(papers, passphrase, request)
        self.batches.wait(batch, request.deadline.left() - _FOR_THE_ANSWER)

    def begin(self, papers: list[str], passphrase: Passphrase | None, request: HttpRequest) -> tuple[str, bool]:
        """The batch that signs these papers, and whether it was begun before under the same key."""
        assert request.actor is not None, "the route asks for a token"
        command = BatchCommand(
            request.actor.id, request.path, request.key or "", request.deadline, request.correlation_id
        )
        answer, known = self.batches.begin(papers, passphrase, command)
        return id_of(answer), known

    def receipt(self, snapshot: Snapshot, sheet: str) -> bytes:
        """A receipt as PDF. Raises Refused 503 `receipt_not_printed`."""
        try:
            return self.maker.printed(snapshot, sheet).pdf
        except RenderingFailed as failed:
            log.warning("receipt.not_printed", reason=failed.code)
            raise Refused(503, "receipt_not_printed") from None

    def translated(self, told: PaperTold, asking: Asking) -> bytes:
        """An unsigned copy in English. Raises Refused 404 where the paper offers none."""
        try:
            found = self.maker.told(told.collection, told.id, asking)
            return self.maker.translated(found.snapshot).pdf
        except RenderingFailed as failed:
            log.warning("paper.not_translated", paper=told.id, reason=failed.code)
            raise Refused(404, "no_translation") from None
        except ServiceUnavailable as error:
            raise unavailable(error) from error


def taken(body: JsonObject) -> tuple[JsonObject, Passphrase | None]:
    """The body without the passphrase that came in it, before anybody else sees it."""
    said = body.get("passphrase")
    rest = {name: value for name, value in body.items() if name != "passphrase"}
    return rest, Passphrase(said) if isinstance(said, str) else None

"""Making a paper whose first step is done: print it, sign it, keep the file, and tell its service, which then decides.

Whatever dies in between is done again from the snapshot: the same print, one number, and one signed file that counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog

from mpp.cases.interface.methods import PAPER_FAILED, PAPER_SIGNED, PAPER_SNAPSHOT
from mpp.cases.interface.paper_payloads import PaperFailed, PaperPrinted, PaperSigned, PaperTold
from mpp.casework.refusals import Refused
from mpp.clock import Clock
from mpp.messaging.calls.common import Item
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.papers.rendering.renderer import Rendered, Renderer, RenderingFailed
from mpp.papers.signing.local import Local
from mpp.papers.signing.port import Signer, SigningFailed
from mpp.papers.snapshot import Snapshot
from mpp.persistence.deadline import Deadline
from services.gateway.backend import THE_GATEWAY, Backend
from services.gateway.uploads.keeping import Keeper

log = structlog.get_logger(__name__)

AWAITING, SIGNED, ISSUED, SUPERSEDED = "awaiting", "signed", "issued", "superseded"
NONE, LOCAL, BSRE, WET = "none", "local", "bsre", "wet"
BY_ITSELF = (NONE, LOCAL)  # ways of signing that need nobody
CALL_SECONDS = 8.0
SERVICE_UNAVAILABLE = "service_unavailable"  # why a paper was not made whose service could not be told either


class NotMade(Exception):
    """The paper waits on. `code` says why: of printing, of signing, of the folder or of the service."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Asking:
    """For which request, and until when."""

    deadline: Deadline
    correlation_id: str

    @classmethod
    def anew(cls, correlation_id: str) -> Asking:
        """For work that no request waits for."""
        return cls(Deadline.after(CALL_SECONDS), correlation_id)


class PaperMaker:
    """Prints and signs by itself, and keeps and tells what others have signed."""

    def __init__(self, backend: Backend, keeper: Keeper, renderer: Renderer, local: Local, clock: Clock) -> None:
        self._backend = backend
        self._keeper = keeper
        self._renderer = renderer
        self._local = local
        self._clock = clock

    def told(self, collection: str, paper: str, asking: Asking) -> PaperPrinted:
        """The paper with what is printed on it. Raises Refused 404, and ServiceUnavailable."""
        service = self._backend.services[collection].name
        return self._backend.once(
            service, PAPER_SNAPSHOT, Item(paper), THE_GATEWAY, asking.deadline, asking.correlation_id
        )

    def make(self, collection: str, paper: str, asking: Asking) -> PaperTold:
        """The paper, issued where it can be without anybody; one that is signed by somebody is left as it is.

        Raises NotMade, when the service has been told why.
        """
        with self.told_why(collection, paper, asking):
            found = self.told(collection, paper, asking)
            if found.paper.status != AWAITING or found.paper.adapter not in BY_ITSELF:
                return found.paper
            printed = self.printed(found.snapshot)
            content = printed.pdf
            if found.paper.adapter == LOCAL:
                content = self._local.sign(content, signer_of(found)).pdf
            return self.issue(found.paper, content, found.paper.adapter, printed.template_digest, asking)

    def printed(self, snapshot: Snapshot, sheet: str = "") -> Rendered:
        """The paper without a signature; `sheet` as the renderer has it. Raises RenderingFailed."""
        return self._renderer.render(snapshot, sheet=sheet)

    def translated(self, snapshot: Snapshot) -> Rendered:
        """The same in English, unsigned and marked as a translation. Raises RenderingFailed."""
        return self._renderer.render(snapshot, language="en")

    def issue(self, paper: PaperTold, content: bytes, how: str, digest: str | None, asking: Asking) -> PaperTold:
        """Keep the signed file, and let the service decide. Raises Refused, and ServiceUnavailable: unknown, do it
        again."""
        sha256, size = self._keeper.keep_made(content, asking.deadline)
        return self.kept(paper, sha256, size, how, digest, asking)

    def kept(self, paper: PaperTold, sha256: str, size: int, how: str, digest: str | None, asking: Asking) -> PaperTold:
        """Tell the service of a signed file that the folder has. Raises as `issue` does."""
        service = self._backend.services[paper.collection].name
        signed = PaperSigned(paper.id, sha256, size, how, self._clock.now(), digest)
        try:
            told = self._backend.once(
                service, PAPER_SIGNED, signed, THE_GATEWAY, asking.deadline, asking.correlation_id
            )
        except Refused as refused:
            if refused.code != "paper_signed_otherwise":  # by a twin, whose file counts
                raise
            return self.told(paper.collection, paper.id, asking).paper
        self._keeper.referred_to(sha256)
        log.info(
            "paper.signed" if told.status == SIGNED else "paper.issued",
            paper=paper.id,
            collection=paper.collection,
            how=how,
        )
        return told

    @contextmanager
    def told_why(self, collection: str, paper: str, asking: Asking) -> Iterator[None]:
        """Whatever keeps a paper from being made inside is told to its service, and is NotMade outside."""
        code = None
        try:
            yield
        except RenderingFailed as failed:
            code = f"printing_{failed.code}"
        except SigningFailed as failed:
            code = failed.code
        except Refused as refused:
            code = refused.fields[0].code if refused.fields else refused.code  # what is wrong, not that something is
        except ServiceUnavailable:
            raise NotMade(SERVICE_UNAVAILABLE) from None  # nor could it be told why
        if code is not None:
            self._tell(collection, paper, code, asking)
            raise NotMade(code)

    def _tell(self, collection: str, paper: str, code: str, asking: Asking) -> None:
        log.warning("paper.not_made", paper=paper, collection=collection, reason=code)
        service = self._backend.services[collection].name
        try:
            self._backend.once(
                service, PAPER_FAILED, PaperFailed(paper, code), THE_GATEWAY, asking.deadline, asking.correlation_id
            )
        except (Refused, ServiceUnavailable) as error:
            log.warning("paper.failure_not_told", paper=paper, reason=type(error).__name__)


def signer_of(found: PaperPrinted, nik: str | None = None) -> Signer:
    """Who signs a paper, as it is printed."""
    printed = found.snapshot.signer
    return Signer(found.paper.signer or "", None if printed is None else printed.name, nik)


def since(paper: PaperTold, now: datetime) -> float:
    """Seconds since the first step."""
    return (now - paper.prepared_at).total_seconds()

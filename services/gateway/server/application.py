"""The application in its container: built once, on what the process has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from eventlet import tpool
from eventlet.timeout import Timeout
from nameko.extensions import DependencyProvider, SharedExtension

from mpp.audit.ledger import ledger_path
from mpp.clock import new_id
from mpp.files.folder import Folder
from mpp.files.scanner import Clamd
from mpp.hosting.definition import case_services
from mpp.hosting.extensions import InboxSharing
from mpp.hosting.runtime import Runtime, runtime_of
from mpp.messaging.calls.client import MAX_IN_FLIGHT
from mpp.messaging.events.subscription import Subscription
from mpp.messaging.reconciling.account import Account
from mpp.papers.forms.declared import FormBook
from mpp.papers.qr.keys import Keyring
from mpp.papers.rendering.renderer import Renderer
from mpp.papers.signing.bsre import Bsre
from mpp.papers.signing.local import Local
from mpp.papers.worker.process import Worker
from mpp.persistence.database import Database
from mpp.regions.folder import find
from mpp.tokens.for_services import ServiceTokens
from mpp.tokens.signed import TokenSigner
from mpp.web.application import Application
from services.gateway.accounts.passwords import Passwords
from services.gateway.api.app import Parts, build
from services.gateway.api.routes.operations.dead_letters import OwnDeadLetters
from services.gateway.backend import Backend
from services.gateway.feed.epochs.mark import Mark
from services.gateway.feed.epochs.watch import Watch
from services.gateway.forms.desk import Forms
from services.gateway.forms.printing import AT_ONCE, IN_LINE, Printer
from services.gateway.looking import of_gateway
from services.gateway.papers.batches import Batches
from services.gateway.papers.desk import Desk
from services.gateway.papers.elsewhere import SignedElsewhere
from services.gateway.papers.following import Papers
from services.gateway.papers.later import Finisher
from services.gateway.papers.making import PaperMaker
from services.gateway.papers.queries import contents
from services.gateway.reconciling.job import Reconciler
from services.gateway.reconciling.peers import Own, peers_of
from services.gateway.sealing import DRAFTS, PEOPLE, Sealer
from services.gateway.server.concurrency import BoundedThreadPool, beside, together
from services.gateway.server.doorway import Doorway, doorway
from services.gateway.uploads.allowances import Allowances
from services.gateway.uploads.keeping import Keeper
from services.gateway.uploads.sweeping import Sweeper, ask_every_service

HASHING_AT_ONCE = 2
HASHING_IN_LINE = 60
UPLOADS_AT_ONCE = 40
UPLOADS_IN_LINE = 40
READERS_AT_ONCE = 3  # processes that look inside PDF: each may take a processor, and a gigabyte
SPARE_WORKERS = 50
SWEEP_CALL_SECONDS = 10.0


def keeper_of(runtime: Runtime) -> Keeper | None:
    """The folder of documents, with its work in real threads; None where the settings name none."""
    settings = runtime.settings
    if settings.files is None:
        return None
    threads = BoundedThreadPool(UPLOADS_AT_ONCE, UPLOADS_IN_LINE)
    return Keeper(
        Folder(settings.files, run=threads.run),
        runtime.databases["gateway"],
        runtime.clock,
        threads,
        allowances=Allowances(settings.account_day_bytes, settings.case_max_bytes),
        readers=BoundedThreadPool(READERS_AT_ONCE, 2 * UPLOADS_AT_ONCE),
        scanner=None if settings.scanner is None else Clamd(settings.scanner),
        limit_time=lambda seconds: Timeout(seconds, TimeoutError),
    )


def sweeper_of(runtime: Runtime, keeper: Keeper) -> Sweeper:
    """What removes contents that no case refers to, after asking every service."""
    backend = backend_of(runtime)
    database = runtime.databases["gateway"]

    def known(hashes: list[str]) -> set[str] | None:
        return _known(database, ask_every_service(backend, hashes, SWEEP_CALL_SECONDS, new_id()))

    return Sweeper(keeper, known)


def _known(database: Database, told: set[str] | None) -> set[str] | None:
    """What services refer to, and what the folder keeps for papers that are not signed yet."""
    if told is None:
        return None
    with database.transaction() as tx:
        return told | contents(tx)


def reconciler_of(runtime: Runtime, subscriptions: Callable[[], Sequence[Subscription]]) -> Reconciler:
    """What compares outboxes with inboxes; `subscriptions` are the gateway's own."""
    database, retention = runtime.databases["gateway"], runtime.settings.retention
    own = Own(database, runtime.clock, Account(database, runtime.clock, retention, subscriptions))
    return Reconciler(database, runtime.clock, partial(peers_of, backend_of(runtime), own), retention.outbox)


def watch_of(runtime: Runtime) -> Watch:
    """What notices that the feed's database went back; its mark stands where the checkpoints of the audit trail do."""
    folder = runtime.settings.audit.folder
    mark = None if folder is None else Mark(ledger_path(folder, "gateway").parent)
    return Watch(runtime.databases["gateway"], runtime.clock, mark, tpool.execute)


def backend_of(runtime: Runtime) -> Backend:
    """The case services as this process calls them."""
    tokens = ServiceTokens(_signer(runtime), runtime.clock)
    return Backend(runtime.rpc_client_of("gateway"), case_services(), together, tokens)


@dataclass(frozen=True)
class Press:
    """What prints, signs and keeps papers, for requests and for jobs, and prints forms; without a folder only forms."""

    keeper: Keeper | None
    papers: Papers | None
    finisher: Finisher | None
    forms: Forms


def press_of(runtime: Runtime) -> Press:
    """What prints and what signs, each in a process of its own that begins with the first sheet."""
    settings, keeper = runtime.settings, keeper_of(runtime)
    renderer = Renderer(find(settings.region).papers)
    turns = BoundedThreadPool(AT_ONCE, IN_LINE)
    printer = Printer(renderer, turns, lambda seconds: Timeout(seconds, TimeoutError))
    forms = Forms(runtime.forms or FormBook(), printer)
    if keeper is None:
        return Press(None, None, None, forms)
    database, backend, signing = runtime.databases["gateway"], backend_of(runtime), Worker(confined=True)
    maker = PaperMaker(backend, keeper, renderer, Local(signing, settings.signing_key), runtime.clock)
    bsre = None if settings.bsre is None else Bsre(signing, settings.bsre)
    elsewhere = SignedElsewhere(maker, bsre, database, keeper, sealer_of(runtime, PEOPLE), runtime.clock)
    desk = Desk(tuple(backend.services), maker, elsewhere, database, runtime.clock)
    batches = Batches(database, runtime.clock, desk, beside)
    finisher = Finisher(backend, database, runtime.clock, maker, elsewhere)
    return Press(keeper, Papers(maker, desk, batches, database, runtime.clock), finisher, forms)


class PressSharing(SharedExtension):
    """The press of the process: each of its workers holds some 100 MB, so there is one of each."""

    def __init__(self) -> None:
        self._press: Press | None = None

    def press(self) -> Press:
        """It is made when somebody asks for it first."""
        if self._press is None:
            self._press = press_of(runtime_of(self.container))
        return self._press


def sealer_of(runtime: Runtime, use: str) -> Sealer | None:
    """What encrypts for this use; None where the settings name no key."""
    key = runtime.settings.draft_key
    return None if key is None else Sealer(key, use)


def _signer(runtime: Runtime) -> TokenSigner:
    if runtime.token_signer is None:
        raise RuntimeError("the gateway needs the private token key (MPP_TOKEN_PRIVATE_KEY)")
    return runtime.token_signer


def _report_keys(runtime: Runtime) -> Mapping[str, tuple[bytes, ...]]:
    secrets = runtime.settings.message_secrets
    return {} if secrets is None else secrets.report_keys


def application_of(runtime: Runtime, press: Press, letters: Callable[[], OwnDeadLetters] | None = None) -> Application:
    """The gateway's application on the runtime of this process."""
    return build(
        Parts(
            database=runtime.databases["gateway"],
            backend=backend_of(runtime),
            catalogue=runtime.catalogue,
            signer=_signer(runtime),
            verifier=runtime.token_verifier,
            passwords=Passwords(BoundedThreadPool(HASHING_AT_ONCE, HASHING_IN_LINE)),
            clock=runtime.clock,
            own_dead_letters=letters,
            zone=str(runtime.offices.zone),
            bank_keys=runtime.settings.bank_keys,
            report_keys=_report_keys(runtime),
            proxies=runtime.settings.proxies,
            public_url=runtime.settings.public_url,
            paper_keyring=runtime.paper_keyring or Keyring(),
            keeper=press.keeper,
            offices=runtime.offices,
            draft_sealer=sealer_of(runtime, DRAFTS),
            nik_sealer=sealer_of(runtime, PEOPLE),
            papers=press.papers,
            forms=press.forms,
            feed_watch=watch_of(runtime),
            look=lambda: of_gateway(runtime, tpool.execute),
        )
    )


class ApplicationProvider(DependencyProvider):
    """What answers requests, built once per container; the gateway's own dead letters are part of it."""

    application: Doorway
    inbox = InboxSharing()
    shared = PressSharing()

    def setup(self) -> None:
        runtime = runtime_of(self.container)
        interface = application_of(runtime, self.shared.press(), self.inbox.dead_letters)
        self.application = doorway(interface, runtime.settings)
        # More than all calls that may hang at once and all log-ins that may wait: hung services cannot take them all.
        workers = MAX_IN_FLIGHT * len(case_services()) + HASHING_AT_ONCE + HASHING_IN_LINE + SPARE_WORKERS
        workers += UPLOADS_AT_ONCE + UPLOADS_IN_LINE + AT_ONCE + IN_LINE
        self.container._worker_pool.resize(max(workers, self.container.max_workers))

    def get_dependency(self, worker_ctx: Any) -> Doorway:
        return self.application

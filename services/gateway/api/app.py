"""The gateway's application, put together from what it stands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from mpp.casework.access.actors import Assignment
from mpp.casework.access.offices import OfficeTree
from mpp.catalogue import Catalogue
from mpp.clock import Clock
from mpp.hosting.state.parts import Part
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.papers.qr.keys import Keyring
from mpp.persistence.database import Database, DatabaseAway, TooSlow
from mpp.persistence.deadline import Deadline
from mpp.tokens.signed import TokenSigner, TokenVerifier
from mpp.web.application import Application
from mpp.web.routing import Route
from services.gateway.accounts import queries
from services.gateway.accounts.administration import Administration
from services.gateway.accounts.grants import Grants, guarded_roles
from services.gateway.accounts.login import Logins
from services.gateway.accounts.own import OwnAccount
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.strength import words_of
from services.gateway.api.addresses import Addresses
from services.gateway.api.names import Names
from services.gateway.api.routes.call_list import CallList
from services.gateway.api.routes.cases.collection import case_routes
from services.gateway.api.routes.cases.documents import document_routes
from services.gateway.api.routes.cases.exporting import WorklistExport
from services.gateway.api.routes.cases.forms import FormRoutes
from services.gateway.api.routes.cases.messages import CaseMessages
from services.gateway.api.routes.cases.online import online_routes
from services.gateway.api.routes.cases.satisfaction import satisfaction_routes
from services.gateway.api.routes.cases.search import search_routes
from services.gateway.api.routes.cases.tracking import Tracking
from services.gateway.api.routes.cases.tracking_page import TrackingPage
from services.gateway.api.routes.cases.worklist import Worklist
from services.gateway.api.routes.catalogue import Services
from services.gateway.api.routes.docs import Docs
from services.gateway.api.routes.events import Feed
from services.gateway.api.routes.message_reports import MessageReports
from services.gateway.api.routes.operations.calendar import Calendar
from services.gateway.api.routes.operations.dead_letters import DeadLetters, OwnDeadLetters
from services.gateway.api.routes.operations.feed_epochs import FeedEpochs
from services.gateway.api.routes.operations.messages import MessageOperations
from services.gateway.api.routes.operations.numbers import Numbers
from services.gateway.api.routes.operations.papers import MissingPaperRoutes
from services.gateway.api.routes.operations.reconciliations import Reconciliations
from services.gateway.api.routes.operations.resends import Resends
from services.gateway.api.routes.operations.satisfaction import SatisfactionCounts
from services.gateway.api.routes.operations.state import State
from services.gateway.api.routes.papers import PaperRoutes
from services.gateway.api.routes.payments import PaymentReports
from services.gateway.api.routes.people.accounts import Accounts
from services.gateway.api.routes.people.colleagues import Colleagues
from services.gateway.api.routes.people.confirmations import Confirmations
from services.gateway.api.routes.people.drafts import OwnDrafts
from services.gateway.api.routes.people.persons import Persons
from services.gateway.api.routes.people.session import Session
from services.gateway.api.routes.places import Places
from services.gateway.api.routes.public.paper_keys import PaperKeys
from services.gateway.api.routes.public.satisfaction import SatisfactionRoutes
from services.gateway.api.routes.public.satisfaction_page import SatisfactionPage
from services.gateway.api.routes.public.verification import Verification
from services.gateway.api.routes.public.verification_page import VerificationPage
from services.gateway.api.routes.register import PermitRegister
from services.gateway.api.routes.signatures import Signatures
from services.gateway.backend import Backend
from services.gateway.drafts.book import Drafts
from services.gateway.feed.epochs.watch import Watch
from services.gateway.forms.desk import FormDesk, Forms
from services.gateway.limits.clients import Clients
from services.gateway.limits.gate import Gate
from services.gateway.papers.following import Papers
from services.gateway.papers.missing import Missing
from services.gateway.sealing import Sealer
from services.gateway.uploads.keeping import Keeper

SECONDS = 8.0  # how long any answer may take


@dataclass
class Parts:
    """What the application needs; `proxies` counts trusted ones in front."""

    database: Database
    backend: Backend
    catalogue: Catalogue
    signer: TokenSigner
    verifier: TokenVerifier
    passwords: Passwords
    clock: Clock
    zone: str = "Asia/Jakarta"
    own_dead_letters: Callable[[], OwnDeadLetters] | None = None
    proxies: int = 0
    public_url: str | None = None  # where citizens reach the mall; None: where a request came to
    paper_keyring: Keyring = Keyring()  # the public keys of papers
    keeper: Keeper | None = None  # None: no folder for documents (the contract, some tests)
    bank_keys: tuple[bytes, ...] = ()  # none: the bank's reports of payments are not taken
    report_keys: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)  # of providers of messages, by channel
    offices: OfficeTree | None = None  # of the region; None: accounts may name any, forms are left to the services
    seconds: float = SECONDS
    draft_sealer: Sealer | None = None  # None: drafts are not kept
    nik_sealer: Sealer | None = None  # None: nor is the NIK of an account
    papers: Papers | None = None  # None: none are made here (the contract, some tests)
    forms: Forms | None = None  # None: none are printed here (the contract, some tests)
    look: Callable[[], Sequence[Part]] = tuple  # how the gateway is, and what there is once in a mall
    feed_watch: Watch | None = None  # None: one without a mark outside the database


def build(parts: Parts) -> Application:
    """The WSGI application with every route."""
    return Application(
        routes(parts),
        verify=_logins(parts).verify,
        unavailable=(ServiceUnavailable, DatabaseAway, TooSlow),
        seconds=parts.seconds,
        zone=ZoneInfo(parts.zone),
        client_address=Clients(parts.proxies, parts.database, parts.clock).address,
    )


def routes(parts: Parts) -> list[Route]:
    """Every route of the mall, in the order of the documentation."""
    zone, backend, gate = ZoneInfo(parts.zone), parts.backend, Gate(parts.database, parts.clock)
    names = Names(parts.offices)
    watch = parts.feed_watch or Watch(parts.database, parts.clock, None)

    def today() -> date:
        return parts.clock.now().astimezone(zone).date()

    def work_of(account: str, deadline: Deadline) -> tuple[Assignment, ...]:
        with parts.database.transaction(deadline) as tx:
            return queries.work_of(tx, account)

    tracking, verification = Tracking(backend, gate), Verification(backend, gate)
    satisfaction, worklist = SatisfactionRoutes(backend, gate), Worklist(backend, parts.catalogue)
    addresses = Addresses(parts.public_url, proxied=parts.proxies > 0)
    desk = FormDesk(parts.forms, backend, gate, parts.catalogue, parts.offices, today)
    own = OwnAccount(parts.database, parts.passwords, parts.clock, words_of(parts.offices))
    found = [
        *Session(_logins(parts), own, parts.signer, parts.clock, names).routes(),
        *Services(parts.catalogue, today, None if parts.forms is None else parts.forms.book, parts.offices).routes(),
        *case_routes(backend, gate, parts.catalogue, parts.offices, today, zone, addresses, parts.papers, work_of),
        *online_routes(backend, gate, parts.catalogue, parts.offices, today),
        *satisfaction_routes(backend, gate, addresses),
        *search_routes(backend, gate),
        *PermitRegister(backend, gate).routes(),
        *verification.routes(),
        *PaperKeys(parts.paper_keyring).routes(),
        *Persons(backend, gate).routes(),
        *FormRoutes(desk, backend, gate, parts.offices, today).routes(),
        *document_routes(backend, gate, parts.keeper, parts.seconds),
        *PaperRoutes(backend, gate, parts.papers, parts.keeper, parts.seconds).routes(),
        *Signatures(parts.papers).routes(),
        *OwnDrafts(Drafts(parts.database, parts.clock, parts.draft_sealer), parts.catalogue).routes(),
        *worklist.routes(),
        *WorklistExport(worklist, parts.database, parts.clock).routes(),
        *CallList(backend, zone).routes(),
        *(route for name in backend.services for route in CaseMessages(name, backend, gate).routes()),
        *Colleagues(parts.database, parts.offices, names).routes(),
        *Places(parts.offices).routes(),
        *tracking.routes(),
        *satisfaction.routes(),
        *PaymentReports(backend, parts.catalogue, parts.clock, parts.bank_keys).routes(),
        *MessageReports(backend, parts.clock, parts.report_keys).routes(),
        *Feed(parts.database, watch).routes(),
        *Calendar(backend).routes(),
        *Numbers(backend, parts.catalogue, parts.offices).routes(),
        *Accounts(_administration(parts), names).routes(),
        *Confirmations(Grants(parts.database, parts.clock), names).routes(),
        *State(backend, parts.clock, parts.look).routes(),
        *DeadLetters(backend, parts.own_dead_letters).routes(),
        *Resends(backend).routes(),
        *SatisfactionCounts(backend).routes(),
        *MessageOperations(backend).routes(),
        *MissingPaperRoutes(backend, Missing(backend, parts.database, parts.clock)).routes(),
        *Reconciliations(parts.database, parts.clock).routes(),
        *FeedEpochs(parts.database, parts.clock, watch).routes(),
    ]
    pages = [*TrackingPage(tracking, zone).routes(), *VerificationPage(verification).routes()]
    pages += SatisfactionPage(satisfaction).routes()
    return found + Docs(found).routes() + pages


def _administration(parts: Parts) -> Administration:
    return Administration(
        parts.database,
        parts.passwords,
        parts.clock,
        parts.offices,
        guarded=guarded_roles(parts.catalogue),
        words=words_of(parts.offices),
        sealer=parts.nik_sealer,
    )


def _logins(parts: Parts) -> Logins:
    return Logins(parts.database, parts.passwords, parts.clock, parts.verifier)

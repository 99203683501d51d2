"""One case service: its commands, queries and clocks, and what answers each method of its interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mpp.cases.commands.acting import Acting
from mpp.cases.commands.attachments import Attachments
from mpp.cases.commands.new_secret import NewSecrets
from mpp.cases.commands.online import OnlineFilings
from mpp.cases.commands.opening import Opening
from mpp.cases.commands.operator import Operator
from mpp.cases.commands.satisfaction import Satisfaction
from mpp.cases.commands.voiding import Voiding
from mpp.cases.interface import methods
from mpp.cases.interface.asking import Asking
from mpp.cases.interface.command_answers import CaseAnswers, DocumentAnswers, MoneyAnswers
from mpp.cases.interface.event_answers import EventAnswers
from mpp.cases.interface.message_answers import MessageAnswers
from mpp.cases.interface.online_answers import OnlineAnswers
from mpp.cases.interface.operator_answers import DeadLetterAnswers, OperatorAnswers, StateAnswers, VoidingAnswers
from mpp.cases.interface.paper_answers import GatewayAnswers, PaperAnswers
from mpp.cases.interface.query_answers import QueryAnswers
from mpp.cases.interface.satisfaction_answers import SatisfactionAnswers
from mpp.cases.levies.payments import Payments
from mpp.cases.prerequisites.finder import Prerequisites
from mpp.cases.prerequisites.needs import PaperNeeds
from mpp.cases.reading.for_forms import CasesForForms
from mpp.cases.reading.lists import CaseLists
from mpp.cases.reading.online import OnlineView
from mpp.cases.reading.presenter import Presenter
from mpp.cases.reading.search import CaseSearch
from mpp.cases.reading.worklist import Worklist
from mpp.cases.recording.hooks import Hooks
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Work
from mpp.cases.storage import satisfaction_rows
from mpp.cases.storage.calendars import CalendarInEffect
from mpp.cases.storage.names import CASE_NAMES
from mpp.cases.storage.versions import Versions, remember
from mpp.cases.telling.posting import post_of
from mpp.cases.time.filling import Filling
from mpp.cases.time.timer import Timer
from mpp.casework.refusals import Refused
from mpp.hosting.dead_letters import DeadLetters
from mpp.hosting.definition import ServiceDefinition
from mpp.hosting.runtime import Runtime
from mpp.json_values import JsonObject
from mpp.messages.book import MessageBook
from mpp.messages.channels.making import MessageSecrets, make
from mpp.messaging.calls.common import Shown
from mpp.messaging.calls.messages import Call
from mpp.messaging.calls.methods import Bindings
from mpp.messaging.events.subscription import Subscription


@dataclass
class CaseInterface:
    """A case service as it is called.

    `letters` gives what it could not process; None: nobody asks for them (tests). `listens`: what it subscribes to.
    """

    definition: ServiceDefinition
    runtime: Runtime
    hooks: Hooks
    letters: Callable[[], DeadLetters] | None = None
    listens: Callable[[], Sequence[Subscription]] = tuple

    def __post_init__(self) -> None:
        mine = [each for each in self.runtime.catalogue if each.collection == self.definition.collection]
        with self.runtime.databases[self.definition.name].transaction() as tx:
            remember(tx, mine, self.runtime.clock.now())
            satisfaction_rows.remember(tx, self.runtime.questionnaire, self.runtime.clock.now())
        calendar = CalendarInEffect(self.runtime.databases[self.definition.name], self.runtime.calendar)
        self.host = host = CaseHost(self.definition, self.runtime, self.hooks, Versions(mine), calendar)
        secrets = self.runtime.settings.message_secrets or MessageSecrets()
        book = self.runtime.messages or MessageBook()
        self.post = post_of(host, make(book.channels, secrets, self.runtime.clock))
        presenter = Presenter(host)
        self.prerequisites = Prerequisites(host)
        self.paper_needs = PaperNeeds(host, self.prerequisites.elsewhere)
        self.opening = Opening(host, self.prerequisites, presenter)
        self.acting = Acting(host, self.prerequisites, presenter)
        self.attachments = Attachments(host, presenter)
        self.new_secrets = NewSecrets(host)
        self.payments = Payments(host)
        self.operator = Operator(host)
        self.timer = Timer(host)
        self.filling = Filling(host.name, host.database, (CASE_NAMES, *host.hooks.names))
        self.lists = CaseLists(host, presenter)
        self.searching = CaseSearch(host, presenter)
        self.work = Worklist(host)
        self.asking = Asking(self.runtime, self.definition.name)
        self.bindings = Bindings()
        self.online = OnlineView(host)
        self._bind_commands(self.bindings)
        self._bind_queries(self.bindings)
        self._bind_operator(self.bindings)
        self._bind_papers(self.bindings, presenter)
        self._bind_satisfaction(self.bindings)
        self._bind_messages(self.bindings)

    def answer(self, request: JsonObject, call: Call) -> JsonObject:
        """The answer to a request as it came over RPC; see `Bindings.answer`. A refusal names offices in words."""
        try:
            return self.bindings.answer(request, call)
        except Refused as refused:
            raise self._with_names(refused) from refused

    def _with_names(self, refused: Refused) -> Refused:
        codes = str(refused.params.get("office", ""))
        if not codes:
            return refused
        named = ", ".join(self.host.offices.name_of(code) or code for code in codes.split(", "))
        params = {**refused.params, "office_id": named, "office_en": named}
        return Refused(refused.status, refused.code, params=params, fields=refused.fields)

    def _bind_commands(self, bindings: Bindings) -> None:
        collection = self.definition.collection or ""
        cases = CaseAnswers(self.asking, self.opening, self.acting, self.new_secrets, collection)
        bindings.bind(methods.OPEN_CASE, cases.open)
        bindings.bind(methods.ACT, cases.act)
        bindings.bind(methods.NEW_SECRET, cases.new_secret)
        online = OnlineAnswers(self.asking, OnlineFilings(self.host, self.opening, self.online), self.online)
        bindings.bind(methods.FILE_ONLINE, online.file)
        bindings.bind(methods.ACT_ONLINE, online.act)
        bindings.bind(methods.LIST_ONLINE, online.list)
        bindings.bind(methods.GET_ONLINE, online.get)
        money = MoneyAnswers(self.asking, self.payments)
        bindings.bind(methods.PAY, money.pay)
        bindings.bind(methods.SETTLE_PAYMENT, money.settle)
        documents = DocumentAnswers(self.asking, self.attachments, collection)
        bindings.bind(methods.CHECK_DOCUMENT, documents.check)
        bindings.bind(methods.ATTACH_DOCUMENT, documents.attach)
        bindings.bind(methods.CHECK_DETACH, documents.check_detach)
        bindings.bind(methods.DETACH_DOCUMENT, documents.detach)
        bindings.bind(methods.READ_DOCUMENT, documents.read)
        bindings.bind(methods.KNOWN_DOCUMENTS, documents.known)

    def _bind_queries(self, bindings: Bindings) -> None:
        queries = QueryAnswers(
            self.asking, self.lists, CasesForForms(self.host), self.searching, self.work, self.online
        )
        bindings.bind(methods.GET_CASE, queries.get)
        bindings.bind(methods.RECEIPT, queries.receipt)
        bindings.bind(methods.READ_FOR_FORM, queries.for_form)
        bindings.bind(methods.LIST_CASES, queries.list)
        bindings.bind(methods.SEARCH_CASES, queries.search)
        bindings.bind(methods.WORKLIST, queries.worklist)
        bindings.bind(methods.WORKLIST_COUNTS, queries.counts)
        bindings.bind(methods.TRACK, queries.track)
        bindings.bind(methods.PING, lambda asked, call: Shown({"pong": True}))

    def _bind_papers(self, bindings: Bindings, presenter: Presenter) -> None:
        def show(work: Work) -> JsonObject:
            return presenter.full(work.tx, work.service_type, work.record, work.actor)

        papers = PaperAnswers(self.asking, self.host, show)
        bindings.bind(methods.READ_PAPER, papers.read)
        bindings.bind(methods.ABANDON_PAPER, papers.abandon)
        bindings.bind(methods.VERIFY, papers.verify)
        gateway = GatewayAnswers(self.asking, self.host)
        bindings.bind(methods.PAPER_SNAPSHOT, gateway.snapshot)
        bindings.bind(methods.PAPER_SIGNED, gateway.signed)
        bindings.bind(methods.PAPER_FAILED, gateway.failed)
        bindings.bind(methods.PAPERS_AWAITING, gateway.awaiting)
        bindings.bind(methods.PAPERS_MISSING, gateway.missing)
        bindings.bind(methods.MAKE_PAPER, gateway.make)

    def _bind_satisfaction(self, bindings: Bindings) -> None:
        answers = SatisfactionAnswers(self.asking, Satisfaction(self.host))
        bindings.bind(methods.SATISFACTION_ADDRESS, answers.address)
        bindings.bind(methods.SATISFACTION_FORM, answers.form)
        bindings.bind(methods.SATISFACTION_ANSWER, answers.answer)
        bindings.bind(methods.SATISFACTION_COUNTS, answers.counts)

    def _bind_messages(self, bindings: Bindings) -> None:
        messages = MessageAnswers(self.asking, self.host, self.post)
        bindings.bind(methods.CONTACT, messages.contact)
        bindings.bind(methods.CASE_MESSAGES, messages.of_case)
        bindings.bind(methods.CALL_LIST, messages.call_list)
        bindings.bind(methods.TICK_CALL, messages.tick)
        bindings.bind(methods.REPORT_MESSAGE, messages.report)
        bindings.bind(methods.LIST_MESSAGES, messages.list)
        bindings.bind(methods.RETRY_MESSAGES, messages.retry)

    def _bind_operator(self, bindings: Bindings) -> None:
        operator = OperatorAnswers(self.asking, self.operator)
        bindings.bind(methods.LIST_CALENDAR, operator.list_calendar)
        bindings.bind(methods.LOAD_CALENDAR, operator.load_calendar)
        bindings.bind(methods.CHECK_CALENDAR, operator.check_calendar)
        bindings.bind(methods.CALENDAR_YEAR, operator.year)
        bindings.bind(methods.COUNT_DEADLINE, operator.count)
        bindings.bind(methods.LIST_NUMBERS, operator.list_numbers)
        bindings.bind(methods.LIST_BOOKS, operator.list_books)
        bindings.bind(methods.LIST_NUMBER_GAPS, operator.list_number_gaps)
        bindings.bind(methods.START_NUMBERS, operator.start_numbers)
        voiding = VoidingAnswers(self.asking, Voiding(self.host))
        bindings.bind(methods.VOID_NUMBER, voiding.ask)
        bindings.bind(methods.LIST_VOIDING, voiding.list)
        bindings.bind(methods.CONFIRM_VOID, voiding.confirm)
        bindings.bind(methods.REFUSE_VOID, voiding.refuse)
        bindings.bind(methods.STATE, StateAnswers(self.asking, self.runtime, self.definition.name).look)
        events = EventAnswers(self.asking, self.runtime, self.definition.name, lambda: self.listens())
        bindings.bind(methods.RESEND_EVENTS, events.resend)
        bindings.bind(methods.DIGEST_EVENTS, events.digest)
        bindings.bind(methods.LIST_EVENT_IDS, events.ids)
        if self.letters is not None:
            letters = DeadLetterAnswers(self.asking, self.definition.name, self.letters)
            bindings.bind(methods.LIST_DEAD_LETTERS, letters.list)
            bindings.bind(methods.SHOW_DEAD_LETTER, letters.show)
            bindings.bind(methods.REPLAY_DEAD_LETTER, letters.replay)
            bindings.bind(methods.REPLAY_DEAD_LETTERS, letters.replay_all)

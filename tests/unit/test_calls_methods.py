"""The table of calls: what is sent arrives as it was, in the words that gateway and services have always spoken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mpp import json_text
from mpp.cases.interface import methods
from mpp.cases.interface.event_payloads import Resending, ToldAndHeard, Within
from mpp.cases.interface.message_payloads import CallListPage, MessageReport, MessagesAfter, MessagesIn
from mpp.cases.interface.operator_payloads import (
    Book,
    BookNumber,
    BookPage,
    BooksOf,
    BookStart,
    CalendarTable,
    Counting,
    OfYear,
    Replaying,
    Voiding,
)
from mpp.cases.interface.paper_payloads import (
    DecisionOf,
    DecisionsWithoutPaper,
    PaperFailed,
    PaperPrinted,
    PapersAfter,
    PaperSigned,
    PapersTold,
    PaperTold,
)
from mpp.cases.interface.payloads import (
    Action,
    Contents,
    DocumentOf,
    Filing,
    FormOf,
    OnlinePage,
    PaymentReport,
    TakingOut,
    TrackingCode,
    VerificationCode,
)
from mpp.cases.interface.receipts import Receipt
from mpp.cases.interface.results import Counted, Found, Items, Known, LetGo, Taking, Tasks
from mpp.cases.interface.satisfaction_payloads import Answered, OfMonth, OneTimeCode
from mpp.cases.reading.asked import CaseFilters, Days, TaskPage, TaskPlace, Whose
from mpp.casework.access.actors import Assignment
from mpp.casework.case.document import Document
from mpp.casework.refusals import Refused
from mpp.contracts import permits_register as register
from mpp.contracts import residents
from mpp.contracts.permits_register import PermitFilters
from mpp.contracts.residents import (
    LOOK_ALARMS,
    LOOK_UP_FAMILY,
    LOOK_UP_RESIDENT,
    LOOKS_AT,
    FamilyAsked,
    LooksAsked,
    ResidentAsked,
)
from mpp.json_values import JsonObject
from mpp.messaging.calls.common import CommandOn, Item, Nothing, PersonSearch, Shown, Versioned
from mpp.messaging.calls.messages import Call, Caller
from mpp.messaging.calls.methods import Bindings, Method
from mpp.messaging.reconciling.digests import Digest, Heard, Listener, Told
from mpp.messaging.reconciling.ids import Ids, Wanted
from mpp.messaging.reconciling.spans import Span
from mpp.persistence.deadline import Deadline
from tests.unit.papers.examples import permit

BOOK = Book("dpmptsp", "sip-dr", 2026)
BOOK_WORDS = {"office": "dpmptsp", "series": "sip-dr", "year": 2026}
CLERK = Caller(token="t", key="k", method="POST", path="/api/v1/permits/7/actions", if_match=3)
TASK = {"task_id": "7", "due_at": "2026-11-24T08:00:00+00:00", "state": "verification"}
WORDS = {"id": "Izin", "en": "Permit"}
AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
DOCUMENT = Found(Document("7", "str", "STR.pdf", "application/pdf", 9, AT, "petugas", "ab" * 32))
PAPER = PaperTold(
    "7", "permits", "8", "permit", "503/1", "issued", "local", "dpmptsp", "petugas", False, AT, AT, "local",
    "ab" * 32, 9, "cd", None, 1,
)  # fmt: skip
RECEIPT = Receipt.of(
    {
        "tracking_code": "P0123456789V",
        "service_name": WORDS,
        "office_name": "Desa",
        "promise": {"given": "2026-11-24T08:00:00+00:00", "moved": [{"to": "2026-11-25", "why": WORDS}]},
        "levy": {"number": "SKRD/1", "amount": 5, "due_on": "2026-12-24", "paid": 0, "unapplied": 0},
        "window": {"label": WORDS, "asked_at": "2026-11-24T08:00:00+00:00", "told_at": None, "due_at": None},
        "contacts": [{"name": "Desa", "phone": None}],
        "received": [WORDS],
        "satisfaction": {"code": "P7", "ends_on": "2026-12-24"},
    }
)


@dataclass(frozen=True)
class Sent:
    """One method, what is sent with it in our words and on the wire, and what comes back."""

    method: Method[Any, Any]
    payload: Any
    params: dict[str, Any]
    body: dict[str, Any]
    result: Any


SHOWN = Shown({"id": "7"})
CHANGED = Versioned(200, {"id": "7"}, 4, True)
MADE = Versioned(201, {"id": "7"}, 1, False, "/api/v1/permits/7")
ACTION = {"action": "note", "note": "x"}
PAID = {"number": "SKRD/1", "amount": 5, "paid_at": "2026-11-24T08:00:00+00:00", "reference": "B-1"}

SPAN = Span(AT, AT + timedelta(days=1))
SENT = [
    Sent(methods.PING, Nothing(), {}, {}, Shown({"pong": True})),
    Sent(methods.OPEN_CASE, Filing({"service": "X-1", "data": {}}), {}, {"service": "X-1", "data": {}}, MADE),
    Sent(methods.ACT, Action("7", ACTION, (Assignment("dinkes", "officer"),)),
         {"id": "7", "colleague": [{"office": "dinkes", "role": "officer"}]}, ACTION, CHANGED),
    Sent(methods.NEW_SECRET, CommandOn("7", {"nik": "3515991234569990"}), {"id": "7"}, {"nik": "3515991234569990"},
         Shown({"id": "7"}, True)),
    Sent(methods.PAY, PaymentReport("SKRD/1", 5, AT, "B-1"), {}, PAID, SHOWN),
    Sent(methods.SETTLE_PAYMENT, CommandOn("7", {"outcome": "returned", "note": "x"}), {"id": "7"},
         {"outcome": "returned", "note": "x"}, Shown({"id": "7"}, True)),
    Sent(methods.CHECK_DOCUMENT, CommandOn("7", {"requirement": "str"}), {"id": "7"}, {"requirement": "str"},
         Taking("7")),
    Sent(methods.ATTACH_DOCUMENT, CommandOn("7", {"size": 9}), {"id": "7"}, {"size": 9}, MADE),
    Sent(methods.CHECK_DETACH, TakingOut("7", "8", {"note": "x"}), {"id": "7", "document": "8"}, {"note": "x"},
         LetGo("ab" * 32)),
    Sent(methods.DETACH_DOCUMENT, TakingOut("7", "8", {"note": "x"}), {"id": "7", "document": "8"}, {"note": "x"},
         CHANGED),
    Sent(methods.READ_DOCUMENT, DocumentOf("7", "8"), {"id": "7", "document": "8"}, {}, DOCUMENT),
    Sent(methods.READ_FOR_FORM, FormOf("7", "F-2.01", ("X-1",)), {"id": "7", "form": "F-2.01", "services": ["X-1"]}, {},
         SHOWN),
    Sent(methods.KNOWN_DOCUMENTS, Contents(("ab",)), {"hashes": ["ab"]}, {}, Known(("ab",))),
    Sent(methods.READ_PAPER, Item("7"), {"id": "7"}, {}, PAPER),
    Sent(methods.ABANDON_PAPER, CommandOn("7", {"reason": "mistake"}), {"id": "7"}, {"reason": "mistake"}, CHANGED),
    Sent(methods.VERIFY, VerificationCode("P7"), {"code": "P7"}, {}, SHOWN),
    Sent(methods.PAPER_SNAPSHOT, Item("7"), {"op": "snapshot", "id": "7"}, {}, PaperPrinted(PAPER, permit())),
    Sent(methods.PAPER_SIGNED, PaperSigned("7", "ab" * 32, 9, "local", AT, "cd"), {"op": "signed", "id": "7"},
         {"sha256": "ab" * 32, "size": 9, "how": "local", "signed_at": AT.isoformat(), "template_digest": "cd"}, PAPER),
    Sent(methods.PAPER_FAILED, PaperFailed("7", "no_font"), {"op": "failed", "id": "7"}, {"failure": "no_font"}, PAPER),
    Sent(methods.PAPERS_AWAITING, PapersAfter("7", 5), {"op": "awaiting", "after": "7", "limit": 5}, {},
         PapersTold((PAPER,))),
    Sent(methods.PAPERS_MISSING, PapersAfter(), {"op": "missing"}, {},
         DecisionsWithoutPaper((DecisionOf("7", "sign"),))),
    Sent(methods.MAKE_PAPER, DecisionOf("7", "sign"), {"op": "make", "case": "7", "action": "sign"}, {}, PAPER),
    Sent(methods.GET_CASE, Item("7"), {"id": "7"}, {}, CHANGED),
    Sent(methods.RECEIPT, Item("7"), {"id": "7"}, {}, RECEIPT),
    Sent(methods.LIST_CASES, CaseFilters(limit=5, overdue=True, q="503/1"), {"limit": 5, "overdue": True, "q": "503/1"},
         {}, SHOWN),
    Sent(methods.SEARCH_CASES, PersonSearch(name="Warga", limit=5), {}, {"name": "Warga", "limit": 5}, SHOWN),
    Sent(methods.WORKLIST, TaskPage(5, TaskPlace(None, "7")), {"limit": 5, "after": [None, "7"]}, {},
         Tasks.of({"items": [TASK], "more": True})),
    Sent(methods.WORKLIST_COUNTS, Whose(below=True, office="x"), {"below": True, "office": "x"}, {}, SHOWN),
    Sent(methods.TRACK, TrackingCode("P0123456789V"), {"tracking_code": "P0123456789V"}, {}, SHOWN),
    Sent(methods.SATISFACTION_ADDRESS, CommandOn("7", {}), {"op": "address", "id": "7"}, {}, Shown({"id": "7"}, True)),
    Sent(methods.SATISFACTION_FORM, OneTimeCode("P7"), {"op": "form", "code": "P7"}, {}, SHOWN),
    Sent(methods.SATISFACTION_ANSWER, Answered("P7", {"answers": {"time": 4}}), {"op": "answer", "code": "P7"},
         {"answers": {"time": 4}}, SHOWN),
    Sent(methods.SATISFACTION_COUNTS, OfMonth(date(2026, 11, 1)), {"op": "counts", "month": "2026-11-01"}, {}, SHOWN),
    Sent(methods.CONTACT, CommandOn("7", {"phone": "+62"}), {"id": "7"}, {"phone": "+62"}, SHOWN),
    Sent(methods.CASE_MESSAGES, Item("7"), {"op": "of_case", "id": "7"}, {}, SHOWN),
    Sent(methods.CALL_LIST, CallListPage(5, "opd", AT, "8"),
         {"op": "call_list", "limit": 5, "office": "opd", "since": AT.isoformat(), "after": "8"}, {}, SHOWN),
    Sent(methods.TICK_CALL, CommandOn("P7", {"result": "reached"}), {"op": "tick", "id": "P7"}, {"result": "reached"},
         Shown({"id": "P7"}, True)),
    Sent(methods.REPORT_MESSAGE, MessageReport("P7", "sms", "delivered", "s-1"),
         {"op": "report", "id": "P7", "channel": "sms", "status": "delivered", "provider_id": "s-1"}, {}, SHOWN),
    Sent(methods.LIST_MESSAGES, MessagesIn("sent", "P7"), {"op": "list", "state": "sent", "after": "P7"}, {}, SHOWN),
    Sent(methods.RETRY_MESSAGES, MessagesAfter("P7"), {"op": "retry", "after": "P7"}, {}, SHOWN),
    Sent(methods.STATE, Nothing(), {}, {}, Shown({"at": AT.isoformat(), "parts": []})),
    Sent(methods.LIST_DEAD_LETTERS, Nothing(), {"op": "list"}, {}, Items.of({"items": [{"id": "7"}]})),
    Sent(methods.SHOW_DEAD_LETTER, Item("7:persons"), {"op": "show", "id": "7:persons"}, {}, SHOWN),
    Sent(methods.REPLAY_DEAD_LETTER, Item("7:persons"), {"op": "replay", "id": "7:persons"}, {}, SHOWN),
    Sent(methods.REPLAY_DEAD_LETTERS, Replaying("Broken", "7"), {"op": "replay_all"},
         {"reason": "Broken", "after": "7"}, SHOWN),
    Sent(methods.RESEND_EVENTS, Resending(AT, None, "permits.*", 7), {"op": "resend"},
         {"since": AT.isoformat(), "type": "permits.*", "after": 7}, SHOWN),
    Sent(methods.DIGEST_EVENTS, Within(SPAN), {"op": "digest"}, dict(SPAN.to_json()),
         ToldAndHeard(Digest([Told(7, "a.b.c.v1", True, 2, -(2**63))], [Heard(7, "persons", "a.b.c.v1", 2, 2**63 - 1)],
                             [Listener("persons", {"a.b.#": AT}, True)], AT, {"dead": 1}))),
    Sent(methods.LIST_EVENT_IDS, Wanted(SPAN, "a.b.c.v1", "persons", "e-1"), {"op": "ids"},
         {**SPAN.to_json(), "type": "a.b.c.v1", "subscription": "persons", "after": "e-1"},
         Ids(("e-2", "e-3"), ("e-3",), True)),
    Sent(methods.LIST_CALENDAR, Nothing(), {"op": "list"}, {}, Items.of({"items": [], "loaded": False})),
    Sent(methods.LOAD_CALENDAR, CalendarTable("a", "days: []"), {"op": "load"}, {"name": "a", "source": "days: []"},
         Items.of({"items": [], "loaded": True})),
    Sent(methods.CHECK_CALENDAR, CalendarTable("a", "days: []"), {"op": "check"}, {"name": "a", "source": "days: []"},
         SHOWN),
    Sent(methods.CALENDAR_YEAR, OfYear(2027), {"op": "year", "year": 2027}, {}, SHOWN),
    Sent(methods.COUNT_DEADLINE, Counting("2026-11-23", "1wd", "opd", True),
         {"op": "count", "start": "2026-11-23", "duration": "1wd", "office": "opd", "roll": True}, {},
         Counted.of({"calendar": "one", "date": "2026-11-24"})),
    Sent(methods.LIST_NUMBERS, BookPage(BOOK, 7), {"op": "list", **BOOK_WORDS, "after": 7}, {}, SHOWN),
    Sent(methods.LIST_BOOKS, BooksOf(BOOK, "sip-dr"), {"op": "books", **BOOK_WORDS, "after": "sip-dr"}, {}, SHOWN),
    Sent(methods.LIST_NUMBER_GAPS, Nothing(), {"op": "gaps"}, {}, Items.of({"items": [{"first": 3, "last": 5}]})),
    Sent(methods.START_NUMBERS, BookStart(BOOK, 38, True), {"op": "start"}, {**BOOK_WORDS, "last": 38, "check": True},
         SHOWN),
    Sent(methods.VOID_NUMBER, Voiding(BOOK, 1, "x"), {"op": "void"}, {**BOOK_WORDS, "seq": 1, "reason": "x"}, SHOWN),
    Sent(methods.LIST_VOIDING, Nothing(), {"op": "voiding"}, {}, Items.of({"items": [{"seq": 3}]})),
    Sent(methods.CONFIRM_VOID, BookNumber(BOOK, 1), {"op": "confirm_void"}, {**BOOK_WORDS, "seq": 1}, SHOWN),
    Sent(methods.REFUSE_VOID, BookNumber(BOOK, 1), {"op": "refuse_void"}, {**BOOK_WORDS, "seq": 1}, SHOWN),
    Sent(methods.FILE_ONLINE, Filing({"service": "X-1"}), {"op": "file"}, {"service": "X-1"}, SHOWN),
    Sent(methods.ACT_ONLINE, CommandOn("7", ACTION), {"op": "act", "id": "7"}, ACTION, CHANGED),
    Sent(methods.LIST_ONLINE, OnlinePage(5, "WyI3Il0"), {"op": "list", "limit": 5, "cursor": "WyI3Il0"}, {}, SHOWN),
    Sent(methods.GET_ONLINE, Item("7"), {"op": "get", "id": "7"}, {}, CHANGED),
    Sent(register.LIST_PERMITS, PermitFilters(limit=5, area="35.15"), {"limit": 5, "area": "35.15"}, {}, SHOWN),
    Sent(register.GET_PERMIT, Item("7"), {"id": "7"}, {}, CHANGED),
    Sent(register.ACT_ON_PERMIT, CommandOn("7", ACTION), {"id": "7"}, ACTION, CHANGED),
    Sent(register.SEARCH_PERMITS, PersonSearch(nik="3515991234569990"), {}, {"nik": "3515991234569990"}, SHOWN),
    Sent(LOOK_UP_RESIDENT, ResidentAsked("3515991234569990", "PRZ-SIP-DR"), {},
         {"nik": "3515991234569990", "purpose": "PRZ-SIP-DR"}, SHOWN),
    Sent(LOOK_UP_FAMILY, FamilyAsked("3515990101209990", "ADM-LHR-01"), {},
         {"family_card": "3515990101209990", "purpose": "ADM-LHR-01"}, SHOWN),
    Sent(LOOKS_AT, LooksAsked("3515991234569990", "Warga bertanya."), {},
         {"nik": "3515991234569990", "reason": "Warga bertanya."}, SHOWN),
    Sent(LOOK_ALARMS, Nothing(), {}, {}, SHOWN),
]  # fmt: skip
NAMES = [f"{sent.method.name} {sent.method.op or ''}".strip() for sent in SENT]
EVERY = pytest.mark.parametrize("sent", SENT, ids=NAMES)


def travelled(value: JsonObject) -> dict[str, Any]:
    """The same after its way through a broker."""
    found: dict[str, Any] = json_text.read(json_text.write(value))
    return found


def call(method: Method[Any, Any]) -> Call:
    return Call(Deadline.after(5.0), "c-1", method.name)


def test_every_method_of_the_tables_is_looked_at_here() -> None:
    tables = {**vars(methods), **vars(register), **vars(residents)}.values()
    listed = {(found.name, found.op) for found in tables if isinstance(found, Method)}
    assert {(sent.method.name, sent.method.op) for sent in SENT} == listed
    assert len(SENT) == len(listed), "two methods of one name"


def test_a_worklist_in_another_order_and_between_days_says_so() -> None:
    page = TaskPage(None, TaskPlace("7", "8"), "X-1", "filed", Days(AT.date(), None), Days(None, AT.date()))
    params = {"limit": None, "after": ["7", "8"], "service": "X-1", "sort": "filed"}
    assert page.to_json() == {"params": {**params, "due_from": "2026-11-24", "filed_to": "2026-11-24"}}
    assert TaskPage.from_json(travelled(page.to_json())) == page


@EVERY
def test_a_request_says_who_asks_and_carries_its_words_where_they_always_stood(sent: Sent) -> None:
    assert travelled(sent.method.request(CLERK, sent.payload)) == {
        "token": "t",
        "applicant": None,
        "key": "k",
        "method": "POST",
        "path": "/api/v1/permits/7/actions",
        "if_match": 3,
        "params": sent.params,
        "body": sent.body,
    }


@EVERY
def test_payload_caller_and_result_arrive_as_they_were_sent(sent: Sent) -> None:
    heard: list[Any] = []

    def answer(payload: Any, call: Call) -> Any:
        heard.append((payload, call.caller))
        return sent.result

    bindings = Bindings()
    bindings.bind(sent.method, answer)
    caller = Caller(secret="7K2M9QX4TB", key="k", method="POST", path="/x", if_match=1)
    request = travelled(sent.method.request(caller, sent.payload))
    answered = travelled(bindings.answer(request, call(sent.method)))
    assert heard == [(sent.payload, caller)]
    assert sent.method.result.from_json(answered) == sent.result


@EVERY
@pytest.mark.parametrize("wrong", [{"token": 7}, {"applicant": "x"}, {"applicant": {}}, {"if_match": "3"}], ids=str)
def test_a_caller_of_another_shape_is_refused(sent: Sent, wrong: dict[str, Any]) -> None:
    request = {**travelled(sent.method.request(CLERK, sent.payload)), **wrong}
    assert refused(sent.method, request) == (400, "body_invalid", [])


@pytest.mark.parametrize(
    ("method", "wrong"),
    [
        (methods.OPEN_CASE, {"body": None}),
        (methods.OPEN_CASE, {"body": [1]}),
        (methods.GET_CASE, {"params": {}}),
        (methods.GET_CASE, {"params": {"id": 7}}),
        (methods.GET_CASE, {"params": ["id"]}),
        (methods.ACT, {"params": {"id": "7"}, "body": "sign"}),
        (methods.PAY, {"body": {**PAID, "amount": "5"}}),
        (methods.PAY, {"body": {**PAID, "amount": True}}),
        (methods.PAY, {"body": {**PAID, "paid_at": "2026-11-24T08:00:00"}}),
        (methods.PAY, {"body": {**PAID, "paid_at": "yesterday"}}),
        (methods.DETACH_DOCUMENT, {"params": {"id": "7"}}),
        (methods.KNOWN_DOCUMENTS, {"params": {"hashes": "ab"}}),
        (methods.KNOWN_DOCUMENTS, {"params": {"hashes": [7]}}),
        (methods.LIST_CASES, {"params": {"overdue": "yes"}}),
        (methods.LIST_CASES, {"params": {"limit": "5"}}),
        (methods.SEARCH_CASES, {"body": {"name": ["Warga"]}}),
        (methods.WORKLIST, {"params": {"after": "7"}}),
        (methods.WORKLIST, {"params": {"after": [7, 7]}}),
        (methods.WORKLIST, {"params": {"after": [None]}}),
        (register.LIST_PERMITS, {"params": {"area": 35}}),
        (methods.VERIFY, {"params": {"code": None}}),
        (LOOK_UP_RESIDENT, {"body": {"nik": "3515991234569990"}}),
        (LOOK_UP_RESIDENT, {"body": {"nik": 3515991234569990, "purpose": "PRZ-SIP-DR"}}),
    ],
)
def test_a_payload_of_another_shape_is_refused_in_one_word(method: Method[Any, Any], wrong: dict[str, Any]) -> None:
    assert refused(method, wrong) == (400, "body_invalid", [])


@pytest.mark.parametrize(
    ("method", "words", "field", "code"),
    [
        (methods.LOAD_CALENDAR, {"name": "a"}, "source", "required"),
        (methods.COUNT_DEADLINE, {"start": " ", "duration": "1wd", "office": "opd"}, "start", "required"),
        (methods.START_NUMBERS, {**BOOK_WORDS, "last": None}, "last", "required"),
        (methods.START_NUMBERS, {**BOOK_WORDS, "last": True}, "last", "not_an_integer"),
        (methods.LIST_NUMBERS, {**BOOK_WORDS, "year": "2026"}, "year", "not_an_integer"),
        (methods.VOID_NUMBER, {**BOOK_WORDS, "seq": 1}, "reason", "required"),
        (methods.CONFIRM_VOID, {**BOOK_WORDS}, "seq", "required"),
    ],
)
def test_an_operator_is_told_which_word_is_wrong(
    method: Method[Any, Any], words: dict[str, Any], field: str, code: str
) -> None:
    assert refused(method, {"params": {"op": method.op, **words}}) == (422, "invalid_fields", [(field, code)])
    assert refused(method, {"params": {"op": method.op}, "body": words}) == (422, "invalid_fields", [(field, code)])


@pytest.mark.parametrize("params", [None, {}, {"op": 7}, {"op": "burn"}, ["list"]], ids=str)
def test_an_unknown_operation_is_named(params: Any) -> None:
    assert refused(methods.LIST_NUMBERS, {"params": params}) == (422, "invalid_fields", [("op", "unknown_choice")])


def test_a_method_that_nobody_answers_is_a_mistake_of_ours() -> None:
    with pytest.raises(LookupError):
        Bindings().answer({}, call(methods.PING))


def refused(method: Method[Any, Any], request: dict[str, Any]) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, code and fields of the refusal of a request."""
    bindings = Bindings()
    bindings.bind(method, lambda payload, call: pytest.fail(f"taken as {payload}"))
    with pytest.raises(Refused) as raised:
        bindings.answer(request, call(method))
    found = raised.value
    return found.status, found.code, [(each.field, each.code) for each in found.fields]

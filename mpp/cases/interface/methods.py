"""The table of what can be called of every case service, with what is sent and what comes back."""

from __future__ import annotations

from mpp.cases.interface.event_payloads import Resending, ToldAndHeard, Within
from mpp.cases.interface.message_payloads import CallListPage, MessageReport, MessagesAfter, MessagesIn
from mpp.cases.interface.operator_payloads import (
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
from mpp.cases.reading.asked import CaseFilters, TaskPage, Whose
from mpp.messaging.calls.common import CommandOn, Item, Nothing, PersonSearch, Shown, Versioned
from mpp.messaging.calls.methods import Method
from mpp.messaging.reconciling.ids import Ids, Wanted

PING = Method("ping", Nothing, Shown)

# commands
OPEN_CASE = Method("open_case", Filing, Versioned)
ACT = Method("act", Action, Versioned)
FILE_ONLINE = Method("online", Filing, Shown, op="file")
ACT_ONLINE = Method("online", CommandOn, Versioned, op="act")
NEW_SECRET = Method("new_secret", CommandOn, Shown)
PAY = Method("pay", PaymentReport, Shown)
SETTLE_PAYMENT = Method("settle_payment", CommandOn, Shown)

# documents: the gateway keeps their contents, so it asks before it does
CHECK_DOCUMENT = Method("check_document", CommandOn, Taking)
ATTACH_DOCUMENT = Method("attach_document", CommandOn, Versioned)
CHECK_DETACH = Method("check_detach", TakingOut, LetGo)
DETACH_DOCUMENT = Method("detach_document", TakingOut, Versioned)
READ_DOCUMENT = Method("read_document", DocumentOf, Found)
KNOWN_DOCUMENTS = Method("known_documents", Contents, Known)

# papers: the gateway prints, signs and keeps them, the service decides
READ_PAPER = Method("read_paper", Item, PaperTold)
ABANDON_PAPER = Method("abandon_paper", CommandOn, Versioned)
VERIFY = Method("verify", VerificationCode, Shown)
PAPER_SNAPSHOT = Method("papers", Item, PaperPrinted, op="snapshot")
PAPER_SIGNED = Method("papers", PaperSigned, PaperTold, op="signed")
PAPER_FAILED = Method("papers", PaperFailed, PaperTold, op="failed")
PAPERS_AWAITING = Method("papers", PapersAfter, PapersTold, op="awaiting")
PAPERS_MISSING = Method("papers", PapersAfter, DecisionsWithoutPaper, op="missing")
MAKE_PAPER = Method("papers", DecisionOf, PaperTold, op="make")

# queries
GET_CASE = Method("get_case", Item, Versioned)
RECEIPT = Method("receipt", Item, Receipt)
READ_FOR_FORM = Method("read_for_form", FormOf, Shown)
LIST_CASES = Method("list_cases", CaseFilters, Shown)
SEARCH_CASES = Method("search_cases", PersonSearch, Shown)
WORKLIST = Method("worklist", TaskPage, Tasks)
WORKLIST_COUNTS = Method("worklist_counts", Whose, Shown)
LIST_ONLINE = Method("online", OnlinePage, Shown, op="list")
GET_ONLINE = Method("online", Item, Versioned, op="get")
TRACK = Method("track", TrackingCode, Shown)

# the nine questions: by a one-time code, without an account
SATISFACTION_ADDRESS = Method("satisfaction", CommandOn, Shown, op="address")
SATISFACTION_FORM = Method("satisfaction", OneTimeCode, Shown, op="form")
SATISFACTION_ANSWER = Method("satisfaction", Answered, Shown, op="answer")
SATISFACTION_COUNTS = Method("satisfaction", OfMonth, Shown, op="counts")
# messages to citizens
CONTACT = Method("contact", CommandOn, Shown)
CASE_MESSAGES = Method("messages", Item, Shown, op="of_case")
CALL_LIST = Method("messages", CallListPage, Shown, op="call_list")
TICK_CALL = Method("messages", CommandOn, Shown, op="tick")
REPORT_MESSAGE = Method("messages", MessageReport, Shown, op="report")

# for the operator
LIST_MESSAGES = Method("messages", MessagesIn, Shown, op="list")
RETRY_MESSAGES = Method("messages", MessagesAfter, Shown, op="retry")
STATE = Method("state", Nothing, Shown)
LIST_DEAD_LETTERS = Method("dead_letters", Nothing, Items, op="list")
SHOW_DEAD_LETTER = Method("dead_letters", Item, Shown, op="show")
REPLAY_DEAD_LETTER = Method("dead_letters", Item, Shown, op="replay")
REPLAY_DEAD_LETTERS = Method("dead_letters", Replaying, Shown, op="replay_all")
RESEND_EVENTS = Method("events", Resending, Shown, op="resend")
DIGEST_EVENTS = Method("events", Within, ToldAndHeard, op="digest")
LIST_EVENT_IDS = Method("events", Wanted, Ids, op="ids")
LIST_CALENDAR = Method("calendar", Nothing, Items, op="list")
LOAD_CALENDAR = Method("calendar", CalendarTable, Items, op="load")
CHECK_CALENDAR = Method("calendar", CalendarTable, Shown, op="check")
CALENDAR_YEAR = Method("calendar", OfYear, Shown, op="year")
COUNT_DEADLINE = Method("calendar", Counting, Counted, op="count")
LIST_NUMBERS = Method("numbers", BookPage, Shown, op="list")
LIST_BOOKS = Method("numbers", BooksOf, Shown, op="books")
LIST_NUMBER_GAPS = Method("numbers", Nothing, Items, op="gaps")
START_NUMBERS = Method("numbers", BookStart, Shown, op="start")
VOID_NUMBER = Method("numbers", Voiding, Shown, op="void")
LIST_VOIDING = Method("numbers", Nothing, Items, op="voiding")
CONFIRM_VOID = Method("numbers", BookNumber, Shown, op="confirm_void")
REFUSE_VOID = Method("numbers", BookNumber, Shown, op="refuse_void")

"""What an operator asks: tables of the calendar, deadlines, books of legal numbers."""

from __future__ import annotations

from mpp.casework.bounds import NUMBER_MAX, REASON_MAX, TABLE_MAX, TABLE_NAME_MAX
from mpp.web.schemas.fields import Bool, Int, Strict, Text
from mpp.web.schemas.words import about
from services.gateway.api.requests.cases import OFFICE
from services.gateway.api.requests.payments import INSTANT
from services.gateway.api.requests.public import EVENT_TYPE

LETTER = "event:01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e12:persons"


class Empty(Strict):
    """Nothing to say: `{}`."""


class Replays(Strict):
    """Which dead letters of a service."""

    reason = Text(max=REASON_MAX, exact=True, metadata=about("A text that stands in their reason", "contract: number"))
    after = Text(max=200, pattern=r"(event|job):[0-9a-f-]{36}:[A-Za-z0-9_.-]*", example=LETTER)


class Resend(Strict):
    """Which events of a service."""

    since = Text(max=40, pattern=INSTANT, example="2026-11-23T09:00:00+07:00", required=True)
    until = Text(max=40, pattern=INSTANT, example="2026-11-23T09:00:00+07:00")
    type = Text(
        max=120,
        pattern=EVENT_TYPE,
        example="permits.permit.issued.v1",
        metadata=about("Only events of this type, or of those that begin so: a prefix with `.*`"),
    )
    after = Int(min=0, max=2**63 - 1, metadata=about("The `next` of the answer before", 4711))


class BeginEpoch(Strict):
    """From when the restored copy is, and why it was."""

    since = Text(max=40, pattern=INSTANT, example="2026-11-23T09:00:00+07:00", required=True)
    reason = Text(
        max=REASON_MAX, lines=True, required=True, metadata=about("Why, for the record", "snapshot of 25 November")
    )


class Compare(Strict):
    """Which events are compared."""

    since = Text(max=40, pattern=INSTANT, example="2026-11-23T09:00:00+07:00")
    until = Text(max=40, pattern=INSTANT, example="2026-11-23T09:00:00+07:00")


class CalendarTable(Strict):
    """An override table of the working calendar: the text of the file."""

    name = Text(max=TABLE_NAME_MAX, required=True, metadata=about("The name of the file", "2027.yaml"))
    source = Text(
        max=TABLE_MAX,
        exact=True,
        required=True,
        metadata=about("The text of the file", "days:\n- {date: 2027-03-10, kind: joint_leave, name: Cuti}\n"),
    )


class YearQuery(Strict):
    """Which year."""

    year = Int(min=2000, max=2099, required=True)


class DeadlineQuery(Strict):
    """From when, how long, and by the service hours of which kind of office."""

    start = Text(
        max=40,
        pattern=r"[0-9T:.Z+-]+",
        example="2026-11-23",
        required=True,
        metadata=about("The day or the instant from which on is counted"),
    )
    duration = Text(
        max=8,
        pattern=r"[0-9]+(wd|d|h|min)",
        example="3wd",
        required=True,
        metadata=about("3wd (working days), 60d (calendar days), 10h or 30min of service time"),
    )
    office = Text(
        max=40,
        pattern=r"[a-z_]+",
        example="opd",
        load_default="opd",
        metadata=about("The kind of office by whose hours is counted"),
    )
    roll = Bool(metadata=about("Whether calendar days that end on a day off go on to the next working day"))


class Book(Strict):
    """One book of legal numbers."""

    office = Text(max=64, pattern=OFFICE, example="dpmptsp", required=True)
    series = Text(max=64, pattern=r"[A-Za-z0-9_.-]+", example="sip-dr", required=True)
    year = Int(min=2000, max=9999, required=True)


class BookQuery(Book):
    """A page of a book."""

    after = Int(min=0, max=NUMBER_MAX, metadata=about("The `next` of the page before", 500))


class BooksQuery(Book):
    """A page of the books of a series."""

    after = Text(
        max=64,
        pattern=r"[A-Za-z0-9_.-]+",
        example="pbg.351514.2026-11-23",
        metadata=about("The `next` of the page before"),
    )


class StartBook(Book):
    """The newest number of the paper book."""

    last = Int(min=0, max=NUMBER_MAX, required=True, metadata=about("The newest number of the paper book", 38))
    check = Bool(metadata=about("Only say whether it could be done"))


class VoidNumber(Book):
    """The number, without its template, and why."""

    seq = Int(min=1, max=NUMBER_MAX, required=True)
    reason = Text(max=REASON_MAX, lines=True, required=True)


class BookNumber(Book):
    """One number of a book, without its template."""

    seq = Int(min=1, max=NUMBER_MAX, required=True)

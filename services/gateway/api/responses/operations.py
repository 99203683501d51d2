"""What an operator is answered: dead letters, comparisons, calendar tables, deadlines."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
from services.gateway.api.responses.common import Out, many, maybe, moment, moment_or_none, part, text, truth, whole


class DeadLetter(Out):
    """An event that a service could not act on, or a job that it could not do, with its reason."""

    what = fields.String(required=True, metadata={"enum": ["event", "job"], **about("What it is")})
    id = text(
        description="In two parts for the address of one: `<id>:<subscription>`, of a job `<id>:<kind>`",
        example="01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e12:persons",
    )
    service = text(description="Whose it is", example="complaints")
    reason = maybe("Why it could not be done", example="contract: number")
    attempts = whole("How often it was tried", 8)
    status = fields.String(metadata=about("What became of it, where one is looked at: dead, waiting, done", "dead"))
    subscription = fields.String(metadata=about("Of an event: who did not take it", "persons"))
    type = fields.String(allow_none=True, metadata=about("Of an event: its type", "civil_registry.person.deceased.v1"))
    subject = fields.String(allow_none=True, metadata=about("Of an event: what it is about", "01936b2e-7c5a-7b1e"))
    subjectversion = fields.Integer(allow_none=True, metadata=about("Of an event: its version of the subject", 1))
    routing_key = fields.String(
        allow_none=True, metadata=about("Of an event: under which key it came", "civil_registry.person.deceased.v1")
    )
    received_at = fields.String(metadata={"format": "date-time", **about("Of an event: when it came")})
    cursor = fields.String(metadata=about("Of an event: its place in the list", '["2026-11-26T08:00:00+00:00"]'))
    waiting = fields.Integer(metadata=about("Of an event: how many of the same subject wait behind it", 0))
    headers = fields.Dict(metadata=about("Of an event that is looked at: its headers", {"ce-specversion": "1.0"}))
    body = fields.String(metadata=about("Of an event that is looked at: its body as it came", "{}"))
    kind = fields.String(metadata=about("Of a job: what was to be done", "assign_number"))
    key = fields.String(metadata=about("Of a job: for what", "01936b2e-7c5a-7b1e"))
    lane = fields.String(allow_none=True, metadata=about("Of a job: jobs of one lane are done in turn", "sip-dr"))
    enqueued_at = fields.String(metadata={"format": "date-time", **about("Of a job: when it was to be done")})
    payload = fields.Dict(metadata=about("Of a job that is looked at: what it was given", {}))


class DeadLetters(Out):
    """Those that no retry could settle."""

    items = many(fields.Nested(DeadLetter))
    unavailable = many(fields.String())


class Replayed(Out):
    """How many dead letters of the service are tried again."""

    service = text(description="Whose they are", example="complaints")
    replayed = whole("How many", 36)
    next = fields.String(
        allow_none=True,
        metadata=about(
            "Send it as `after`; null when that was all", "event:01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e12:persons"
        ),
    )


class Resent(Out):
    """How many events of the service are sent again."""

    service = text(description="Whose they are", example="civil_registry")
    since = moment("From when on")
    until = moment("Until when")
    resent = whole("How many", 500)
    next = fields.Integer(allow_none=True, metadata=about("Send it as `after`; null when that was all", 4711))


class EpochBegun(Out):
    """Another epoch of the feed."""

    epoch = text(description="Its name, with which new cursors begin", example="5f3a9c01")
    position = whole("Positions up to this one are those of the epoch before", 4711)


class Comparing(Out):
    """A comparison that will be done soon."""

    asked = text(description="The name of the result", example="3f0c8f0e-5d0a-5a53-8b29-6f6f3f3f8f10")


class ComparedPair(Out):
    """What a subscription lacks of one producer."""

    producer = text(description="The service whose events they are", example="civil_registry")
    consumer = text(description="The service that listens", example="permits")
    subscription = text(description="As what it listens", example="persons")
    missing = whole("Published, and not with the subscription", 0)
    untold = whole("With the subscription, and not known to their producer", 0)
    since = moment_or_none("When the oldest missing one was made; null: none is missing")
    examples = many(fields.String(), "Ids of some of them", "01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e12")
    mended_by = maybe(
        "The command that sends them again",
        example="mpp events resend --since 2026-11-26T08:00:00+00:00 --service civil_registry",
    )


class Compared(Out):
    """A comparison that was done."""

    asked = text(description="The name of the result", example="3f0c8f0e-5d0a-5a53-8b29-6f6f3f3f8f10")
    checked_at = moment("When it was done")
    since = moment("From when on events were compared")
    until = moment("Until when")
    clean = truth("Everybody answered, and nobody lacks anything")
    pairs = many(fields.Nested(ComparedPair))
    unsettled = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Integer()),
        required=True,
        metadata=about("By service and status: what waits for a retry or lies dead there", {"permits": {"dead": 1}}),
    )
    silent = many(fields.String(), "Services that did not answer", "complaints")


class CalendarTableInEffect(Out):
    """An override table of the working calendar, at one service."""

    service = text(description="Whose calendar it is", example="permits")
    name = text(description="The name of the file", example="2027.yaml")
    digest = text(description="Of the text: the same text has the same one", example=64 * "0")
    source = text(description="The text", example="days:\n- {date: 2027-03-10, kind: joint_leave, name: Cuti}\n")
    loaded_at = moment("When it was put into effect")
    loaded_by = text(description="The account", example="operator.sidoarjo")


class CalendarTables(Out):
    """Override tables in effect, per service, oldest first: a later one wins."""

    items = many(fields.Nested(CalendarTableInEffect))
    unavailable = many(fields.String())


class CalendarDay(Out):
    """What a day is."""

    date = text(format="date", description="The day")
    kind = text(
        description="working_day, half_day, weekend, joint_leave, national_holiday ...",
        example="joint_leave",
    )
    name = text(description="Its name; empty for a working day", example="Cuti bersama Natal")
    estimated = truth("It is reckoned, and not decided yet")


class OfficeHours(Out):
    """The hours of a kind of office."""

    office = text(description="The kind, or `default`", example="opd")
    week = many(fields.List(fields.String()), "From Monday on, the spans of each day", [["08:00-12:00"]])


class CalendarYear(Out):
    """A year of the calendar in effect."""

    year = whole("The year", 2027)
    complete = truth("Its joint leave was decreed")
    days = many(fields.Nested(CalendarDay), "Days off and half days but weekends, in order")
    hours = many(fields.Nested(OfficeHours), "Of each kind of office")


class ChangedDay(Out):
    """A day that becomes something else."""

    date = text(format="date", description="The day")
    before = part(CalendarDay, "What it is now")
    after = part(CalendarDay, "What it becomes")


class MayMove(Out):
    """How many dates of a service may move."""

    service = text(description="Whose", example="permits")
    may_move = whole("Running cases that end on the first changed day or later", 12)


class CalendarCheck(Out):
    """What an override table would change."""

    days = many(fields.Nested(ChangedDay), "In order; empty: it changes nothing")
    services = many(fields.Nested(MayMove), "Of each service that answered")
    unavailable = many(fields.String())


class DayOff(Out):
    """A day that did not count."""

    date = text(format="date", description="The day")
    kind = text(description="weekend, national_holiday, joint_leave, regional_holiday ...", example="weekend")
    reason = text(description="Its name, or why", example="Sabtu")


class Counted(Out):
    """A deadline, the days that did not count, and which services count by the same calendar."""

    start = text(description="As it was asked", example="2026-11-23")
    duration = text(description="As it was asked", example="3wd")
    office = text(description="The kind of office by whose hours it was counted", example="opd")
    deadline = moment("The end")
    date = text(format="date", description="The day of the end, as the office has it")
    day_zero = text(format="date", description="The day after which the first counted day comes")
    skipped = many(fields.Nested(DayOff), "The days between that did not count")
    calendar_complete = truth()
    notice = fields.String(metadata=about("Why it is an estimate, where it is one", "kalender belum lengkap: ..."))
    calendar = text(description="The calendar by which it was counted: its tables, in short", example="2026+2027")
    services = many(fields.String(), "The services that count by this calendar", "permits")
    others = many(fields.String(), "The services that count by another one", "complaints")
    unavailable = many(fields.String())

"""What an operator is answered: dead letters, calendar tables, deadlines, books of numbers."""

from __future__ import annotations

from marshmallow import fields

from services.gateway.api.responses.common import Out, many, moment, text


class DeadLetter(Out):
    """An event that a service could not act on, or a job that it could not do, with its reason.

    `id` is in two parts for the address of one: `<id>:<subscription>`, of a job `<id>:<kind>`.
    """

    what = fields.String(metadata={"enum": ["event", "job"]})


class DeadLetters(Out):
    """Those that no retry could settle."""

    items = many(fields.Nested(DeadLetter))
    unavailable = fields.List(fields.String())


class Replayed(Out):
    """How many dead letters of the service are tried again; `next` is there while there are more."""

    service = text()
    replayed = fields.Integer(required=True)
    next = fields.String(allow_none=True)


class Resent(Out):
    """How many events of the service are sent again, and from when on; `next` is there while there are more."""

    service = text()
    since = moment()
    until = moment()
    resent = fields.Integer(required=True)
    next = fields.Integer(allow_none=True)


class EpochBegun(Out):
    """Another epoch of the feed; positions up to this one are those of the epoch before."""

    epoch = text()
    position = fields.Integer(required=True)


class Comparing(Out):
    """A comparison that will be done soon."""

    asked = text()


class ComparedPair(Out):
    """What a subscription lacks of one producer; `since`: when the oldest missing event was made."""

    producer = text()
    consumer = text()
    subscription = text()
    missing = fields.Integer(required=True)
    untold = fields.Integer(required=True)
    since = fields.String(allow_none=True)
    examples = many(fields.String())
    mended_by = fields.String(allow_none=True)


class Compared(Out):
    """A comparison that was done. `clean`: everybody answered, and nobody lacks anything."""

    asked = text()
    checked_at = moment()
    since = moment()
    until = moment()
    clean = fields.Boolean(required=True)
    pairs = many(fields.Nested(ComparedPair))
    unsettled = fields.Dict(required=True)
    silent = many(fields.String())


class CalendarTables(Out):
    """Override tables in effect, per service, oldest first: a later one wins."""

    items = many(fields.Dict())
    unavailable = fields.List(fields.String())


class Counted(Out):
    """A deadline, the days that did not count, and which services count by the same calendar."""

    deadline = moment()
    date = text()
    day_zero = text()
    skipped = many(fields.Dict())
    calendar_complete = fields.Boolean(required=True)
    notice = fields.String()
    calendar = text()
    services = many(fields.String())
    others = many(fields.String())
    unavailable = many(fields.String())


class LegalNumber(Out):
    """One line of a book; `voided` says why, when and by whom, `voiding` the same of what waits for an official."""

    seq = fields.Integer(required=True)
    number = text()
    case = text()
    issued_at = moment()
    voided = fields.Dict(allow_none=True)
    voiding = fields.Dict(allow_none=True)


class NumberInBook(LegalNumber):
    """The same, with its book."""

    office = text()
    series = text()
    year = fields.Integer(required=True)


class NumbersToVoid(Out):
    """What an official has to confirm or refuse, oldest first."""

    items = many(fields.Nested(NumberInBook))
    unavailable = many(fields.String())


class NumberGap(Out):
    """Numbers that are given no more: the mall was restored from a backup of `until`, and had, or may have, given them
    out after it."""

    office = text()
    series = text()
    year = fields.Integer(required=True)
    first = fields.Integer(required=True)
    last = fields.Integer(required=True)
    restored_at = moment()
    until = moment()
    backup = text()


class NumberGaps(Out):
    """The gaps of all books."""

    items = many(fields.Nested(NumberGap))
    unavailable = many(fields.String())


class NumberBook(Out):
    """A book: where the mall began, its newest number, and a page of its lines (`next`: send it as `after`)."""

    office = text()
    series = text()
    year = fields.Integer(required=True)
    first = fields.Integer(required=True)
    last = fields.Integer(required=True)
    gaps = fields.List(fields.Nested(NumberGap))
    items = fields.List(fields.Nested(LegalNumber))
    next = fields.Integer(allow_none=True)

"""What an operator, and an official of the office, is answered about the books of legal numbers."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
from services.gateway.api.responses.common import CodeAndName, Out, many, moment, name_of, part_or_none, text, whole


class Voided(Out):
    """Why, when and by whom."""

    reason = text(description="What whoever asked for it wrote", example="salah cetak")
    at = moment("When")
    by = text(description="The account", example="operator.sidoarjo")


class LegalNumber(Out):
    """One line of a book."""

    seq = whole()
    number = text(description="The number as it is written", example="SIP/0001/DPMPTSP/2026")
    case = text(description="The id of the case that it was given to", format="uuid")
    issued_at = moment("When it was given")
    voided = part_or_none(Voided, "That it is void; null while it holds")
    voiding = part_or_none(Voided, "That somebody asked to void it, which an official has to confirm")


class NumberInBook(LegalNumber):
    """A line with its book."""

    office = text()
    series = text()
    year = whole()


class NumbersToVoid(Out):
    """What an official has to confirm or refuse, oldest first."""

    items = many(fields.Nested(NumberInBook))
    unavailable = many(fields.String())


class NumberGap(Out):
    """Numbers that are given no more: the mall was restored from a backup of `until`, and had, or may have, given them
    out after it."""

    office = text()
    series = text()
    year = whole()
    first = whole("The first number that was passed over", 39)
    last = whole("The last number that was passed over", 1038)
    restored_at = moment("When the mall was restored")
    until = moment("From when the backup is")
    backup = text(description="The name of the backup", example="20261126T020000Z")


class NumberGaps(Out):
    """The gaps of all books."""

    items = many(fields.Nested(NumberGap))
    unavailable = many(fields.String())


class NumberSeries(Out):
    """A series of legal numbers at the office that issues in it."""

    series = text(description="Its name", example="sip-dr")
    office = text(description="The code of the office that issues", example="dpmptsp")
    office_name = name_of("office")
    per = many(fields.String(), "What each of its books is of beside its year: district, day; empty: of all", "day")
    services = many(fields.Nested(CodeAndName), "The service types whose documents are numbered in it")


class NumberSeriesList(Out):
    """The series of the mall."""

    items = many(fields.Nested(NumberSeries), "By name and office")


class BookOfSeries(Out):
    """A book, without its lines."""

    office = text()
    series = text(description="The name of the book", example="pbg.351514.2026-11-23")
    year = whole()
    first = whole("The first number that the mall gave", 1)
    last = whole("The newest number", 38)


class NumberBooks(Out):
    """The books of a series, by name."""

    items = many(fields.Nested(BookOfSeries))
    next = fields.String(
        allow_none=True, metadata=about("Send it as `after`; null on the last page", "pbg.351514.2026-11-23")
    )


class NumberBook(Out):
    """A book of legal numbers, and a page of its lines."""

    office = text()
    series = text()
    year = whole()
    first = whole("The first number that the mall gave", 1)
    last = whole("The newest number", 38)
    gaps = fields.List(fields.Nested(NumberGap), metadata=about("What restores have passed over"))
    items = fields.List(fields.Nested(LegalNumber), metadata=about("The lines, in the order of the numbers"))
    next = fields.Integer(allow_none=True, metadata=about("Send it as `after`; null on the last page", 500))

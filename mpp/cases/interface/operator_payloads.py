"""What is sent with a call of an operator: for the tables of the calendar and the books of legal numbers.

Their words may stand in the parameters or in the body: a read has no body, and a command has no other words. An
operator types them by hand, so `from_json` raises Refused 422, which names the field.
"""

from __future__ import annotations

from dataclasses import dataclass

from mpp.casework.refusals import FieldError, invalid
from mpp.json_values import JsonObject, optional_text, optional_truth
from mpp.messaging.calls.common import body_of, given, params_of


def _words(request: JsonObject) -> JsonObject:
    return {**params_of(request), **body_of(request)}


def _text(words: JsonObject, name: str) -> str:
    value = words.get(name)
    if not isinstance(value, str) or not value.strip():
        raise invalid(FieldError(name, "required"))
    return value


def _whole(words: JsonObject, name: str) -> int:
    value = words.get(name)
    if value is None:
        raise invalid(FieldError(name, "required"))
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid(FieldError(name, "not_an_integer"))
    return value


@dataclass(frozen=True)
class Replaying:
    """Which dead letters: those with this text in their reason; `after` is the `next` of the answer before."""

    reason: str | None = None
    after: str | None = None

    def to_json(self) -> JsonObject:
        return {"body": given(reason=self.reason, after=self.after)}

    @classmethod
    def from_json(cls, request: JsonObject) -> Replaying:
        words = _words(request)
        return cls(optional_text(words, "reason"), optional_text(words, "after"))


@dataclass(frozen=True)
class CalendarTable:
    """An override table: its name, and the text of the file."""

    name: str
    source: str

    def to_json(self) -> JsonObject:
        return {"body": {"name": self.name, "source": self.source}}

    @classmethod
    def from_json(cls, request: JsonObject) -> CalendarTable:
        words = _words(request)
        return cls(_text(words, "name"), _text(words, "source"))


@dataclass(frozen=True)
class OfYear:
    """A year of the calendar."""

    year: int

    def to_json(self) -> JsonObject:
        return {"params": {"year": self.year}}

    @classmethod
    def from_json(cls, request: JsonObject) -> OfYear:
        return cls(_whole(_words(request), "year"))


@dataclass(frozen=True)
class Counting:
    """From when, how long, and by the service hours of which kind of office; `roll`: to the next working day."""

    start: str
    duration: str
    office: str
    roll: bool = False

    def to_json(self) -> JsonObject:
        asked = {"start": self.start, "duration": self.duration, "office": self.office}
        return {"params": {**asked, "roll": self.roll}}

    @classmethod
    def from_json(cls, request: JsonObject) -> Counting:
        words = _words(request)
        roll = optional_truth(words, "roll") or False
        return cls(_text(words, "start"), _text(words, "duration"), _text(words, "office"), roll)


@dataclass(frozen=True)
class Book:
    """One book of legal numbers."""

    office: str
    series: str
    year: int

    def to_json(self) -> JsonObject:
        return {"office": self.office, "series": self.series, "year": self.year}

    @classmethod
    def from_json(cls, words: JsonObject) -> Book:
        return cls(_text(words, "office"), _text(words, "series"), _whole(words, "year"))


@dataclass(frozen=True)
class BookPage:
    """The lines of a book after a number."""

    book: Book
    after: int | None = None

    def to_json(self) -> JsonObject:
        return {"params": {**self.book.to_json(), **given(after=self.after)}}

    @classmethod
    def from_json(cls, request: JsonObject) -> BookPage:
        words = _words(request)
        return cls(Book.from_json(words), None if words.get("after") is None else _whole(words, "after"))


@dataclass(frozen=True)
class BooksOf:
    """The books of an office and year whose name is that of `series`, or begins with it, after a name."""

    book: Book
    after: str | None = None

    def to_json(self) -> JsonObject:
        return {"params": {**self.book.to_json(), **given(after=self.after)}}

    @classmethod
    def from_json(cls, request: JsonObject) -> BooksOf:
        words = _words(request)
        return cls(Book.from_json(words), optional_text(words, "after"))


@dataclass(frozen=True)
class BookStart:
    """The newest number of the paper book that goes on here; `check`: only say whether it could be done."""

    book: Book
    last: int
    check: bool | None = None

    def to_json(self) -> JsonObject:
        return {"body": {**self.book.to_json(), "last": self.last, **given(check=self.check)}}

    @classmethod
    def from_json(cls, request: JsonObject) -> BookStart:
        words = _words(request)
        return cls(Book.from_json(words), _whole(words, "last"), optional_truth(words, "check"))


@dataclass(frozen=True)
class Voiding:
    """The number to void, without its template, and why."""

    book: Book
    seq: int
    reason: str

    def to_json(self) -> JsonObject:
        return {"body": {**self.book.to_json(), "seq": self.seq, "reason": self.reason}}

    @classmethod
    def from_json(cls, request: JsonObject) -> Voiding:
        words = _words(request)
        return cls(Book.from_json(words), _whole(words, "seq"), _text(words, "reason"))


@dataclass(frozen=True)
class BookNumber:
    """One number of a book, without its template."""

    book: Book
    seq: int

    def to_json(self) -> JsonObject:
        return {"body": {**self.book.to_json(), "seq": self.seq}}

    @classmethod
    def from_json(cls, request: JsonObject) -> BookNumber:
        words = _words(request)
        return cls(Book.from_json(words), _whole(words, "seq"))

"""What a case service answers to an operator: dead letters, the tables of the calendar, the books of numbers."""

from __future__ import annotations

from collections.abc import Callable

from mpp.cases.commands.operator import Operator
from mpp.cases.commands.voiding import Voiding
from mpp.cases.interface import operator_payloads as payloads
from mpp.cases.interface.asking import Asking
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
)
from mpp.cases.interface.results import Counted, Items
from mpp.cases.storage.numbers import SeriesKey
from mpp.casework.refusals import FieldError, invalid, not_found
from mpp.hosting.dead_letters import DeadLetters
from mpp.hosting.runtime import Runtime
from mpp.hosting.state.process import of_process
from mpp.json_values import Json
from mpp.messaging.calls.common import Item, Nothing, Shown
from mpp.messaging.calls.messages import Call


class StateAnswers:
    """How the process of the service is."""

    def __init__(self, asking: Asking, runtime: Runtime, service: str) -> None:
        self._asking = asking
        self._runtime = runtime
        self._service = service

    def look(self, asked: Nothing, call: Call) -> Shown:
        """Its parts, and its clock."""
        self._asking.operator(call)
        parts: list[Json] = [part.to_json() for part in of_process(self._runtime, self._service)]
        return Shown({"at": self._runtime.clock.now().isoformat(), "parts": parts})


class DeadLetterAnswers:
    """What the service could not process; `letters` gives them once it runs."""

    def __init__(self, asking: Asking, service: str, letters: Callable[[], DeadLetters]) -> None:
        self._asking = asking
        self._service = service
        self._letters = letters

    def list(self, asked: Nothing, call: Call) -> Items:
        """All of them."""
        self._asking.operator(call)
        return Items.of({"items": self._letters().list()})

    def show(self, asked: Item, call: Call) -> Shown:
        """One of them. Raises Refused 404."""
        self._asking.operator(call)
        return self._one(self._letters(), asked.id)

    def replay(self, asked: Item, call: Call) -> Shown:
        """Try one of them again; what it is then. Raises Refused 404."""
        self._asking.operator(call)
        letters = self._letters()
        if letters.replay(asked.id) is None:
            raise not_found()
        return self._one(letters, asked.id)

    def replay_all(self, asked: Replaying, call: Call) -> Shown:
        """Let the next ones be tried again soon. Raises Refused 422 for a place that is none."""
        self._asking.operator(call)
        try:
            done = self._letters().replay_some(asked.reason, asked.after)
        except ValueError as error:
            raise invalid(FieldError("after", "malformed")) from error
        return Shown({"service": self._service, "replayed": done.number, "next": done.next})

    def _one(self, letters: DeadLetters, id_: str) -> Shown:
        found = letters.show(id_)
        if found is None:
            raise not_found()
        return Shown({**found, "service": self._service})


class OperatorAnswers:
    """The calendar and the books; `Operator` refuses everybody but an operator."""

    def __init__(self, asking: Asking, operator: Operator) -> None:
        self._asking = asking
        self._operator = operator

    def list_calendar(self, asked: Nothing, call: Call) -> Items:
        """The override tables in effect."""
        return Items.of(self._operator.calendar(self._asking.clerk(call), call.deadline))

    def load_calendar(self, table: CalendarTable, call: Call) -> Items:
        """The same, with this one."""
        cause = self._asking.cause(call)
        return Items.of(self._operator.load_calendar(cause, table.name, table.source, call.deadline))

    def check_calendar(self, table: CalendarTable, call: Call) -> Shown:
        """What this table would change."""
        actor = self._asking.clerk(call)
        return Shown(self._operator.check_calendar(actor, table.name, table.source, call.deadline))

    def year(self, asked: OfYear, call: Call) -> Shown:
        """The days off of a year, and the hours."""
        return Shown(self._operator.year(self._asking.clerk(call), asked.year))

    def count(self, asked: Counting, call: Call) -> Counted:
        """When something is due by them."""
        actor = self._asking.clerk(call)
        return Counted.of(self._operator.count(actor, asked.start, asked.duration, asked.office, asked.roll))

    def list_numbers(self, page: BookPage, call: Call) -> Shown:
        """A page of a book."""
        actor, after = self._asking.clerk(call), page.after or 0
        return Shown(self._operator.book(actor, _key(page.book), after, call.deadline))

    def list_books(self, asked: BooksOf, call: Call) -> Shown:
        """A page of the books of a series."""
        actor = self._asking.clerk(call)
        return Shown(self._operator.books(actor, _key(asked.book), asked.after or "", call.deadline))

    def list_number_gaps(self, asked: Nothing, call: Call) -> Items:
        """What restores have passed over, in every book."""
        return Items.of(self._operator.gaps(self._asking.clerk(call), call.deadline))

    def start_numbers(self, start: BookStart, call: Call) -> Shown:
        """The book, continued after a paper one."""
        cause, key = self._asking.cause(call), _key(start.book)
        return Shown(self._operator.start(cause, key, start.last, call.deadline, only_check=bool(start.check)))


class VoidingAnswers:
    """The numbers that are to be void; `Voiding` says who may do what."""

    def __init__(self, asking: Asking, voiding: Voiding) -> None:
        self._asking = asking
        self._voiding = voiding

    def ask(self, asked: payloads.Voiding, call: Call) -> Shown:
        """The number, with what waits for an official."""
        cause, key = self._asking.cause(call), _key(asked.book)
        return Shown(self._voiding.ask(cause, key, asked.seq, asked.reason, call.deadline))

    def confirm(self, asked: BookNumber, call: Call) -> Shown:
        """The number, voided."""
        return Shown(self._voiding.confirm(self._asking.cause(call), _key(asked.book), asked.seq, call.deadline))

    def refuse(self, asked: BookNumber, call: Call) -> Shown:
        """The number, as it was."""
        return Shown(self._voiding.refuse(self._asking.cause(call), _key(asked.book), asked.seq, call.deadline))

    def list(self, asked: Nothing, call: Call) -> Items:
        """What waits for an official."""
        return Items.of(self._voiding.waiting(self._asking.clerk(call), call.deadline))


def _key(book: Book) -> SeriesKey:
    return SeriesKey(book.office, book.series, book.year)

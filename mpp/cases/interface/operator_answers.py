"""What a case service answers to an operator: dead letters, the tables of the calendar, the books of numbers."""

from __future__ import annotations

from collections.abc import Callable

from mpp.cases.commands.operator import Operator
from mpp.cases.interface.asking import Asking
from mpp.cases.interface.operator_payloads import Book, BookPage, BookStart, CalendarTable, Counting, Voiding
from mpp.cases.interface.results import Counted, Items
from mpp.casework.refusals import not_found
from mpp.hosting.dead_letters import DeadLetters
from mpp.json_values import Json, JsonObject
from mpp.messaging.calls.common import Item, Nothing, Shown, given
from mpp.messaging.calls.messages import Call


class DeadLetterAnswers:
    """What the service could not process; `letters` gives them once it runs."""

    def __init__(self, asking: Asking, service: str, letters: Callable[[], DeadLetters]) -> None:
        self._asking = asking
        self._service = service
        self._letters = letters

    def list(self, asked: Nothing, call: Call) -> Items:
        """All of them."""
        self._asking.operator(call, "dead_letters")
        return Items.of({"items": self._letters().list()})

    def show(self, asked: Item, call: Call) -> Shown:
        """One of them. Raises Refused 404."""
        self._asking.operator(call, "dead_letters")
        return self._one(self._letters(), asked.id)

    def replay(self, asked: Item, call: Call) -> Shown:
        """Try one of them again; what it is then. Raises Refused 404."""
        self._asking.operator(call, "dead_letters")
        letters = self._letters()
        if letters.replay(asked.id) is None:
            raise not_found()
        return self._one(letters, asked.id)

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
        return Items.of(self._calendar("list", {}, call))

    def load_calendar(self, table: CalendarTable, call: Call) -> Items:
        """The same, with this one."""
        return Items.of(self._calendar("load", {"name": table.name, "source": table.source}, call))

    def count(self, asked: Counting, call: Call) -> Counted:
        """When something is due by them."""
        words: JsonObject = {"start": asked.start, "duration": asked.duration, "office": asked.office}
        return Counted.of(self._calendar("count", {**words, "roll": asked.roll}, call))

    def list_numbers(self, page: BookPage, call: Call) -> Shown:
        """A page of a book."""
        return self._numbers("list", page.book, given(after=page.after), call)

    def start_numbers(self, start: BookStart, call: Call) -> Shown:
        """The book, continued after a paper one."""
        return self._numbers("start", start.book, {"last": start.last, **given(check=start.check)}, call)

    def void_number(self, asked: Voiding, call: Call) -> Shown:
        """The number, voided."""
        return self._numbers("void", asked.book, {"seq": asked.seq, "reason": asked.reason}, call)

    def _calendar(self, op: str, words: JsonObject, call: Call) -> JsonObject:
        actor = self._asking.clerk(call)
        return self._operator.calendar(actor, op, words, call.correlation_id, call.deadline)

    def _numbers(self, op: str, book: Book, words: dict[str, Json], call: Call) -> Shown:
        actor, named = self._asking.clerk(call), {**book.to_json(), **words}
        return Shown(self._operator.numbers(actor, op, named, call.correlation_id, call.deadline))

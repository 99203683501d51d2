"""What an operator does to a running case service: the books of legal numbers and the tables of the calendar.

Through an endpoint of the service and not in its database from outside: so it works on an embedded mall and on a
remote one alike, under the same rules and locks as issuing, with an entry in the audit trail, and without handing
the operator a database password.
"""

from __future__ import annotations

from mpp.calendars import overridden
from mpp.calendars.year import changed, year_of
from mpp.cases.commands.books import Books, audited, is_official, operators_only, short, within
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.cases.storage import calendars, number_gaps, numbers
from mpp.cases.storage.numbers import SeriesKey
from mpp.casework.access.actors import Actor
from mpp.casework.access.offices import KINDS
from mpp.casework.bounds import NUMBER_MAX, TABLE_MAX, TABLE_NAME_MAX
from mpp.casework.refusals import FieldError, Refused
from mpp.casework.time.deadline_answer import told_deadline
from mpp.casework.time.durations import parse
from mpp.json_values import JsonObject
from mpp.persistence.deadline import Deadline

PAGE = 500
BOOK_MAX = 64  # of the name of a book


class Operator:
    """The operator's commands of one case service. Each raises Refused 403 for anybody else."""

    def __init__(self, host: CaseHost) -> None:
        self._calendar = host.calendar
        self._database = host.database
        self._books = Books(host)

    # ------------------------------------------------------------- the calendar

    def calendar(self, actor: Actor, deadline: Deadline) -> JsonObject:
        """The override tables in effect."""
        operators_only(actor)
        with self._database.transaction(deadline) as tx:
            found = calendars.listed(tx)
        return self._in_effect(found, False)

    def load_calendar(self, cause: Cause, name: str, source: str, deadline: Deadline) -> JsonObject:
        """Put an override table into effect, the text of the file; the tables then, and whether this one was new.

        The dates of running cases follow within the timer's next rounds. Raises Refused 422 for a bad table.
        """
        operators_only(cause.actor)
        named = short("name", name, TABLE_NAME_MAX)
        short("source", source, TABLE_MAX)
        with self._database.transaction(deadline) as tx:
            loaded = calendars.load(tx, named, source, cause.actor.id, cause.now)
            if loaded:
                audited(tx, cause, "calendar.load", {"name": named})
            found = calendars.listed(tx)
        return self._in_effect(found, loaded)

    def check_calendar(self, actor: Actor, name: str, source: str, deadline: Deadline) -> JsonObject:
        """What a table would change: each day that becomes something else, and how many running cases end at or behind
        the first of them, whose dates may move. Nothing is stored. Raises Refused 422 for a bad table."""
        operators_only(actor)
        named = short("name", name, TABLE_NAME_MAX)
        short("source", source, TABLE_MAX)
        self._calendar.refresh()
        before = self._calendar.current
        table = calendars.parsed(named, source)
        days = changed(before, overridden(before, [table]), table.days)
        with self._database.transaction(deadline) as tx:
            running = calendars.running_behind(tx, before, min(table.days)) if days else 0
        return {"days": days, "may_move": running}

    def year(self, actor: Actor, year: int) -> JsonObject:
        """The days off of a year and the hours of offices, by the calendar in effect."""
        operators_only(actor)
        within("year", year, 2000, 2099)
        self._calendar.refresh()
        return year_of(self._calendar.current, year)

    def _in_effect(self, tables: list[JsonObject], loaded: bool) -> JsonObject:
        self._calendar.refresh()
        return {"items": tables, "loaded": loaded, "calendar": self._calendar.name}

    def count(self, actor: Actor, start: str, duration: str, office: str, roll: bool) -> JsonObject:
        """A deadline by the calendar in effect; see `told_deadline`. Raises Refused 422 for what cannot be counted."""
        operators_only(actor)
        self._calendar.refresh()
        begin, length = short("start", start, 40), short("duration", duration, 40)
        try:
            found = told_deadline(begin, length, short("office", office, 40), self._calendar.current, roll=roll)
        except ValueError as error:
            raise Refused(422, "count_invalid", fields=[_uncountable(length, office)]) from error
        return {**found, "calendar": self._calendar.name}

    # ------------------------------------------------------------- legal numbers

    def book(self, actor: Actor, key: SeriesKey, after: int, deadline: Deadline) -> JsonObject:
        """A page of a book, from the number after `after` on, also for the officials of its office."""
        if not is_official(actor, key):
            operators_only(actor)
        self._books.check(key)
        within("after", after, 0, NUMBER_MAX)
        with self._database.transaction(deadline) as tx:
            return numbers.book(tx, key, after, PAGE)

    def books(self, actor: Actor, key: SeriesKey, after: str, deadline: Deadline) -> JsonObject:
        """A page of the books of an office and year whose name is, or begins with, the one of `key`: those of a series,
        or of a kecamatan in it. Also for the officials of the office."""
        if not is_official(actor, key):
            operators_only(actor)
        self._books.check_beginning(key)
        with self._database.transaction(deadline) as tx:
            return numbers.books(tx, key, short("after", after, BOOK_MAX), PAGE)

    def gaps(self, actor: Actor, deadline: Deadline) -> JsonObject:
        """The numbers of every book that restores have passed over."""
        operators_only(actor)
        with self._database.transaction(deadline) as tx:
            return {"items": [gap.to_json() for gap in number_gaps.listed(tx)]}

    def start(self, cause: Cause, key: SeriesKey, last: int, deadline: Deadline, *, only_check: bool) -> JsonObject:
        """Let a book go on after a paper one, whose newest number is `last`; with `only_check` it is only tried."""
        operators_only(cause.actor)
        self._books.check(key, begun=False)
        within("last", last, 0, NUMBER_MAX)
        with self._database.transaction(deadline) as tx:
            if only_check:
                with tx.begin_nested() as tried:
                    found = numbers.start(tx, key, last)
                    tried.rollback()
                return found
            found = numbers.start(tx, key, last)
            audited(tx, cause, "numbers.start", {**key.columns(), "last": last})
            return found


def _uncountable(duration: str, office: str) -> FieldError:
    """Which of what was asked cannot be counted; where the other two can be read it is the beginning."""
    if office not in KINDS:
        return FieldError("office", "unknown_choice", {"choices": ", ".join(KINDS)})
    try:
        parse(duration)
    except ValueError:
        return FieldError("duration", "not_a_duration")
    return FieldError("start", "not_a_start")

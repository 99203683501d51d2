"""What an operator does to a running case service: the books of legal numbers and the tables of the calendar.

Through an endpoint of the service and not in its database from outside: so it works on an embedded mall and on a
remote one alike, under the same rules and locks as issuing, with an entry in the audit trail, and without handing
the operator a database password.
"""

from __future__ import annotations

from sqlalchemy import Connection

from mpp.cases.recording.command import read_words
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.cases.storage import calendars, number_gaps, numbers
from mpp.cases.storage.numbers import SeriesKey
from mpp.casework.access.actors import Actor
from mpp.casework.bounds import NUMBER_MAX, REASON_MAX, TABLE_MAX, TABLE_NAME_MAX
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.casework.time.deadline_answer import told_deadline
from mpp.identity.masking import mask_text
from mpp.json_values import JsonObject
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline

PAGE = 500


class Operator:
    """The operator's commands of one case service. Each raises Refused 403 for anybody else."""

    def __init__(self, host: CaseHost) -> None:
        self._runtime = host.runtime
        self._calendar = host.calendar
        self._database = host.database
        mine = [
            service_type
            for service_type in host.runtime.catalogue.with_left_out()
            if service_type.collection == host.definition.collection
        ]
        self._series = {each.series for service_type in mine for each in service_type.series}

    # ------------------------------------------------------------- the calendar

    def calendar(self, actor: Actor, deadline: Deadline) -> JsonObject:
        """The override tables in effect."""
        _operators_only(actor, "calendar")
        with self._database.transaction(deadline) as tx:
            found = calendars.listed(tx)
        return self._in_effect(found, False)

    def load_calendar(self, cause: Cause, name: str, source: str, deadline: Deadline) -> JsonObject:
        """Put an override table into effect, the text of the file; the tables then, and whether this one was new.

        The dates of running cases follow within the timer's next rounds. Raises Refused 422 for a bad table.
        """
        _operators_only(cause.actor, "calendar")
        named = _short("name", name, TABLE_NAME_MAX)
        _short("source", source, TABLE_MAX)
        with self._database.transaction(deadline) as tx:
            loaded = calendars.load(tx, named, source, cause.actor.id, cause.now)
            if loaded:
                self._audit(tx, cause, "calendar.load", {"name": named})
            found = calendars.listed(tx)
        return self._in_effect(found, loaded)

    def _in_effect(self, tables: list[JsonObject], loaded: bool) -> JsonObject:
        self._calendar.refresh()
        return {"items": tables, "loaded": loaded, "calendar": self._calendar.name}

    def count(self, actor: Actor, start: str, duration: str, office: str, roll: bool) -> JsonObject:
        """A deadline by the calendar in effect; see `told_deadline`. Raises Refused 422 for what cannot be counted."""
        _operators_only(actor, "calendar")
        self._calendar.refresh()
        begin, length = _short("start", start, 40), _short("duration", duration, 40)
        try:
            found = told_deadline(begin, length, _short("office", office, 40), self._calendar.current, roll=roll)
        except ValueError as error:
            raise Refused(422, "count_invalid", params={"reason": str(error)}) from error
        return {**found, "calendar": self._calendar.name}

    # ------------------------------------------------------------- legal numbers

    def book(self, actor: Actor, key: SeriesKey, after: int, deadline: Deadline) -> JsonObject:
        """A page of a book, from the number after `after` on."""
        _operators_only(actor, "numbers")
        self._check(key)
        _within("after", after, 0, NUMBER_MAX)
        with self._database.transaction(deadline) as tx:
            return numbers.book(tx, key, after, PAGE)

    def gaps(self, actor: Actor, deadline: Deadline) -> JsonObject:
        """The numbers of every book that restores have passed over."""
        _operators_only(actor, "numbers")
        with self._database.transaction(deadline) as tx:
            return {"items": [gap.to_json() for gap in number_gaps.listed(tx)]}

    def start(self, cause: Cause, key: SeriesKey, last: int, deadline: Deadline, *, only_check: bool) -> JsonObject:
        """Let a book go on after a paper one, whose newest number is `last`; with `only_check` it is only tried."""
        _operators_only(cause.actor, "numbers")
        self._check(key)
        _within("last", last, 0, NUMBER_MAX)
        with self._database.transaction(deadline) as tx:
            if only_check:
                with tx.begin_nested() as tried:
                    found = numbers.start(tx, key, last)
                    tried.rollback()
                return found
            found = numbers.start(tx, key, last)
            self._audit(tx, cause, "numbers.start", {**key.columns(), "last": last})
            return found

    def void(self, cause: Cause, key: SeriesKey, seq: int, reason: str, deadline: Deadline) -> JsonObject:
        """Void a number: it stays in its book with the reason, and is never given again."""
        _operators_only(cause.actor, "numbers")
        self._check(key)
        _within("seq", seq, 1, NUMBER_MAX)
        why = mask_text(read_words("reason", reason, REASON_MAX) or "")
        with self._database.transaction(deadline) as tx:
            found = numbers.void(tx, key, seq, why, cause.actor.id, cause.now)
            self._audit(tx, cause, "numbers.void", {**key.columns(), "seq": seq, "reason": why})
            return found

    def _check(self, key: SeriesKey) -> None:
        """Raises Refused 422 for a book that cannot be."""
        this_year = self._runtime.clock.now().astimezone(self._calendar.current.zone).year
        _within("year", key.year, 2000, this_year + 1)
        errors = []
        if key.office not in self._runtime.offices:
            errors.append(FieldError("office", "unknown_office"))
        if key.series not in self._series:
            errors.append(FieldError("series", "unknown_series"))
        if errors:
            raise invalid(*errors)

    def _audit(self, tx: Connection, cause: Cause, action: str, details: JsonObject) -> None:
        trail.record(
            tx,
            at=cause.now,
            actor=cause.actor,
            office=cause.actor.office_for("operator"),
            action=action,
            details=details,
            correlation_id=cause.correlation_id,
        )


def _operators_only(actor: Actor, action: str) -> None:
    if not actor.has_role("operator"):
        raise Refused(403, "role_may_not", params={"action": action})


def _short(field: str, text: str, longest: int) -> str:
    """The text without blanks around it. Raises Refused 422 for one that is too long."""
    if len(text) > longest:
        raise invalid(FieldError(field, "too_long", {"max": longest}))
    return text.strip()


def _within(field: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise invalid(FieldError(field, "out_of_range", {"min": low, "max": high}))

"""What an operator does to a running case service: the books of legal numbers and the tables of the calendar.

Through an endpoint of the service and not in its database from outside: so it works on an embedded mall and on a
remote one alike, under the same rules and locks as issuing, with an entry in the audit trail, and without handing
the operator a database password.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import calendars, numbers
from mpp.cases.storage.numbers import SeriesKey
from mpp.casework.access.actors import Actor
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.casework.time.deadline_answer import told_deadline
from mpp.identity.masking import mask_text
from mpp.json_values import JsonObject
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline

PAGE = 500
REASON_MAX = 500
_MOST = 9_999_999


class Operator:
    """The operator's commands of one case service. Each raises Refused 403 for anybody else."""

    def __init__(self, host: CaseHost) -> None:
        self._runtime = host.runtime
        self._calendar = host.calendar
        self._database = host.database
        mine = [
            service_type
            for service_type in host.runtime.catalogue
            if service_type.collection == host.definition.collection
        ]
        self._series = {service_type.number.series for service_type in mine if service_type.number is not None}

    # ------------------------------------------------------------- the calendar

    def calendar(self, actor: Actor, op: str, body: JsonObject, correlation_id: str, deadline: Deadline) -> JsonObject:
        """`list` the override tables in effect, or `load` one: `{"name", "source"}`, the text of the file. Or `count`
        a deadline by the calendar in effect: `{"start", "duration", "office", "roll"}`.

        The dates of running cases follow within the timer's next rounds.
        """
        _operators_only(actor, "calendar")
        if op == "count":
            return self._count(body)
        with self._database.transaction(deadline) as tx:
            loaded = False
            if op == "load":
                name, source = _text(body, "name", 200), _text(body, "source", calendars.SOURCE_MAX)
                loaded = calendars.load(tx, name, source, actor.id, self._runtime.clock.now())
                if loaded:
                    self._audit(tx, actor, "calendar.load", {"name": name}, correlation_id)
            found = calendars.listed(tx)
        self._calendar.refresh()
        return {"items": found, "loaded": loaded, "calendar": self._calendar.name}

    def _count(self, body: JsonObject) -> JsonObject:
        self._calendar.refresh()
        start, duration, office = (_text(body, name, 40) for name in ("start", "duration", "office"))
        try:
            found = told_deadline(start, duration, office, self._calendar.current, roll=body.get("roll") is True)
        except (ValueError, OverflowError) as error:
            raise Refused(422, "count_invalid", params={"reason": str(error)}) from error
        return found | {"calendar": self._calendar.name}

    # ------------------------------------------------------------- legal numbers

    def numbers(self, actor: Actor, op: str, body: JsonObject, correlation_id: str, deadline: Deadline) -> JsonObject:
        """`list` a book, `start` it after a paper one (`last`), or `void` a number (`seq`, `reason`).

        Every book is named by `{"office", "series", "year"}`. With `check` a start is only tried.
        """
        _operators_only(actor, "numbers")
        key = self._key(body)
        run: dict[str, Callable[[Connection], JsonObject]] = {
            "list": lambda tx: numbers.book(tx, key, _whole(body, "after", 0, _MOST, 0), PAGE),
            "start": lambda tx: self._start(tx, key, actor, body, correlation_id),
            "void": lambda tx: self._void(tx, key, actor, body, correlation_id),
        }
        if op not in run:
            raise invalid(FieldError("op", "unknown_choice"))
        with self._database.transaction(deadline) as tx:
            return run[op](tx)

    def _start(self, tx: Connection, key: SeriesKey, actor: Actor, body: JsonObject, correlation_id: str) -> JsonObject:
        last = _whole(body, "last", 0, _MOST)
        if body.get("check"):
            with tx.begin_nested() as tried:
                found = numbers.start(tx, key, last)
                tried.rollback()
            return found
        found = numbers.start(tx, key, last)
        self._audit(tx, actor, "numbers.start", {**key.columns(), "last": last}, correlation_id)
        return found

    def _void(self, tx: Connection, key: SeriesKey, actor: Actor, body: JsonObject, correlation_id: str) -> JsonObject:
        seq, reason = _whole(body, "seq", 1, _MOST), mask_text(_text(body, "reason", REASON_MAX))
        found = numbers.void(tx, key, seq, reason, actor.id, self._runtime.clock.now())
        self._audit(tx, actor, "numbers.void", {**key.columns(), "seq": seq, "reason": reason}, correlation_id)
        return found

    def _key(self, body: JsonObject) -> SeriesKey:
        office, series = _text(body, "office", 64), _text(body, "series", 64)
        this_year = self._runtime.clock.now().astimezone(self._calendar.current.zone).year
        year = _whole(body, "year", 2000, this_year + 1)
        errors = []
        if office not in self._runtime.offices:
            errors.append(FieldError("office", "unknown_office"))
        if series not in self._series:
            errors.append(FieldError("series", "unknown_series"))
        if errors:
            raise invalid(*errors)
        return SeriesKey(office, series, year)

    def _audit(self, tx: Connection, actor: Actor, action: str, details: JsonObject, correlation_id: str) -> None:
        trail.record(
            tx,
            at=self._runtime.clock.now(),
            actor=actor,
            office=actor.office_for("operator"),
            action=action,
            details=details,
            correlation_id=correlation_id,
        )


def _operators_only(actor: Actor, action: str) -> None:
    if not actor.has_role("operator"):
        raise Refused(403, "role_may_not", params={"action": action})


def _text(body: JsonObject, name: str, longest: int) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise invalid(FieldError(name, "required"))
    if len(value) > longest:
        raise invalid(FieldError(name, "too_long", {"max": longest}))
    return value.strip() if name != "source" else value


def _whole(body: JsonObject, name: str, low: int, high: int, default: int | None = None) -> int:
    value = body.get(name, default)
    if value is None:
        raise invalid(FieldError(name, "required"))
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid(FieldError(name, "not_an_integer"))
    if not low <= value <= high:
        raise invalid(FieldError(name, "out_of_range", {"min": low, "max": high}))
    return value

"""Voiding a number of a book: who runs the machines asks for it, who answers for the office's documents confirms it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from mpp.cases.commands.books import OFFICIALS, OPERATOR, Books, audited, is_official, operators_only, within
from mpp.cases.papers import rows as paper_rows
from mpp.cases.recording.command import read_words
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.cases.storage import voids
from mpp.cases.storage.numbers import SeriesKey
from mpp.cases.storage.voids import Issued
from mpp.casework.access.actors import Actor
from mpp.casework.bounds import NUMBER_MAX, REASON_MAX
from mpp.casework.refusals import Refused, wrong_role
from mpp.identity.masking import mask_text
from mpp.json_values import JsonObject
from mpp.persistence.deadline import Deadline

MOST = 500  # what is listed of what waits


class Voiding:
    """The numbers of one case service that are, or are to be, void."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host
        self._books = Books(host)

    def ask(self, cause: Cause, key: SeriesKey, seq: int, reason: str, deadline: Deadline) -> JsonObject:
        """An operator asks to void a number; the line of the book, with what waits for an official.

        Raises Refused 404 for a number that was not given, 409 for one whose document is in force, which is void, or
        for which this was asked before.
        """
        operators_only(cause.actor)
        why = mask_text(read_words("reason", reason, REASON_MAX) or "")

        def do(tx: Connection, issued: Issued) -> JsonObject:
            self._refuse_in_force(tx, issued, cause)
            return voids.ask(tx, key, issued, why, cause.actor.id, cause.now)

        return self._write(cause, key, seq, "numbers.void_asked", {"reason": why}, deadline, do)

    def confirm(self, cause: Cause, key: SeriesKey, seq: int, deadline: Deadline) -> JsonObject:
        """An official of the office confirms: it stays in its book with the reason, and is never given again.

        Raises Refused 403 for who is no official there, and for who asked.
        """
        _officials_only(cause.actor, key)

        def do(tx: Connection, issued: Issued) -> JsonObject:
            if issued.asked_by == cause.actor.id:
                raise Refused(403, "second_person")
            self._refuse_in_force(tx, issued, cause)
            return voids.confirm(tx, key, issued, cause.actor.id, cause.now)

        return self._write(cause, key, seq, "numbers.void", {}, deadline, do)

    def refuse(self, cause: Cause, key: SeriesKey, seq: int, deadline: Deadline) -> JsonObject:
        """An official of the office refuses it, or an operator takes it back: the number stays as it is."""
        if not cause.actor.has_role(OPERATOR):
            _officials_only(cause.actor, key)

        def do(tx: Connection, issued: Issued) -> JsonObject:
            return voids.refuse(tx, key, issued)

        return self._write(cause, key, seq, "numbers.void_refused", {}, deadline, do)

    def waiting(self, actor: Actor, deadline: Deadline) -> JsonObject:
        """What waits for an official: all of it for an operator, what is of the own offices for an official."""
        offices = None
        if not actor.has_role(OPERATOR):
            offices = frozenset(each.office for each in actor.assignments if each.role in OFFICIALS)
            if not offices:
                raise wrong_role(OFFICIALS)
        with self._host.database.transaction(deadline) as tx:
            return {"items": list(voids.waiting(tx, offices, MOST))}

    def _write(
        self,
        cause: Cause,
        key: SeriesKey,
        seq: int,
        action: str,
        details: JsonObject,
        deadline: Deadline,
        do: Callable[[Connection, Issued], JsonObject],
    ) -> JsonObject:
        self._books.check(key)
        within("seq", seq, 1, NUMBER_MAX)
        with self._host.database.transaction(deadline) as tx:
            found = do(tx, voids.lock(tx, key, seq))
            audited(tx, cause, action, {**key.columns(), "seq": seq, **details})
            return found

    def _refuse_in_force(self, tx: Connection, issued: Issued, cause: Cause) -> None:
        if paper_rows.being_signed(tx, issued.number):  # it is given up with its paper
            raise Refused(409, "number_in_force", params={"number": issued.number})
        held = self._host.hooks.in_force(tx, issued.number, self._host.today(cause.now))
        if voids.in_force_by_itself(tx, issued) if held is None else held:
            raise Refused(409, "number_in_force", params={"number": issued.number})


def _officials_only(actor: Actor, key: SeriesKey) -> None:
    if not actor.has_role(*OFFICIALS):
        raise wrong_role(OFFICIALS)
    if not is_official(actor, key):
        raise Refused(403, "office_may_not", params={"action": "void", "office": key.office})

"""Many people try many things on one case, which is read once; nothing of it is kept.

The desk's own commands decide, from the visibility of the case to the last statement before the commit. Left out is
what is the same for everybody: HTTP, the token, the key of idempotency and reading the case again. A refusal is then
as cheap as the rule that makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from unittest import mock

from sqlalchemy import Connection, event

from mpp.cases.commands.acting import Asked
from mpp.cases.interface.answers import CaseInterface
from mpp.cases.reading.presenter import Presenter
from mpp.cases.recording.case_warnings import timeline_of
from mpp.cases.recording.command import visible
from mpp.cases.recording.command import who as prove
from mpp.cases.recording.work import Cause
from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.refusals import Refused
from mpp.clock import new_id

Who = tuple[str, str]  # office, role


class Trial:
    """One case at one desk."""

    def __init__(self, desk: CaseInterface, tx: Connection, record: Record) -> None:
        self._desk = desk
        self._tx = tx
        self._record = record
        self._asked = True
        tx.exec_driver_sql("SAVEPOINT trial")
        event.listen(tx, "before_cursor_execute", self._remember)
        self._asked = False

    def act(self, who: Who | None, action: str, data: dict[str, Any], secret: str | None = None) -> int:
        """The status that the command would be answered with."""
        case, host = self._record.case, self._desk.host
        colleague = [Assignment(each.office, each.role) for each in case.open_tasks]  # of who is given a task
        asked = Asked(action, case.version, "catatan", data, colleague=colleague)
        status = 200
        try:
            actor = prove(self._tx, host.secrets, actor_of(who), secret, case.id)
            self._desk.acting.take(self._tx, Cause(actor, host.clock.now(), new_id()), case.id, asked)
        except Refused as refused:
            status = refused.status
        waiting = self._tx.info.pop("behind", None)
        if self._asked or waiting:
            self._tx.exec_driver_sql("ROLLBACK TO SAVEPOINT trial")
            self._asked = False
        return status

    def _remember(self, *_: Any) -> None:
        self._asked = True

    def offers(self, who: Who) -> set[str] | None:
        """The actions that are shown to this person; None where the case is not visible."""
        host = self._desk.host
        try:
            actor = prove(self._tx, host.secrets, actor_of(who), None, self._record.case.id)
            record = visible(self._record, actor, host.offices)
        except Refused:
            return None
        kind = host.service_type_of(self._tx, record.case)
        return {a["action"] for a in Presenter(host).actions(kind, record, timeline_of(self._tx, record), actor)}


class _Over(Exception):
    """Ends the transaction of a trial."""


@contextmanager
def trial(desk: CaseInterface, case_id: str) -> Iterator[Trial]:
    """A trial of this case, in one transaction that is rolled back."""
    database = desk.runtime.databases[desk.definition.name]
    with suppress(_Over), ExitStack() as stack:
        tx = stack.enter_context(database.transaction())
        record = case_rows.find_whole(tx, case_id)
        assert record is not None
        for name in ("find", "find_whole"):
            stack.enter_context(mock.patch.object(case_rows, name, _known(record, getattr(case_rows, name))))
        yield Trial(desk, tx, record)
        raise _Over


def _known(record: Record, read: Callable[..., Record | None]) -> Callable[..., Record | None]:
    """Reading a case, where the one on trial need not be read again."""

    def find(tx: Connection, id_: str | None = None, **more: Any) -> Record | None:
        return record if id_ == record.case.id else read(tx, id_=id_, **more)

    return find


def actor_of(who: Who | None) -> Actor | None:
    """A person with one role at one office; None: an applicant."""
    return None if who is None else Actor(f"petugas.{who[1]}", (Assignment(*who),))

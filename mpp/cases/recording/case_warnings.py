"""What looks like a mistake in an open case, and what was answered to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from mpp.cases.recording.work import Work
from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.casework.case.case import Entry
from mpp.casework.case.changes import WarningAnswered
from mpp.casework.refusals import invalid
from mpp.casework.rules import answers
from mpp.casework.rules.service_type import Action
from mpp.json_values import Json


def answered(work: Work, action: Action, sent: Json) -> tuple[Work, Sequence[WarningAnswered]]:
    """The answers that come with an action, which the actor may take, and the work with what was found to look at.

    Raises Refused 422 for an answer that cannot stand, and for each warning that the actor has not answered, now or
    before, where the action needs that.
    """
    asks = answers.asks(action, work.actor)
    if not asks and sent is None:
        return work, ()
    warnings = work.host.hooks.warnings(work.tx, work.host, work.record)
    found, errors = answers.read(sent, warnings)
    if asks and warnings:
        given = answers.given(timeline_of(work.tx, work.record))
        mine = [each.warning for entry, each in given if entry.actor == work.actor.id]
        errors += answers.unanswered(warnings, [*mine, *(each.warning for each in found)])
    if errors:
        raise invalid(*errors)
    return replace(work, warnings=warnings), found


def timeline_of(tx: Connection, record: Record) -> Sequence[Entry]:
    """The timeline of the case, read where the record came without."""
    return record.timeline if record.timeline is not None else case_rows.entries(tx, record.case.id)

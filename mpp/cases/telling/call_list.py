"""The counter's call list: who could not be written to, with what to say; ticked off when somebody has called.

Every reading is on record: who read it, and of which cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mpp.cases.recording import once
from mpp.cases.recording.command import Command, Outcome
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.cases.telling.addressees import addressee_of
from mpp.cases.telling.references import read_reference
from mpp.casework.access.actors import Actor
from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import FieldError, Refused, invalid, not_found, wrong_role
from mpp.casework.rules.moments import MOMENTS
from mpp.json_values import JsonObject, iso, optional_mapping, optional_text
from mpp.messages import rows, settling
from mpp.messages.book import LANGUAGES, SMS
from mpp.messages.filling import fill
from mpp.messages.post import DO_NOT_CONTACT, Post
from mpp.messages.rows import Message
from mpp.messages.table import CALL_LIST, NOT_REACHED, REACHED
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline

ROLES = ("clerk", "supervisor")
RESULTS = (REACHED, NOT_REACHED)


@dataclass(frozen=True)
class Place:
    """Where a page ends: the moment at which its last line came onto the list, and its id."""

    since: datetime
    id: str


class CallList:
    """The list of one case service."""

    def __init__(self, host: CaseHost, post: Post) -> None:
        self._host = host
        self._post = post

    def read(
        self, actor: Actor, office: str | None, after: Place | None, limit: int, deadline: Deadline, correlation_id: str
    ) -> list[JsonObject]:
        """The lines of the offices at which the actor may call, oldest first. Whoever has died, or does not want to be
        told any more, is taken off. Raises Refused 403, and 404 for another office."""
        offices = offices_of(actor, self._host.offices, office)
        now = self._host.clock.now()
        with self._host.database.transaction(deadline) as tx:
            found = rows.call_list(tx, offices, None if after is None else (after.since, after.id), limit)
            lines = [line for each in found if (line := self._line(tx, each, actor, now)) is not None]
            trail.record(
                tx,
                at=now,
                actor=actor,
                office=office or actor.office_for(*ROLES),
                action="call_list",
                details={"cases": [each.case_id for each in found]},
                correlation_id=correlation_id,
            )
        return lines

    def tick(self, command: Command, reference: str) -> Outcome:
        """200: somebody has called; `result` is `reached` or `not_reached`.

        Raises Refused: 403, 404 for a message of another office, 409 `not_on_call_list`, 422 for the result.
        """
        message_id = read_reference(reference)

        def do(tx: Connection, cause: Cause) -> JsonObject:
            message = rows.locked(tx, message_id)
            if message is None:
                raise not_found()
            offices_of(cause.actor, self._host.offices, message.office)
            result = command.body.get("result")
            if result not in RESULTS:
                raise invalid(FieldError("result", "unknown_choice", {"choices": ", ".join(RESULTS)}))
            if message.state != CALL_LIST:
                raise Refused(409, "not_on_call_list")
            rows.change(tx, message.id, state=str(result), ticked_at=cause.now, ticked_by=cause.actor.id)
            trail.record(
                tx,
                at=cause.now,
                actor=cause.actor,
                office=cause.actor.office_for(*ROLES),
                action="called",
                case_id=message.case_id,
                details={"message": message.id, "result": str(result)},
                correlation_id=cause.correlation_id,
                chained=False,
            )
            return {"id": reference, "state": str(result), "ticked_at": iso(cause.now)}

        return once.by_clerk(self._host, command, 200, do)

    def _line(self, tx: Connection, message: Message, actor: Actor, now: datetime) -> JsonObject | None:
        """What the counter needs to call; None for whom nobody is to call."""
        record, addressee = case_rows.find(tx, id_=message.case_id), addressee_of(tx, message.case_id)
        why = "nobody" if addressee is None else addressee.withheld
        if why is None and addressee is not None and rows.preference(tx, addressee.holder).do_not_contact:
            why = DO_NOT_CONTACT
        if record is None or addressee is None or why is not None:
            self._take_off(tx, message, why or "nobody", now)
            return None
        said = self._post.book.texts.get(message.moment)
        link = self._post.link(record.tracking_code)
        say: dict[str, str] = {
            language: fill(said, SMS, language, record.tracking_code, link, message.facts).text
            for language in LANGUAGES
            if said is not None
        }
        return {
            "id": f"{self._post.letter}{message.id}",
            "case": record.case.id,
            "collection": self._host.definition.collection,
            "tracking_code": record.tracking_code,
            "moment": message.moment,
            "moment_label": dict(MOMENTS[message.moment]),
            "say": say,
            "reason": message.reason,
            "office": message.office,
            "office_name": self._host.offices.name_of(message.office),
            "since": iso(message.on_call_list_at),
            **self._whom(record, actor),
        }

    def _take_off(self, tx: Connection, message: Message, why: str, now: datetime) -> None:
        found = rows.locked(tx, message.id)
        if found is not None and found.state == CALL_LIST:
            settling.withhold(self._post, tx, found, why, now)

    def _whom(self, record: Record, actor: Actor) -> JsonObject:
        if record.applicant is None or self._host.hooks.hide_applicant(record, actor):
            return {"name": None, "phone": None, "email": None, "proxy_name": None, "proxy_phone": None}
        reached = optional_mapping(record.applicant, "contact") or record.applicant
        proxy = record.proxy or {}
        return {
            "name": optional_text(reached, "name"),
            "phone": optional_text(reached, "phone"),
            "email": optional_text(reached, "email"),
            "proxy_name": optional_text(proxy, "name"),
            "proxy_phone": optional_text(proxy, "phone"),
        }


def offices_of(actor: Actor, tree: OfficeTree, wanted: str | None) -> Sequence[str]:
    """The offices for which the actor calls: the own ones of a clerk, and a supervisor's with all below them; or the
    wanted one. Raises Refused 403 for any other role, 404 for another office."""
    if not actor.has_role(*ROLES):
        raise wrong_role(ROLES)
    found: set[str] = set()
    for assignment in actor.assignments:
        if assignment.role == "clerk":
            found.add(assignment.office)
        elif assignment.role == "supervisor":
            found |= tree.subtree(assignment.office)
    if wanted is None:
        return sorted(found)
    if wanted not in found:
        raise not_found()
    return [wanted]

"""Documents of a case: handing one in against a requirement, taking one out, showing them, and who read which.

The content stays with the gateway; here are its hash, size, type and name. The gateway asks first (`check`), then
receives and stores the content, then tells (`attach`), so that no row is ever written for content that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, union

from mpp.cases.reading.presenter import Presenter
from mpp.cases.recording import once, recorder
from mpp.cases.recording.command import Command, Outcome, check_version, read_id, visible, who
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause, Work, work_on
from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.document_rows import list_of
from mpp.cases.storage.paper_table import papers
from mpp.cases.storage.tables import documents
from mpp.casework.access.actors import Actor
from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.case.case import Entry
from mpp.casework.case.document import Document
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.casework.rules import attachments
from mpp.clock import new_id
from mpp.files.kinds import EXTENSIONS
from mpp.files.names import is_clean
from mpp.json_values import Json, JsonObject, optional_whole
from mpp.persistence import idempotency
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline

MOST_PER_CASE = 50
MOST_ASKED = 500
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Content:
    """What the gateway says of a content that it has stored."""

    requirement: str
    name: str
    media: str
    size: int
    sha256: str

    @classmethod
    def read(cls, body: JsonObject) -> Content:
        """Raises Refused 422 for what the gateway itself would never send."""
        requirement, name, media, size, sha256 = (
            body.get(n) for n in ("requirement", "name", "type", "size", "sha256")
        )
        if not isinstance(requirement, str):
            raise invalid(FieldError("requirement", "required"))
        if media not in EXTENSIONS or not isinstance(media, str):
            raise invalid(FieldError("type", "unknown_choice", {"choices": ", ".join(EXTENSIONS)}))
        if not isinstance(name, str) or not is_clean(name, media):
            raise invalid(FieldError("name", "malformed"))
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise invalid(FieldError("size", "malformed"))
        if not isinstance(sha256, str) or not _HASH.fullmatch(sha256):
            raise invalid(FieldError("sha256", "malformed"))
        return cls(requirement, name, media, size, sha256)


@dataclass(frozen=True)
class Place:
    """The case that would take a document, and whether anybody will see what is handed in there."""

    case: str
    public: bool


class Attachments:
    """The documents of the cases of one case service."""

    def __init__(self, host: CaseHost, presenter: Presenter) -> None:
        self._host = host
        self._presenter = presenter

    # ----------------------------------------------------------------- attach

    def check(self, command: Command, case_id: str) -> Place:
        """Where it would be taken, before anybody sends ten megabytes. Raises what `attach` would.

        A command whose key is known passes: its answer will be replayed. `size`, where the gateway says it, is what
        the sender declares.
        """
        with self._host.database.transaction(command.deadline) as tx:
            actor, record = self._seen(tx, command.actor, command.secret, case_id)
            service_type = self._host.service_type_of(tx, record.case)
            requirement = str(command.body.get("requirement"))
            place = Place(record.case.id, attachments.is_public(service_type, requirement))
            if idempotency.known(tx, once.scope_of(command, actor)):
                return place
            check_version(command.if_match, record.case.version)
            attachments.authorise(service_type, record.case, actor)
            attachments.check_requirement(service_type, requirement)
            self._has_room(list_of(tx, record.case.id), optional_whole(command.body, "size") or 0)
            return place

    def attach(self, command: Command, case_id: str) -> Outcome:
        """A stored content becomes a document of the case. 201 with the case and the `document`."""
        content = Content.read(command.body)

        def do(tx: Connection, cause: Cause, id_: str) -> JsonObject:
            return self._attach(self._locked(tx, cause, id_, command), content)

        return once.on_case(self._host, command, case_id, 201, do)

    def _attach(self, work: Work, content: Content) -> JsonObject:
        case_id, document = work.case.id, new_id()
        entry = attachments.attach(
            work.service_type,
            work.case,
            work.actor,
            content.requirement,
            document=document,
            sha256=content.sha256,
            now=work.now,
        )
        there = list_of(work.tx, case_id)
        if any((d.requirement, d.sha256) == (content.requirement, content.sha256) for d in there):
            raise Refused(409, "document_there")
        self._has_room(there, content.size)
        row = {
            "id": document,
            "case_id": case_id,
            "requirement": content.requirement,
            "sha256": content.sha256,
            "name": content.name,
            "media_type": content.media,
            "size": content.size,
            "uploaded_at": work.now,
            "uploaded_by": work.actor.id,
        }
        work.tx.execute(insert(documents).values(row))
        body = self._recorded(work, entry)
        return {**body, "document": next(d.to_json() for d in list_of(work.tx, case_id) if d.id == document)}

    def _has_room(self, there: Sequence[Document], size: int) -> None:
        """Whether the case may hold one more of this size. Raises Refused 409."""
        if len(there) >= MOST_PER_CASE:
            raise Refused(409, "too_many_documents", params={"max": MOST_PER_CASE})
        most = self._host.runtime.settings.case_max_bytes
        if size + sum(d.size for d in there) > most:
            raise Refused(409, "case_full", params={"max": most // 2**20})

    # ----------------------------------------------------------------- detach

    def detach(self, command: Command, case_id: str, document_id: str) -> Outcome:
        """A document that was handed in by mistake is taken out. 200 with the case without it.

        By who may hand one in, and while papers are taken. That it was there, who took it out and why (`note`, of
        staff) stays on record, its content is swept by the gateway. Raises Refused as `attach`; 404 for a document
        that the case does not have.
        """

        def do(tx: Connection, cause: Cause, id_: str) -> JsonObject:
            record = visible(case_rows.find(tx, id_=id_, lock=True), cause.actor, self._host.offices)
            there = list_of(tx, id_)
            found = _wanted(there, document_id)
            check_version(command.if_match, record.case.version)
            return self._detach(work_on(self._host, tx, record, cause), there, found, _reason(command))

        return once.on_case(self._host, command, case_id, 200, do)

    def _detach(self, work: Work, there: Sequence[Document], found: Document, note: str | None) -> JsonObject:
        requirement, document = found.requirement, found.id
        others = any(d.requirement == requirement and d.id != document for d in there)
        left = others or attachments.ticked_otherwise(case_rows.entries(work.tx, work.case.id), requirement)
        entry = attachments.detach(
            work.service_type, work.case, work.actor, requirement, document=document, left=left, note=note, now=work.now
        )
        work.tx.execute(delete(documents).where(documents.c.id == document))
        return {**self._recorded(work, entry), "document": found.to_json()}

    def check_detach(self, command: Command, case_id: str, document_id: str) -> str | None:
        """The hash of the content that `detach` would let go, for the gateway; None where it was done under this key.
        Raises what `detach` would."""
        with self._host.database.transaction(command.deadline) as tx:
            actor, record = self._seen(tx, command.actor, command.secret, case_id)
            if idempotency.known(tx, once.scope_of(command, actor)):
                return None
            found = _wanted(list_of(tx, record.case.id), document_id)
            check_version(command.if_match, record.case.version)
            service_type = self._host.service_type_of(tx, record.case)
            attachments.may_take_out(service_type, record.case, actor, _reason(command))
            return found.sha256

    # ------------------------------------------------------------------- read

    def read(
        self,
        actor: Actor | None,
        secret: str | None,
        case_id: str,
        document_id: str,
        deadline: Deadline,
        correlation_id: str,
    ) -> Document:
        """What is needed to hand a document out, to whom the case is visible; the audit trail says who read it."""
        with self._host.database.transaction(deadline) as tx:
            reader, record = self._seen(tx, actor, secret, case_id)
            found = _wanted(list_of(tx, record.case.id), document_id)
            trail.record(
                tx,
                at=self._host.clock.now(),
                actor=reader,
                office=reader.office_for(*CASE_ROLES),
                action="read_document",
                case_id=record.case.id,
                details={"document": found.id, "requirement": found.requirement, "sha256": found.sha256},
                correlation_id=correlation_id,
                chained=False,  # it changes nothing, and so takes no lock of the case
            )
            return found

    def known(self, hashes: Sequence[Json], deadline: Deadline) -> list[str]:
        """Which of these contents some case here refers to: its documents, and its papers."""
        wanted = [h for h in hashes[:MOST_ASKED] if isinstance(h, str) and _HASH.fullmatch(h)]
        if len(wanted) != len(hashes):
            raise invalid(FieldError("hashes", "malformed"))
        with self._host.database.transaction(deadline) as tx:
            found = [select(each.c.sha256).where(each.c.sha256.in_(wanted)) for each in (documents, papers)]
            return sorted(tx.execute(union(*found)).scalars())

    # ---------------------------------------------------------------- helpers

    def _seen(self, tx: Connection, actor: Actor | None, secret: str | None, case_id: str) -> tuple[Actor, Record]:
        id_ = case_rows.find_id(tx, case_id)
        reader = who(tx, self._host.secrets, actor, secret, id_)
        return reader, visible(case_rows.find(tx, id_=id_), reader, self._host.offices)

    def _locked(self, tx: Connection, cause: Cause, id_: str, command: Command) -> Work:
        record = visible(case_rows.find(tx, id_=id_, lock=True), cause.actor, self._host.offices)
        check_version(command.if_match, record.case.version)
        return work_on(self._host, tx, record, cause)

    def _recorded(self, work: Work, entry: Entry) -> JsonObject:
        after = recorder.record(work, entry, "updated")
        return self._presenter.full(after.tx, after.service_type, after.record, after.actor)


def _reason(command: Command) -> str | None:
    note = command.body.get("note")
    return note.strip() or None if isinstance(note, str) else None


def _wanted(there: Sequence[Document], document_id: str) -> Document:
    """The document of this id among those of a case. Raises Refused 404."""
    wanted = read_id(document_id)
    found = next((d for d in there if d.id == wanted), None)
    if found is None:
        raise not_found()
    return found

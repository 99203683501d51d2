"""Documents of a case: handing one in against a requirement, taking one out, showing them, and who read which.

The content stays with the gateway; here are its hash, size, type and name. The gateway asks first (`check`), then
receives and stores the content, then tells (`attach`), so that no row is ever written for content that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from mpp.cases.commands.commands import Answer, Command, check_version, find_id, once, scope_of
from mpp.cases.reading.presenter import Presenter
from mpp.cases.recording.hooks import Hooks
from mpp.cases.recording.recorder import CaseWriter, Doing
from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.document_rows import list_of
from mpp.cases.storage.tables import documents
from mpp.casework.access.actors import Actor, applicant_of
from mpp.casework.access.jurisdiction import CASE_ROLES, sight_of
from mpp.casework.codes import tracking
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.casework.rules import attachments
from mpp.casework.rules.service_type import ServiceType
from mpp.clock import new_id
from mpp.crashpoints import reach
from mpp.files.kinds import EXTENSIONS
from mpp.files.names import is_clean
from mpp.hosting.definition import ServiceDefinition
from mpp.hosting.runtime import Runtime
from mpp.persistence import idempotency
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline

MOST_PER_CASE = 50
MOST_ASKED = 500
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Paper:
    """What the gateway says of a content that it has stored."""

    requirement: str
    name: str
    media: str
    size: int
    sha256: str

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Paper:
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


class CaseDocuments:
    """The documents of one case service."""

    def __init__(self, definition: ServiceDefinition, runtime: Runtime, hooks: Hooks, writer: CaseWriter) -> None:
        self._runtime = runtime
        self._writer = writer
        self._database = runtime.databases[definition.name]
        self._presenter = Presenter(definition, runtime, hooks)

    # ----------------------------------------------------------------- attach

    def check(self, command: Command, case_id: str) -> None:
        """Whether `attach` would take it, before anybody sends ten megabytes. Raises what `attach` would.

        A command whose key is known passes: its answer will be replayed.
        """
        with self._database.transaction(command.deadline) as tx:
            actor, id_ = self._who(tx, command, case_id)
            record = self._visible(tx, actor, id_)
            if idempotency.known(tx, scope_of(command, actor)):
                return
            check_version(command, record)
            kind = self._kind(tx, record)
            attachments.authorise(kind, record.case, actor)
            attachments.check_requirement(kind, str(command.body.get("requirement")))

    def attach(self, command: Command, case_id: str) -> Answer:
        """A stored content becomes a document of the case. 201 with the case and the `document`."""
        now = self._runtime.clock.now()
        paper = Paper.read(command.body)
        with self._database.transaction(command.deadline) as tx:
            actor, id_ = self._who(tx, command, case_id)
            doing = Doing(actor, now, command.correlation_id)
            answer = once(tx, command, actor, 201, now, lambda: self._attach(tx, command, id_, paper, doing))
        reach("command.after_commit")
        return answer

    def _attach(self, tx: Connection, command: Command, id_: str, paper: Paper, doing: Doing) -> dict[str, Any]:
        record = self._visible(tx, doing.actor, id_, lock=True)
        check_version(command, record)
        kind = self._kind(tx, record)
        document = new_id()
        entry = attachments.attach(
            kind, record.case, doing.actor, paper.requirement, document=document, sha256=paper.sha256, now=doing.now
        )
        there = list_of(tx, id_)
        if any((d["requirement"], d["sha256"]) == (paper.requirement, paper.sha256) for d in there):
            raise Refused(409, "document_there")
        if len(there) >= MOST_PER_CASE:
            raise Refused(409, "too_many_documents", params={"max": MOST_PER_CASE})
        row = {
            "id": document,
            "case_id": id_,
            "requirement": paper.requirement,
            "sha256": paper.sha256,
            "name": paper.name,
            "media_type": paper.media,
            "size": paper.size,
            "uploaded_at": doing.now,
            "uploaded_by": doing.actor.id,
        }
        tx.execute(insert(documents).values(row))
        after = self._writer.write(tx, kind, record, entry, "updated", doing)
        body = self._presenter.full(tx, kind, after, case_rows.entries(tx, id_), doing.actor)
        return {**body, "document": next(d for d in list_of(tx, id_) if d["id"] == document)}

    # ----------------------------------------------------------------- detach

    def detach(self, command: Command, case_id: str, document_id: str) -> Answer:
        """A document that was handed in by mistake is taken out. 200 with the case without it.

        By who may hand one in, and while papers are taken. That it was there and who took it out stays on record, its
        content is swept by the gateway. Raises Refused as `attach`; 404 for a document that the case does not have.
        """
        now = self._runtime.clock.now()
        with self._database.transaction(command.deadline) as tx:
            actor, id_ = self._who(tx, command, case_id)
            doing = Doing(actor, now, command.correlation_id)
            answer = once(tx, command, actor, 200, now, lambda: self._detach(tx, command, id_, document_id, doing))
        reach("command.after_commit")
        return answer

    def _detach(self, tx: Connection, command: Command, id_: str, document_id: str, doing: Doing) -> dict[str, Any]:
        record = self._visible(tx, doing.actor, id_, lock=True)
        there = list_of(tx, id_)
        found = _wanted(there, document_id)
        check_version(command, record)
        kind = self._kind(tx, record)
        others = any(d["requirement"] == found["requirement"] and d["id"] != found["id"] for d in there)
        left = others or attachments.ticked_otherwise(case_rows.entries(tx, id_), found["requirement"])
        entry = attachments.detach(
            kind, record.case, doing.actor, found["requirement"], document=found["id"], left=left, now=doing.now
        )
        tx.execute(delete(documents).where(documents.c.id == found["id"]))
        after = self._writer.write(tx, kind, record, entry, "updated", doing)
        body = self._presenter.full(tx, kind, after, case_rows.entries(tx, id_), doing.actor)
        return {**body, "document": dict(found)}

    def check_detach(self, command: Command, case_id: str, document_id: str) -> str | None:
        """The hash of the content that `detach` would let go, for the gateway; None where it was done under this key.
        Raises what `detach` would."""
        with self._database.transaction(command.deadline) as tx:
            actor, id_ = self._who(tx, command, case_id)
            record = self._visible(tx, actor, id_)
            if idempotency.known(tx, scope_of(command, actor)):
                return None
            found = _wanted(list_of(tx, id_), document_id)
            check_version(command, record)
            attachments.authorise(self._kind(tx, record), record.case, actor, attachments.DETACH)
            return str(found["sha256"])

    # ------------------------------------------------------------------- read

    def read(
        self,
        actor: Actor | None,
        secret: str | None,
        case_id: str,
        document_id: str,
        deadline: Deadline,
        correlation_id: str,
    ) -> dict[str, Any]:
        """What is needed to hand a document out, to whom the case is visible; the audit trail says who read it."""
        with self._database.transaction(deadline) as tx:
            id_ = find_id(tx, case_id)
            reader = self._actor(actor, secret, id_)
            self._visible(tx, reader, id_)
            found = _wanted(list_of(tx, id_), document_id)
            trail.record(
                tx,
                at=self._runtime.clock.now(),
                actor=reader,
                office=reader.office_for(*CASE_ROLES),
                action="read_document",
                case_id=id_,
                details={"document": found["id"], "requirement": found["requirement"], "sha256": found["sha256"]},
                correlation_id=correlation_id,
                chained=False,  # it changes nothing, and so takes no lock of the case
            )
            return dict(found)

    def known(self, hashes: Sequence[Any], deadline: Deadline) -> list[str]:
        """Which of these contents some case here refers to."""
        wanted = [h for h in hashes[:MOST_ASKED] if isinstance(h, str) and _HASH.fullmatch(h)]
        if len(wanted) != len(hashes):
            raise invalid(FieldError("hashes", "malformed"))
        with self._database.transaction(deadline) as tx:
            query = select(documents.c.sha256).where(documents.c.sha256.in_(wanted)).distinct()
            return sorted(tx.execute(query).scalars())

    # ---------------------------------------------------------------- helpers

    def _who(self, tx: Connection, command: Command, case_id: str) -> tuple[Actor, str]:
        id_ = find_id(tx, case_id)
        return self._actor(command.actor, command.secret, id_), id_

    def _actor(self, actor: Actor | None, secret: str | None, id_: str) -> Actor:
        if actor is not None:
            return actor
        if secret is None or not tracking.secret_matches(secret, id_, self._runtime.person_key):
            raise not_found()
        return applicant_of(id_)

    def _visible(self, tx: Connection, actor: Actor, id_: str, *, lock: bool = False) -> Record:
        record = case_rows.find(tx, id_=id_, lock=lock)
        if record is None:
            raise not_found()
        if not actor.is_applicant and not sight_of(actor, self._runtime.offices).sees(record.case.touching):
            raise not_found()
        return record

    def _kind(self, tx: Connection, record: Record) -> ServiceType:
        return self._writer.versions.get(tx, record.case.service, record.case.service_version)


def _wanted(there: Sequence[Mapping[str, Any]], document_id: str) -> Mapping[str, Any]:
    """The document of this id among those of a case. Raises Refused 404."""
    try:
        wanted = str(UUID(document_id))
    except ValueError:
        raise not_found() from None
    found = next((d for d in there if d["id"] == wanted), None)
    if found is None:
        raise not_found()
    return found

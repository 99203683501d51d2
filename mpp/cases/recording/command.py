"""A command as it comes over RPC, what it is answered, and what is the same about every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from mpp.cases.recording.secrets import Secrets
from mpp.cases.storage.case_rows import Record
from mpp.casework.access.actors import Actor, applicant_of
from mpp.casework.access.jurisdiction import sight_of
from mpp.casework.access.offices import OfficeTree
from mpp.casework.bounds import NOTE_MAX
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.identity.texts import tidy
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import Json, JsonObject
from mpp.persistence.deadline import Deadline


@dataclass(frozen=True)
class Command:
    """A write: who, under which key, on which path, and what."""

    actor: Actor | None  # None: an applicant, who proves the secret of the case itself
    secret: str | None
    key: str
    method: str
    path: str
    if_match: int | None
    body: JsonObject
    deadline: Deadline
    correlation_id: str


@dataclass(frozen=True)
class Outcome:
    """What a command is answered; `replayed` when it had been done before under its key."""

    status: int
    body: JsonObject
    replayed: bool = False


def who(tx: Connection, secrets: Secrets, actor: Actor | None, secret: str | None, case_id: str) -> Actor:
    """A clerk, or the applicant of this very case. Without its right secret an applicant sees nothing: Refused 404."""
    if actor is not None:
        return actor
    if secret is None or not secrets.match(tx, secret, case_id):
        raise not_found()
    return applicant_of(case_id)


def visible(record: Record | None, actor: Actor, offices: OfficeTree) -> Record:
    """The record, to whom it may be shown: its applicant, and who has it in sight. Refused 404 for everybody else."""
    if record is None:
        raise not_found()
    if not actor.is_applicant and not sight_of(actor, offices).sees(record.case.touching):
        raise not_found()
    return record


def read_id(given: str) -> str:
    """The id as it is stored. Raises Refused 404: what is no id names nothing."""
    try:
        return str(UUID(given))
    except ValueError as error:
        raise not_found() from error


def check_version(if_match: int | None, version: int) -> None:
    """Raises Refused 428 without a version, 412 where the actor has seen another one."""
    if if_match is None:
        raise Refused(428, "if_match_missing")
    if if_match != version:
        raise Refused(412, "version_stale")


def read_note(given: Json) -> str | None:
    """The note of an action in its normal form; None for an empty one. Raises Refused 422."""
    return read_words("note", given, NOTE_MAX)


def needed_note(given: Json, errors: list[FieldError]) -> str | None:
    """The note of what nobody does without one; what is wrong with it is added to `errors`, and it is None then."""
    try:
        note = read_note(given)
    except Refused as refused:
        errors += refused.fields
        return None
    if note is None:
        errors.append(FieldError("note", "required"))
    return note


def read_words(field: str, given: Json, longest: int) -> str | None:
    """What somebody says in words, in its normal form; None for nothing. Raises Refused 422 naming the field."""
    if given is None:
        return None
    if not isinstance(given, str):
        raise invalid(FieldError(field, "wrong_type", {"kind": "text"}))
    if not given.strip():
        return None
    try:
        kept = tidy(given, lines=True)
    except InvalidIdentity as error:
        raise invalid(FieldError(field, error.code)) from error
    if len(kept) > longest:
        raise invalid(FieldError(field, "too_long", {"max": longest}))
    return kept

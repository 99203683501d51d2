"""The register's rows, and how each change of one is written: row, history, event and audit entry together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, insert, literal_column, select, update

from mpp.cases.papers import announcing
from mpp.cases.papers.announcing import Known, Standing, Step
from mpp.cases.recording.events import emit
from mpp.cases.recording.holders import former_key
from mpp.cases.storage.names import name_in
from mpp.cases.storage.tables import cases
from mpp.cases.storage.versions import Versions
from mpp.casework.access.actors import Actor
from mpp.casework.codes.verification import path_of
from mpp.casework.rules.service_type import HoldingLimit
from mpp.identity.masking import mask_text
from mpp.json_values import JsonObject
from mpp.persistence import pipelined
from mpp.persistence.audit import trail
from mpp.persistence.values import AnyRow, SqlValues
from services.permits import definition
from services.permits.domain import limits
from services.permits.domain.limits import Held
from services.permits.domain.permit import IN_FORCE, Permit
from services.permits.tables import PERMIT_NAMES, permit_history, permits

SOURCE = "permits"
_NEW, _LIVED = insert(permits), insert(permit_history)
_CHANGE = update(permits).where(permits.c.id == bindparam("of_permit"))
# a SELECT of its own, in front of the next one: what stands beside a lock is seen as it was before the wait
_ALONE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("lock_of"), literal_column("0"))))
_HELD = (
    select(permits)
    .where(
        permits.c.person == bindparam("of_person"),
        permits.c.limit_group == bindparam("of_group"),
        permits.c.status.in_([literal_column(f"'{status}'") for status in IN_FORCE]),
        permits.c.valid_until.is_(None) | (permits.c.valid_until >= bindparam("on_day")),
    )
    .order_by(permits.c.id)
)
_FIELDS = tuple(Permit.__dataclass_fields__)


@dataclass(frozen=True)
class RegisterStep:
    """Who changes a permit, when, and what it follows from. `today` is the local day of `now`, `fields` the names of
    what a correction changes."""

    actor: Actor
    now: datetime
    today: date
    correlation_id: str
    causation_id: str | None = None
    office: str | None = None
    reason: str | None = None
    note: str | None = None
    fields: tuple[str, ...] = ()


def permit_of(row: AnyRow) -> Permit:
    """The permit in a row of the register."""
    return Permit(**{name: getattr(row, name) for name in _FIELDS})


def find(tx: Connection, permit_id: str) -> Permit | None:
    """The permit of this id, or None."""
    row = tx.execute(select(permits).where(permits.c.id == permit_id)).first()
    return None if row is None else permit_of(row)


def lock(tx: Connection, permit_id: str, *, skip_locked: bool = False) -> Permit | None:
    """The permit with its row locked, and before it that of its case (the lock order everywhere, and the audit chain
    of the case is extended); None when there is none. With `skip_locked` what somebody else works on counts as none.
    """
    case_id = tx.execute(select(permits.c.case_id).where(permits.c.id == permit_id)).scalar_one_or_none()
    if case_id is None:
        return None
    held = tx.execute(select(cases.c.id).where(cases.c.id == case_id).with_for_update(skip_locked=skip_locked)).first()
    if held is None:
        return None
    query = select(permits).where(permits.c.id == permit_id).with_for_update(skip_locked=skip_locked)
    row = tx.execute(query).first()
    return None if row is None else permit_of(row)


def add(tx: Connection, permit: Permit, event: str, step: RegisterStep, told: JsonObject) -> None:
    """Enter a new permit; like every change of the register it is queued, and goes with the next trip."""
    values = {name: getattr(permit, name) for name in _FIELDS}
    name = name_in(permit.holder)
    key = None if not name else former_key(name)
    pipelined.later(tx, _NEW, {**values, "holder_key": key, "changed_at": step.now})
    PERMIT_NAMES.add(tx, permit.id, name)
    _tell(tx, permit, event, step, told)


def paper_of(tx: Connection, permit: Permit) -> Known | None:
    """The paper of a permit whose row the caller holds, for `change`; None where it has none that others know of."""
    return announcing.lock(tx, definition, permit.verification)


def change(
    tx: Connection, after: Permit, event: str, step: RegisterStep, told: JsonObject, paper: Known | None
) -> JsonObject:
    """Store the next version of a permit whose row the caller holds; the line of its history. Who knows its `paper`
    is told what that changes; None where there is none, or it is told with the paper that takes its place."""
    moving = ("status", "version", "warned", "look_at", "superseded_by", "changed_on")
    values = {name: getattr(after, name) for name in moving}
    pipelined.later(tx, _CHANGE, {"of_permit": after.id, **values, "changed_at": step.now})
    line = _tell(tx, after, event, step, told)
    if paper is not None:
        following = Step(step.now, step.correlation_id, step.causation_id)
        announcing.changed(tx, definition, paper, Standing(after.status, after.valid_until), following)
    return line


def state_of(permit: Permit) -> JsonObject:
    """What every event says of a permit: no holder, no place."""
    return {
        "number": permit.number,
        "service": permit.service,
        "region": permit.region,
        "status": permit.status,
        "valid_from": permit.valid_from.isoformat(),
        "valid_until": None if permit.valid_until is None else permit.valid_until.isoformat(),
        "verification": path_of(permit.verification),
    }


def _tell(tx: Connection, permit: Permit, event: str, step: RegisterStep, told: JsonObject) -> JsonObject:
    note = None if step.note is None else mask_text(step.note)
    line: JsonObject = {
        "version": permit.version,
        "event": event,
        "status": permit.status,
        "actor": step.actor.id,
        "office": step.office,
        "reason": step.reason,
        "note": note,
    }
    pipelined.later(tx, _LIVED, {"permit_id": permit.id, "at": step.now, **line})
    emit(
        tx,
        type_=f"permits.permit.{event}.v1",
        source=SOURCE,
        subject=permit.id,
        version=permit.version,
        region=permit.region,
        data={**state_of(permit), **told},
        now=step.now,
        correlation_id=step.correlation_id,
        causation_id=step.causation_id,
    )
    details: JsonObject = {"permit": permit.id, "status": permit.status, "version": permit.version}
    details = {**details, "reason": step.reason, **({"fields": step.fields} if step.fields else {})}
    trail.record(
        tx,
        at=step.now,
        actor=step.actor,
        office=step.office,
        action=f"permit.{event}",
        case_id=permit.case_id,
        reason=note,
        details=details,
        correlation_id=step.correlation_id,
        behind_others=True,
    )
    return {"at": step.now.isoformat(), **line}


# ------------------------------------------------------------------- one holder's permits


def lock_limit(tx: Connection, person: str, limit: HoldingLimit) -> None:
    """Nobody else issues or moves a permit of this person in this group until the transaction ends: of two signings
    at once the second counts what the first has issued. Taken after the case's row, before the number."""
    key = f"permit-limit:{limit.group}:{person}"
    pipelined.later(tx, _ALONE, {"lock_of": key})


def held_by(
    tx: Connection, versions: Versions, person: str, limit: HoldingLimit, today: date, *, but: str | None = None
) -> list[Held]:
    """The permits in force that the person holds in the group, without the one of the id `but`.

    Their places are read from their data, so that one that was issued long ago is compared as one of today.
    """
    wanted: SqlValues = {"of_person": person, "of_group": limit.group, "on_day": today}
    found = [permit_of(row) for row in pipelined.now(tx, _HELD, wanted)]
    return [Held(each.id, each.number, _place_of(tx, versions, each)) for each in found if each.id != but]


def _place_of(tx: Connection, versions: Versions, permit: Permit) -> str | None:
    limit = versions.get(tx, permit.service, permit.service_version).limit
    return None if limit is None else limits.place_of(limit, permit.data)

"""Issuing: the permit enters the register under the number that its case was given."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, bindparam, literal_column, select

from mpp.cases.papers import rows
from mpp.cases.papers.rows import PaperRow
from mpp.cases.papers.taking import SUPERSEDES
from mpp.cases.recording.hooks import Drawn, Recalled, Write
from mpp.cases.recording.work import Work
from mpp.cases.storage.case_rows import Record
from mpp.casework.codes import verification
from mpp.casework.refusals import FieldError, being_signed
from mpp.casework.rules.service_type import HoldingLimit
from mpp.clock import new_id
from mpp.json_values import JsonObject, day, mapping, optional_text
from mpp.persistence import pipelined
from services.permits.domain import limits
from services.permits.domain.limits import Held
from services.permits.domain.permit import IN_FORCE, SUPERSEDED, VALID, Permit, scheduled
from services.permits.tables import permits
from services.permits.use_cases import previous, register
from services.permits.use_cases.papers import CORRECT, in_place_of
from services.permits.use_cases.register import RegisterStep

ISSUE = "issue_permit"  # the effect
_DAYS = ("valid_from", "valid_until")
_NEWEST = (
    select(permits)
    .where(permits.c.case_id == bindparam("of_case"), permits.c.status != literal_column(f"'{SUPERSEDED}'"))
    .order_by(permits.c.id.desc())
    .limit(literal_column("1"))
)


def check_open(work: Work) -> list[FieldError]:
    """A person who holds as many permits as the catalogue allows, or one at this place, cannot ask for another."""
    errors = previous.objections(work)
    limit, person = work.service_type.limit, work.record.person
    if errors or limit is None or person is None:
        return errors
    old = previous.replaced(work)
    held = _held(work, person, limit, old)
    return limits.objections(limit, held, limits.place_of(limit, work.record.case.data))


def lock_holder(work: Work) -> None:
    """Before the number is drawn: the same rule again, with the holder's permits locked. Refused 409."""
    old = previous.replaced(work)
    if old is not None:
        # before the number, or an official who corrects the old permit and this signature would wait for each other
        register.lock(work.tx, old.id)
        old = previous.replaced(work)
    if old is not None and rows.claimed(work.tx, in_place_of(old.id), but=work.paper):
        raise being_signed()
    limit, person = work.service_type.limit, work.record.person
    if limit is None or person is None:
        return
    register.lock_limit(work.tx, person, limit)
    held = _held(work, person, limit, old)
    limits.refuse(limit, held, limits.place_of(limit, work.record.case.data))


def _held(work: Work, person: str, limit: HoldingLimit, old: Permit | None) -> list[Held]:
    """The permits that the person holds, and those that were decided and are being signed."""
    but = None if old is None else old.id
    held = register.held_by(work.tx, work.host.versions, person, limit, work.today, but=but)
    return held + awaited(work.tx, person, limit, but=work.paper)


def awaited(tx: Connection, person: str, limit: HoldingLimit, *, but: str | None = None) -> list[Held]:
    """The permits of the person in the group that were decided or moved and are being signed, without the paper
    `but`."""
    moves = moving(limit, person)
    return [
        Held(each.id, str(each.number), optional_text(_of_either(each), "_place"), moves in each.claims)
        for each in rows.claimed(tx, one_of(limit, person), moves, but=but)
    ]


def _of_either(paper: PaperRow) -> JsonObject:
    """What was settled of a permit, by a decision or by a correction."""
    facts = paper.facts or {}
    return mapping(facts, ISSUE if ISSUE in facts else CORRECT)


def one_of(limit: HoldingLimit, person: str) -> str:
    """What a paper claims that is one of the permits that a person may hold."""
    return f"permit-limit:{limit.group}:{person}"


def moving(limit: HoldingLimit, person: str) -> str:
    """What a paper claims that is a correction of a permit which this person holds already."""
    return f"permit-moves:{limit.group}:{person}"


def claims(work: Work) -> tuple[str, ...]:
    """One of the permits that the person may hold, and the permit that is to be replaced."""
    old, limit, person = previous.replaced(work), work.service_type.limit, work.record.person
    replaced = () if old is None else (in_place_of(old.id),)
    return replaced if limit is None or person is None else (*replaced, one_of(limit, person))


def prepare(work: Work) -> JsonObject:
    """From when until when the permit holds, and what it replaces: all of it is printed."""
    old, limit = previous.replaced(work), work.service_type.limit
    until = previous.end_of(work, old)
    return {
        "valid_from": work.today.isoformat(),
        "valid_until": None if until is None else until.isoformat(),
        SUPERSEDES: None if old is None else old.number,
        "_place": None if limit is None else limits.place_of(limit, work.record.case.data),
    }


def issue_permit(work: Work, facts: JsonObject) -> Write:
    """Enter the permit into the register; the one that it replaces ends."""
    found = previous.replaced(work)
    old = None if found is None else register.lock(work.tx, found.id)
    # where this is the signature of a paper, the old one is told of with it
    paper = None if old is None or work.paper is not None else register.paper_of(work.tx, old)

    def write(work: Work, drawn: Drawn) -> JsonObject:
        permit = _permit(work, facts, drawn, old)
        office = work.actor.office_for("signer") or work.service_type.owner
        step = RegisterStep(
            work.actor, work.now, work.today, work.cause.correlation_id, work.cause.causation_id, office=office
        )
        told = {"case": permit.case_id}
        if old is not None:
            told |= {"supersedes": old.id, "supersedes_number": old.number}
        register.add(work.tx, permit, "issued", step, told)
        if old is not None:
            previous.supersede(work, old, permit, step, paper)
        return {"permit": _body(permit)}

    return write


def _permit(work: Work, facts: JsonObject, drawn: Drawn, old: Permit | None) -> Permit:
    case, service_type = work.record.case, work.service_type
    permit = Permit(
        id=new_id(),
        number=drawn.number,
        service=case.service,
        service_version=case.service_version,
        owner=service_type.owner,
        case_id=case.id,
        verification=drawn.code,
        region=work.record.region,
        status=VALID,
        version=1,
        valid_from=day(facts, "valid_from"),
        valid_until=None if (until := optional_text(facts, "valid_until")) is None else date.fromisoformat(until),
        holder=work.record.applicant,
        person=work.record.person,
        data={field.name: case.data[field.name] for field in service_type.form if field.name in case.data},
        limit_group=None if service_type.limit is None else service_type.limit.group,
        place=None if service_type.limit is None else limits.place_of(service_type.limit, case.data),
        supersedes=None if old is None else old.id,
        changed_on=work.today,
    )
    return scheduled(permit)


def permit_of_case(tx: Connection, record: Record) -> JsonObject:
    """The permit that came out of the case, for its body: the newest, where it was corrected."""
    permit = _newest(tx, record)
    return {"permit": None if permit is None else _body(permit)}


def recall(work: Work) -> Recalled | None:
    """The permit of the case, for a paper that is printed later."""
    permit = _newest(work.tx, work.record)
    if permit is None or permit.status not in IN_FORCE:
        return None
    return Recalled(permit.number, permit.verification, days_of(permit))


def days_of(permit: Permit) -> JsonObject:
    """From when until when a permit holds, as its paper says it."""
    return {name: None if (on := getattr(permit, name)) is None else on.isoformat() for name in _DAYS}


def _newest(tx: Connection, record: Record) -> Permit | None:
    row = pipelined.now(tx, _NEWEST, {"of_case": record.case.id}).first()
    return None if row is None else register.permit_of(row)


def _body(permit: Permit) -> JsonObject:
    return {
        "id": permit.id,
        "number": permit.number,
        "status": permit.status,
        **days_of(permit),
        "verification": {
            "code": verification.printed(permit.verification),
            "path": verification.path_of(permit.verification),
        },
    }

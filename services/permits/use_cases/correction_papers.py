"""The paper of a correction: what is printed, and what must be known when it is signed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mpp.cases.papers import taking
from mpp.cases.papers.contents import Printed, adapter_of, signed_by
from mpp.cases.papers.rows import PaperRow
from mpp.cases.recording.holders import Holder
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Work
from mpp.casework.rules.paper import PaperSpec
from mpp.clock import new_id
from mpp.json_values import JsonObject
from mpp.persistence.audit import trail
from services.permits.use_cases.issuing import ISSUE, days_of, moving, one_of
from services.permits.use_cases.papers import CORRECT, in_place_of
from services.permits.use_cases.register import RegisterStep

if TYPE_CHECKING:
    from services.permits.use_cases.correcting import Correction


def spec_of(host: CaseHost, service: str) -> PaperSpec | None:
    """The paper of a permit of this service, which a replacement is printed on, too; None where it has none."""
    newest = host.newest(service)
    actions = () if newest is None else newest.actions.values()
    return next((action.paper for action in actions if action.paper is not None and ISSUE in action.effects), None)


def paper(work: Work, spec: PaperSpec, made: Correction, step: RegisterStep, number: str, code: str) -> PaperRow:
    """The paper, which is to be signed at the agency that issued the permit. It reads no database."""
    old, new, limit = made.old, made.new, work.service_type.limit
    holder: JsonObject | None = None
    if made.holder is not None:
        holder = {"set": made.holder.values, "former": made.holder.former}
    facts: JsonObject = {
        **days_of(new),
        "_permit": old.id,
        "_data": new.data,
        "_holder": holder,
        "_place": new.place,
        "_reason": made.reason,
        "_note": step.note,
        "_office": step.office,
        "_fields": list(step.fields),
    }
    signer = step.actor
    printed = Printed(
        spec=spec,
        number=number,
        code=code,
        issued_on=step.today,
        office=old.owner,
        adapter=adapter_of(work, old.owner),
        signer=signed_by(work.service_type, spec, {}, signer.name or signer.id, signer.nip),
        facts={CORRECT: facts},
        supersedes=old.number,
        holder=new.holder,
        data=new.data,
    )
    claims = [in_place_of(old.id)]
    if limit is not None and new.person is not None:
        # to the person who held the old one it is no permit more
        claims.append(moving(limit, new.person) if new.person == old.person else one_of(limit, new.person))
    made_out = taking.paper_row(work, new_id(), CORRECT, printed, signer=signer.id, claims=tuple(claims))
    return replace(made_out, subject=Holder.of(new.holder, new.person).key(work.runtime.person_key))


def audit(work: Work, paper: PaperRow, step: RegisterStep) -> None:
    """That the correction was decided, by whom and why; it is queued."""
    trail.record(
        work.tx,
        at=step.now,
        actor=step.actor,
        office=step.office,
        action="permit.correcting",
        case_id=work.case.id,
        reason=step.note,
        details={"paper": paper.id, "reason": step.reason, "fields": step.fields},
        correlation_id=step.correlation_id,
        behind_others=True,
    )

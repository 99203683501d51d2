"""Taking an action of the catalogue: at once, or in two steps where it makes a paper.

Without a paper everything is one transaction. With one, the first step makes the decision: checks, locks, what is
printed, the number. The case stays where it is and shows that it is being signed. The second (`ending`) records the
signed file, and only then is the case decided (ADR 0019). Where it makes several papers, with the last (ADR 0035).

Whoever draws a number makes everybody else wait for the next one. So it is drawn last: what can be read is read before,
what is written afterwards is only queued, and the next trip to the database is that of the commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mpp.cases.papers import beside, numbering, rows
from mpp.cases.papers.contents import Printed, adapter_of, signed_by, snapshot_of
from mpp.cases.papers.rows import ABANDONED, ISSUED, PaperRow
from mpp.cases.recording import recorder
from mpp.cases.recording.holders import Holder
from mpp.cases.recording.hooks import Drawn, Effect
from mpp.cases.recording.work import Work
from mpp.casework.case.case import Entry
from mpp.casework.case.changes import SigningBegun, WarningAnswered
from mpp.casework.case.signing import Signing
from mpp.casework.codes import verification
from mpp.casework.rules import workflow
from mpp.casework.rules.paper import PaperSpec
from mpp.casework.rules.service_type import Action
from mpp.clock import new_id
from mpp.json_values import JsonObject, mapping, optional_mapping, optional_text

SIGNING = "signing"  # the entry of a decision that was made and waits for its signature
OWN_NUMBER = "_number"  # among the facts of an effect that draws one of its own series
SUPERSEDES = "_supersedes"  # the number of what a document takes the place of, where an effect says it
OF_PAPERS = "_papers"  # what an effect settles for single papers of its action, by their names


@dataclass(frozen=True)
class _Decision:
    """An action that may be taken, at an office of the books: `after` is the case as it would be, `facts` what its
    effects have settled, by their names."""

    action: Action
    entry: Entry
    office: str
    after: Work
    facts: JsonObject

    @property
    def draws(self) -> bool:
        """Whether a book must give a number."""
        return self.action.number or any(e.draws for e in effects_of(self.after, self.action).values())


def take(
    work: Work,
    action: Action,
    *,
    note: str | None = None,
    data: JsonObject | None = None,
    ticks: Mapping[str, bool] | None = None,
    answers: Sequence[WarningAnswered] = (),
) -> Work:
    """Take an action of the catalogue, at once or as its first step; what is shown with the case then is in `beside`
    where it draws a number. Raises Refused."""
    service_type, case, actor = work.service_type, work.case, work.actor
    data, ticks = data or {}, ticks or {}
    entry = workflow.act(
        service_type, case, actor, action, note=note, data=data, ticks=ticks, context=work.context(), answers=answers
    )
    effects = effects_of(work, action)
    lock(work, effects)
    after = recorder.following(work, entry)
    facts = {name: effect.prepare(after) for name, effect in effects.items()}
    decision = _Decision(action, entry, entry.office or service_type.owner, after, facts)
    specs = papers_of(work, action)
    if not specs:
        return _at_once(work, decision)
    reasons = {each.warning: each.reason for each in answers}
    said = Signing(
        new_id(), action.code, actor.id, entry.office, work.now, None, note, data=data, ticks=ticks, answers=reasons
    )
    return _begin(work, decision, _made(specs, facts), said)


def effects_of(work: Work, action: Action) -> dict[str, Effect]:
    """The effects of an action by their names."""
    return {name: work.host.hooks.effects[name] for name in action.effects}


def lock(work: Work, effects: Mapping[str, Effect]) -> None:
    """The rows that the effects need, before the row of the number: the lock order everywhere."""
    for effect in effects.values():
        if effect.lock is not None:
            effect.lock(work)


def papers_of(work: Work, action: Action) -> tuple[PaperSpec, ...]:
    """The papers that the newest version of the service type names for this action, so that running cases get them,
    too. None for what the mall, the bank or the applicant does: nobody signs it."""
    actor, newest = work.actor, work.host.newest(work.case.service)
    if newest is None or actor.is_system or actor.is_bank or actor.is_applicant:
        return ()
    named = newest.actions.get(action.code)
    return () if named is None else named.papers


def _made(specs: Sequence[PaperSpec], facts: JsonObject) -> list[PaperSpec]:
    """Without those that no effect has settled anything for, where they are optional."""
    return [spec for spec in specs if not spec.optional or settled_for(facts, spec) is not None]


def settled_for(facts: JsonObject, spec: PaperSpec) -> JsonObject | None:
    """What the effects have settled for this paper alone; None where none has."""
    settled = [optional_mapping(mapping(facts, effect), OF_PAPERS) or {} for effect in facts]
    own = [mapping(each, spec.name) for each in settled if spec.name in each]
    return {name: value for each in own for name, value in each.items()} if own else None


def new_code(work: Work) -> str:
    """The verification code of a document of this service."""
    return verification.new_code(work.host.definition.tracking_letter or "")


def _at_once(work: Work, decision: _Decision) -> Work:
    action, facts = decision.action, decision.facts
    effects = effects_of(work, action)
    writes = {name: effect.apply(decision.after, mapping(facts, name)) for name, effect in effects.items()}
    recorder.end(work, decision.after, numbered=decision.draws)
    if not decision.draws:
        for write in writes.values():
            write(decision.after, Drawn("", ""))
        recorder.write(work, decision.after, decision.entry, action.event)
        return decision.after
    after = _seen(decision.after)
    drawn = numbering.draw(work, action, decision.office, effects)
    number = drawn.decision
    entry = decision.entry if number is None else workflow.numbered(decision.entry, number)
    after = replace(after, record=recorder.following(work, entry).record)
    code, shown = new_code(work), after.beside.extra if after.beside is not None else {}
    for name, write in writes.items():
        shown = {**shown, **write(after, Drawn(drawn.effects.get(name, number or ""), code))}
    recorder.write(work, after, entry, action.event)
    return replace(after, beside=None if after.beside is None else replace(after.beside, extra=shown))


def _begin(work: Work, decision: _Decision, specs: Sequence[PaperSpec], said: Signing) -> Work:
    effects = effects_of(work, decision.action)
    claims = tuple(claim for effect in effects.values() for claim in effect.claims(decision.after))
    before = _seen(work)
    papers = before.beside.papers if before.beside is not None else ()
    drawn = numbering.draw(work, decision.action, decision.office, effects, specs)
    facts: dict[str, JsonObject] = {
        name: {**mapping(decision.facts, name), **({OWN_NUMBER: drawn.effects[name]} if name in drawn.effects else {})}
        for name in effects
    }
    made: list[PaperRow] = []
    for spec in specs:
        paper_id, main = (new_id(), said.paper) if made else (said.paper, None)
        printed = _printed(decision, said, spec, drawn.papers.get(spec.name) if made else drawn.first, facts)
        printed = replace(printed, supersedes=printed.supersedes or (None if made else _replaced(facts)))
        row = paper_row(decision.after, paper_id, decision.action.code, printed, signer=work.actor.id, claims=claims)
        made.append(_in_place(replace(row, name=spec.name, main=main), papers))
    begun = replace(said, number=made[0].number, others=tuple(each.id for each in made[1:]))
    entry = work.case.entry(SIGNING, work.actor.id, work.now, (SigningBegun(begun),), office=said.office)
    after = replace(before, record=recorder.following(work, entry).record)
    for paper in made:
        rows.add(work.tx, paper)
    recorder.write(work, after, entry, "updated")
    seen = None if after.beside is None else replace(after.beside, papers=[*papers, *made])
    return replace(after, beside=seen)


def _printed(
    decision: _Decision, said: Signing, spec: PaperSpec, number: str | None, facts: dict[str, JsonObject]
) -> Printed:
    """What one paper says: what all effects have settled, and what they have for it alone."""
    work, own = decision.after, settled_for(facts, spec) or {}
    return Printed(
        spec=spec,
        number=optional_text(own, OWN_NUMBER) or number,
        code=new_code(work),
        issued_on=work.today,
        office=decision.office,
        adapter=adapter_of(work, decision.office),
        signer=signed_by(work.service_type, spec, said.data, work.actor.name or work.actor.id, work.actor.nip),
        facts={**facts, OF_PAPERS: own} if own else facts,
        note=said.note,
        supersedes=optional_text(own, SUPERSEDES),
    )


def _in_place(paper: PaperRow, there: Sequence[PaperRow]) -> PaperRow:
    """The paper, which says what it takes the place of: the same of an earlier decision of its case."""
    former = next((each for each in reversed(there) if each.same_as(paper) and each.status != ABANDONED), None)
    if former is None or former.status != ISSUED or paper.snapshot.supersedes is not None:
        return paper
    return replace(paper, snapshot=replace(paper.snapshot, supersedes=former.number))


def _replaced(facts: JsonObject) -> str | None:
    """The number of the document that this one takes the place of, as an effect has settled it."""
    said = [optional_text(mapping(facts, name), SUPERSEDES) for name in facts]
    return next((number for number in said if number is not None), None)


def paper_row(
    work: Work, paper_id: str, action: str, printed: Printed, *, signer: str | None, claims: tuple[str, ...] = ()
) -> PaperRow:
    """The row of a paper that is printed so. It reads no database."""
    holder = Holder.of(work.record.applicant, work.record.person)
    return PaperRow(
        id=paper_id,
        case_id=work.case.id,
        action=action,
        snapshot=snapshot_of(work, printed),
        code=printed.code,
        service=work.case.service,
        adapter=printed.adapter,
        office=printed.office,
        prepared_at=work.now,
        subject=holder.key(work.runtime.person_key),
        signer=signer,
        facts=printed.facts,
        claims=claims,
    )


def _seen(work: Work) -> Work:
    """The work with all that will be shown of the case, read before a number is drawn."""
    seen = beside.read(work.tx, work.host, work.service_type, work.record)
    warnings = work.warnings
    if warnings is None and work.record.finished_at is None and not work.actor.is_applicant:
        warnings = work.host.hooks.warnings(work.tx, work.host, work.record)
    return replace(work, beside=seen, warnings=warnings)

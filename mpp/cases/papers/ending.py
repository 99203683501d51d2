"""The second step of a paper: its file is signed and kept, so that what it decides holds; or signing it has failed.

Of several papers of one decision none holds before all are signed: the last signature brings about the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from mpp.cases.papers import announcing, rows, taking
from mpp.cases.papers.rows import ABANDONED, AWAITING, ISSUED, SIGNED, PaperRow, Signed
from mpp.cases.papers.taking import OWN_NUMBER
from mpp.cases.recording import recorder
from mpp.cases.recording.hooks import Drawn
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause, Work, work_on
from mpp.cases.storage import case_rows
from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.case.signing import Signing
from mpp.casework.refusals import Refused, not_found
from mpp.casework.rules import workflow
from mpp.crashpoints import reach
from mpp.json_values import optional_text
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline


class Ending:
    """Ends the signing of the papers of one case service; asked by the gateway, which keeps the files."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def signed(self, paper_id: str, signed: Signed, cause: Cause, deadline: Deadline) -> PaperRow:
        """The paper as issued, and with it what it decides; only as signed, where others of its decision are not. The
        same again changes nothing and is answered alike.

        Raises Refused 404, 409 `paper_signed_otherwise` for another file, `paper_abandoned`, `case_on_hold`, or what an
        effect of the decision says, which has found the register changed since: the paper then waits on.
        """
        with self._host.database.transaction(deadline) as tx:
            work, paper, others = locked(self._host, tx, paper_id, cause)
            if paper.signed is not None:
                if paper.signed.sha256 != signed.sha256:
                    raise Refused(409, "paper_signed_otherwise")
                return paper
            if paper.status == ABANDONED:
                raise Refused(409, "paper_abandoned")
            done = _sign(work, paper, others, signed)
            reach("command.before_commit")
        reach("command.after_commit")
        return done

    def failed(self, paper_id: str, failure: str, cause: Cause, deadline: Deadline) -> PaperRow:
        """One more try has failed, for a reason with this code. What is signed or given up stays as it is."""
        with self._host.database.transaction(deadline) as tx:
            _, paper, _ = locked(self._host, tx, paper_id, cause)
            return rows.failed(tx, paper, failure) if paper.status == AWAITING else paper


def locked(host: CaseHost, tx: Connection, paper_id: str, cause: Cause) -> tuple[Work, PaperRow, Sequence[PaperRow]]:
    """A paper and the others of its case, with the rows of the case and of all of them locked. Raises Refused 404."""
    found = rows.find(tx, paper_id)
    record = None if found is None else case_rows.find(tx, id_=found.case_id, lock=True)
    if found is None or record is None:
        raise not_found()
    papers = {each.id: each for each in rows.of_case(tx, found.case_id, lock=True)}
    paper = papers.pop(found.id)
    return work_on(host, tx, record, cause), paper, list(papers.values())


def _sign(work: Work, paper: PaperRow, others: Sequence[PaperRow], signed: Signed) -> PaperRow:
    """`others` are the other papers of the case."""
    together = [each for each in others if each.decision == paper.decision]
    last = all(each.status != AWAITING for each in together)
    done = rows.sign(work.tx, paper, signed, ISSUED if last else SIGNED)
    if last:
        issued = [done, *(rows.issue(work.tx, each) for each in together)]
        _settle(work, issued, [each for each in others if each.decision != paper.decision])
    else:
        _audit(work, done, "paper.signed")
    return done


def _settle(work: Work, issued: Sequence[PaperRow], earlier: Sequence[PaperRow]) -> None:
    """What the signatures under all papers of a decision bring about: the decision, or the correction of a register.
    Nothing, where nothing waited. `earlier` are the other papers of the case."""
    first = next(each for each in issued if each.main is None)
    signing = work.case.signing
    if signing is not None and signing.paper == first.id:
        _decide(work, issued, first, signing)
    elif first.holds_up:
        work.host.hooks.settled[first.action](replace(work, paper=first.id), first)
    for paper in issued:
        formers = [each for each in earlier if each.status == ISSUED and each.same_as(paper)]
        elsewhere = announcing.replaced_elsewhere(work, paper)
        for former in (*formers, *(each.paper for each in elsewhere)):
            rows.supersede(work.tx, former, paper.id)
        announcing.issued(work, paper, formers, elsewhere)
        _audit(work, paper, "paper.issued")


def _audit(work: Work, paper: PaperRow, action: str) -> None:
    details = {"paper": paper.id, "sha256": None if paper.signed is None else paper.signed.sha256}
    trail.record(
        work.tx,
        at=work.now,
        actor=work.actor,
        office=None,
        action=action,
        case_id=work.case.id,
        details={**details, "adapter": paper.adapter},
        correlation_id=work.cause.correlation_id,
        behind_others=True,
    )


def _decide(work: Work, issued: Sequence[PaperRow], paper: PaperRow, signing: Signing) -> None:
    """The action whose papers were signed follows, in the signer's name; `paper` is the first of them."""
    if work.case.held is not None:
        raise Refused(409, "case_on_hold")
    action = workflow.find_action(work.service_type, signing.action)
    office = signing.office or work.service_type.owner
    signer = Actor(signing.by, tuple(Assignment(office, role) for role in action.roles))
    work = replace(work.by(signer), paper=paper.id)
    effects = taking.effects_of(work, action)
    taking.lock(work, effects)
    entry = workflow.signed(work.service_type, work.case, signing, work.context())
    after = recorder.following(work, entry)
    writes = {name: effect.apply(after, paper.facts_of(name)) for name, effect in effects.items()}
    recorder.end(work, after)
    others = {each.name: Drawn(each.number or "", each.code) for each in issued if each.id != paper.id}
    for name, write in writes.items():
        number = optional_text(paper.facts_of(name), OWN_NUMBER) or paper.number or ""
        write(after, Drawn(number, paper.code, others))
    recorder.write(work, after, entry, action.event)

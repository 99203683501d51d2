"""Giving up a paper that is not signed, with all papers of its decision: their numbers are void in their books, for
everybody to see, and the case can be decided anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from mpp.cases.papers import rows
from mpp.cases.papers.ending import locked
from mpp.cases.papers.rows import AWAITING, SIGNED, PaperRow
from mpp.cases.recording import once, recorder
from mpp.cases.recording.command import Command, Outcome, check_version, needed_note, visible
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.names import names_in
from mpp.cases.recording.work import Cause, Work
from mpp.cases.storage import numbers
from mpp.casework.access.jurisdiction import office_for
from mpp.casework.bounds import ABANDONMENTS
from mpp.casework.case.changes import SigningEnded
from mpp.casework.refusals import FieldError, Refused, invalid, wrong_role
from mpp.identity.masking import mask_names, mask_text
from mpp.json_values import JsonObject

GIVEN_UP = "signing_abandoned"  # the entry of the timeline
ROLES = ("signer", "supervisor")
_CALLED = {"action": "abandon", "action_id": "Batalkan penandatanganan", "action_en": "Give up the signing"}

Show = Callable[[Work], JsonObject]
GoOn = Callable[[Work], Work]


class Abandoning:
    """Gives up papers of one case service; `show` makes the body of a case for who acts, `go_on` lets the mall do what
    it would have done by itself in the meantime."""

    def __init__(self, host: CaseHost, show: Show, go_on: GoOn) -> None:
        self._host = host
        self._show = show
        self._go_on = go_on

    def abandon(self, command: Command, paper_id: str) -> Outcome:
        """200 with the case as it is then. By the signer, whoever signs at that office, and who supervises it.

        Raises Refused: 404 for who does not see the case, 403, 409 `paper_not_awaiting`, 422 for reason and note.
        """

        def do(tx: Connection, cause: Cause) -> JsonObject:
            work, paper, others = locked(self._host, tx, paper_id, cause)
            visible(work.record, cause.actor, self._host.offices)
            office = _office(work, paper)
            if command.if_match is not None:
                check_version(command.if_match, work.case.version)
            reason, note = _read(command.body)
            if paper.status not in (AWAITING, SIGNED):
                raise Refused(409, "paper_not_awaiting")
            papers = [paper, *(each for each in others if each.decision == paper.decision)]
            after = self._go_on(_give_up(work, papers, office, reason, note))
            return self._show(after.by(work.actor))

        return once.by_clerk(self._host, command, 200, do)


def _give_up(work: Work, papers: Sequence[PaperRow], office: str, reason: str, note: str) -> Work:
    """`papers` are all of one decision."""
    said = mask_names(mask_text(note), names_in(work.record))
    for paper in papers:
        rows.abandon(work.tx, paper)
        if paper.number is not None and paper.holds_up:
            numbers.void(work.tx, paper.number, f"{reason}: {said}", work.actor.id, work.now)
    signing = work.case.signing
    if signing is None or signing.paper != papers[0].decision:
        return recorder.beside(work, GIVEN_UP, office=office, note=note)
    ended = SigningEnded(signing.paper, signed=False)
    entry = work.case.entry(GIVEN_UP, work.actor.id, work.now, (ended,), office=office, note=note)
    return recorder.record(work, entry, "updated")


def _office(work: Work, paper: PaperRow) -> str:
    """The office at which the actor gives it up. Raises Refused 403."""
    actor = work.actor
    if paper.signer == actor.id and actor.assignments:
        return paper.office if paper.office in actor.offices else actor.assignments[0].office
    if not actor.has_role(*ROLES):
        raise wrong_role(ROLES, **_CALLED)
    signer = office_for(actor, ("signer",), {paper.office})
    if signer is not None:
        return signer
    if paper.office not in work.supervised:
        raise Refused(403, "office_may_not", params={**_CALLED, "office": paper.office})
    return actor.office_for("supervisor") or paper.office


def _read(body: JsonObject) -> tuple[str, str]:
    """The coded reason and the note; each that is wrong is named."""
    reason = body.get("reason")
    errors: list[FieldError] = []
    if reason not in ABANDONMENTS:
        code = "required" if reason is None else "unknown_choice"
        errors.append(FieldError("reason", code, {} if reason is None else {"choices": ", ".join(ABANDONMENTS)}))
    note = needed_note(body.get("note"), errors)
    if errors or note is None:
        raise invalid(*errors)
    return str(reason), note

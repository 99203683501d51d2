"""How papers are shown: with their case, to the gateway that prints and keeps them, and to whoever holds one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from mpp.cases.papers import rows
from mpp.cases.papers.rows import PaperRow
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage.names import name_in
from mpp.cases.storage.paper_table import papers
from mpp.cases.storage.tables import cases, levies, numbers
from mpp.casework.access.actors import Actor
from mpp.casework.case.case import Case
from mpp.casework.case.signing import Signing
from mpp.casework.codes import verification
from mpp.casework.refusals import not_found
from mpp.json_values import Json, JsonObject, iso, optional_text
from mpp.papers.qr.claims import initials_of
from mpp.papers.standing import AWAITING, KINDS, STANDINGS, SUPERSEDED, VALID, VOIDED, Text
from mpp.persistence.deadline import Deadline
from mpp.regions import places

ENDED = "ended"  # what stands in no register, and holds no more
_ENDED: Text = {"id": "Tidak berlaku lagi", "en": "No longer in force"}


def signing_of(case: Case, found: Sequence[PaperRow], actor: Actor) -> JsonObject | None:
    """What a case shows of the decision that is being signed. The applicant learns of a decision when it is issued."""
    signing = case.signing
    if signing is None or actor.is_applicant:
        return None
    its = [each for each in found if each.id in signing.papers]
    failure = next((each.failure for each in its if each.failure is not None), None)
    return signing_body(signing, its[0].adapter if its else None, failure)


def signing_body(signing: Signing, adapter: str | None, failure: str | None) -> JsonObject:
    """A decision that is being signed: which papers, how, and the code of the last try that failed."""
    of_paper = {"paper": signing.paper, "papers": list(signing.papers), "action": signing.action, "adapter": adapter}
    return {**of_paper, "since": signing.since.isoformat(), "failure": failure}


def papers_of(found: Sequence[PaperRow], actor: Actor) -> list[Json]:
    """The papers of a case; to the applicant, those that were issued."""
    shown = [each for each in found if not actor.is_applicant or each.issued]
    return [
        {
            "id": each.id,
            "kind": each.kind,
            "title": dict(each.snapshot.title),
            "number": each.number,
            "status": each.status,
            "printed_later": each.snapshot.printed_later,
        }
        for each in shown
    ]


def to_gateway(paper: PaperRow, collection: str) -> JsonObject:
    """Everything that the gateway needs to print, sign, keep and finish a paper."""
    signed = paper.signed
    return {
        "id": paper.id,
        "collection": collection,
        "case": paper.case_id,
        "kind": paper.kind,
        "number": paper.number,
        "status": paper.status,
        "adapter": paper.adapter,
        "office": paper.office,
        "signer": paper.signer,
        "printed_later": paper.snapshot.printed_later,
        "prepared_at": paper.prepared_at.isoformat(),
        "signed_at": None if signed is None else iso(signed.at),
        "how": None if signed is None else signed.how,
        "sha256": None if signed is None else signed.sha256,
        "size": None if signed is None else signed.size,
        "template_digest": None if signed is None else signed.template_digest,
        "failure": paper.failure,
        "attempts": paper.attempts,
    }


class Verifying:
    """What anybody may know who holds a paper."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def verify(self, given: str, deadline: Deadline) -> JsonObject:
        """Whether the paper with this code is real and holds, without a word of whom. Raises Refused 404."""
        code = verification.normalise(given)
        if code is None:
            raise not_found()
        with self._host.database.transaction(deadline) as tx:
            body = self.look(tx, code)
        if body is None:
            raise not_found()
        return body

    def look(self, tx: Connection, code: str) -> JsonObject | None:
        """The same for a code in capitals without groups; None where no paper has it."""
        paper = _with_code(tx, code)
        if paper is None:
            return None
        status, facts = self._status(tx, paper), paper.snapshot.facts or {}
        region = tx.execute(select(cases.c.region).where(cases.c.id == paper.case_id)).scalar_one()
        newer = None if paper.superseded_by is None else rows.find(tx, paper.superseded_by)
        snapshot = paper.snapshot
        holder = name_in(snapshot.holder)
        return {
            "code": verification.printed(code),
            "kind": paper.kind,
            "kind_label": dict(KINDS[paper.kind]),
            "number": paper.number,
            "service": {"code": snapshot.service.code, "name": dict(snapshot.service.name)},
            "status": status,
            "status_label": dict(STANDINGS.get(status, _ENDED)),
            "valid": status == VALID,
            "issued_on": snapshot.issued_on.isoformat(),
            "valid_from": optional_text(facts, "valid_from"),
            "valid_until": optional_text(facts, "valid_until"),
            "region": region,
            "region_name": places.path_name(region),
            "issued_by": self._host.offices.name_of(paper.office) or paper.office,
            "holder": None if holder is None else initials_of(holder),
            "superseded_by": None if newer is None else {"number": newer.number},
        }

    def day_on(self, tx: Connection, code: str) -> str | None:
        """The date on the paper with this code; None where nothing was printed yet."""
        found = rows.where(tx, papers.c.code == code, papers.c.status != rows.ABANDONED, most=1)
        return found[0].snapshot.issued_on.isoformat() if found else None

    def _status(self, tx: Connection, paper: PaperRow) -> str:
        if paper.status == rows.ABANDONED:
            return VOIDED
        if paper.status == rows.SUPERSEDED:
            return SUPERSEDED
        waits = paper.status in (rows.AWAITING, rows.SIGNED) and paper.holds_up
        return AWAITING if waits else self._in_force(tx, paper)

    def _in_force(self, tx: Connection, paper: PaperRow) -> str:
        """What the register says today; what stands in none holds until its number is void."""
        if paper.number is None:
            return VALID
        held = self._host.hooks.in_force(tx, paper.number, self._today)
        if held is None:
            query = select(numbers.c.voided).where(numbers.c.number == paper.number)
            void = tx.execute(select(levies.c.id).where(levies.c.number == paper.number, levies.c.state == "void"))
            held = tx.execute(query).scalar_one_or_none() is None and void.first() is None
        return VALID if held else ENDED

    @property
    def _today(self) -> date:
        return self._host.today(self._host.clock.now())


def _with_code(tx: Connection, code: str) -> PaperRow | None:
    """The paper that bears this code; where every one was given up, the last. Each question has an index of its own."""
    for given_up in (papers.c.status != rows.ABANDONED, papers.c.status == rows.ABANDONED):
        found = rows.where(tx, papers.c.code == code, given_up)
        if found:
            return found[-1]
    return None

"""The papers of a case service as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, insert, literal_column, select, update

from mpp.cases.recording.command import read_id
from mpp.cases.storage.paper_table import papers
from mpp.json_values import JsonObject, mapping
from mpp.papers.snapshot import Snapshot
from mpp.persistence import pipelined
from mpp.persistence.values import AnyRow, SqlValues

AWAITING = "awaiting"  # decided and numbered, and not signed
SIGNED = "signed"  # its file is kept; another paper of its decision waits for its signature
ISSUED = "issued"  # signed, and its file is kept
ABANDONED = "abandoned"  # given up before it was signed: its number is void
SUPERSEDED = "superseded"  # another paper is in its place

UNSIGNED = "none"  # the adapter of what nobody signs

_NEW = insert(papers)
_CHANGE = update(papers).where(papers.c.id == bindparam("of_paper"))
_ONE = select(papers).where(papers.c.id == bindparam("of_paper"))
_OF_CASE = select(papers).where(papers.c.case_id == bindparam("of_case")).order_by(papers.c.id)
_OF_CASE_LOCKED = _OF_CASE.with_for_update()
# the state is written out: a plan that is kept must know that the index of what is awaited will do
_CLAIMED = (
    select(papers)
    .where(papers.c.status == literal_column(f"'{AWAITING}'"), papers.c.claims.overlap(bindparam("taken")))
    .order_by(papers.c.id)
)


@dataclass(frozen=True)
class Signed:
    """What is known of a paper from the moment it is signed: the hash and size of the file, when and how, and with
    which template it was printed."""

    sha256: str
    size: int
    at: datetime
    how: str
    template_digest: str | None = None


@dataclass(frozen=True)
class PaperRow:
    """A paper. `snapshot` is what is printed; `facts`, by effect, what its action settled; `claims` what no other paper
    may take while it is being signed; `failure` the code of the last try to sign it, `attempts` how often that failed;
    `version` the last state that other services were told (`announcing`). Of several papers of one decision each has a
    `name`, and all but the first one say which is the first (`main`)."""

    id: str
    case_id: str
    action: str
    snapshot: Snapshot
    code: str
    service: str
    adapter: str
    office: str
    prepared_at: datetime
    subject: str | None = None
    signer: str | None = None
    facts: JsonObject | None = None
    claims: tuple[str, ...] = ()
    status: str = AWAITING
    superseded_by: str | None = None
    signed: Signed | None = None
    failure: str | None = None
    attempts: int = 0
    version: int = 0
    name: str = ""
    main: str | None = None

    @property
    def decision(self) -> str:
        """What all papers of one decision have in common: the id of the first."""
        return self.main or self.id

    @property
    def kind(self) -> str:
        return self.snapshot.kind

    @property
    def number(self) -> str | None:
        return self.snapshot.number

    @property
    def holds_up(self) -> bool:
        """Whether something waits for its signature: a decision, or the correction of a register."""
        return self.adapter != UNSIGNED and not self.snapshot.printed_later

    @property
    def issued(self) -> bool:
        """Whether it holds, or has held: there is a file to hand out."""
        return self.status in (ISSUED, SUPERSEDED)

    def same_as(self, other: PaperRow) -> bool:
        """Whether both are the same paper of the same action, once and again."""
        first = self.main is None and other.main is None
        return self.action == other.action and (first or self.name == other.name)

    def facts_of(self, effect: str) -> JsonObject:
        """What one effect of the action has settled."""
        return mapping(self.facts or {}, effect)


def add(tx: Connection, paper: PaperRow) -> None:
    """Store a new paper; it rides behind."""
    values = {
        "id": paper.id,
        "case_id": paper.case_id,
        "action": paper.action,
        "kind": paper.kind,
        "template": paper.snapshot.template,
        "service": paper.service,
        "number": paper.number,
        "code": paper.code,
        "subject": paper.subject,
        "snapshot": paper.snapshot.to_json(),
        "facts": dict(paper.facts or {}),
        "claims": list(paper.claims),
        "adapter": paper.adapter,
        "signer": paper.signer,
        "office": paper.office,
        "status": paper.status,
        "printed_later": paper.snapshot.printed_later,
        "prepared_at": paper.prepared_at,
        "attempts": 0,
        "name": paper.name,
        "main": paper.main,
    }
    pipelined.later(tx, _NEW, values)


def find(tx: Connection, paper_id: str) -> PaperRow | None:
    """The paper of this id, or None."""
    row = pipelined.now(tx, _ONE, {"of_paper": read_id(paper_id)}).first()
    return None if row is None else paper_of(row)


def of_case(tx: Connection, case_id: str, *, lock: bool = False) -> list[PaperRow]:
    """The papers of a case, oldest first; `lock` takes their rows, after that of the case."""
    return [paper_of(row) for row in pipelined.now(tx, _OF_CASE_LOCKED if lock else _OF_CASE, {"of_case": case_id})]


def where(tx: Connection, *conditions: ColumnElement[bool], most: int | None = None) -> list[PaperRow]:
    """The papers for which this holds, oldest first."""
    query = select(papers).where(*conditions).order_by(papers.c.id)
    return [paper_of(row) for row in tx.execute(query if most is None else query.limit(most))]


def claimed(tx: Connection, *claims: str, but: str | None = None) -> list[PaperRow]:
    """The papers being signed that have any of these claims, without those of the decision `but`, oldest first. The
    caller holds the lock under which the claims are made."""
    found = [paper_of(row) for row in pipelined.now(tx, _CLAIMED, {"taken": list(claims)})]
    return [each for each in found if each.decision != but]


def told(tx: Connection, paper: PaperRow, version: int) -> None:
    """Other services are told this state of it; the caller holds its row."""
    _change(tx, paper, {"version": version})


def being_signed(tx: Connection, number: str) -> bool:
    """Whether a paper that waits for its signature has this number."""
    return bool(where(tx, papers.c.number == number, papers.c.status.in_((AWAITING, SIGNED)), most=1))


def sign(tx: Connection, paper: PaperRow, signed: Signed, status: str) -> PaperRow:
    """The paper with its signed file: issued, or SIGNED as long as others are not; the caller holds its row."""
    values: SqlValues = {
        "status": status,
        "sha256": signed.sha256,
        "size": signed.size,
        "signed_at": signed.at,
        "how": signed.how,
        "template_digest": signed.template_digest,
        "failure": None,
    }
    _change(tx, paper, values)
    return replace(paper, status=status, signed=signed, failure=None)


def issue(tx: Connection, paper: PaperRow) -> PaperRow:
    """A paper that was SIGNED, which holds from now on; the caller holds its row."""
    _change(tx, paper, {"status": ISSUED})
    return replace(paper, status=ISSUED)


def abandon(tx: Connection, paper: PaperRow) -> PaperRow:
    """The paper, given up, without the file that it may have; the caller holds its row."""
    unsigned: SqlValues = dict.fromkeys(("sha256", "size", "signed_at", "how", "template_digest"))
    _change(tx, paper, {"status": ABANDONED, **unsigned})
    return replace(paper, status=ABANDONED, signed=None)


def supersede(tx: Connection, paper: PaperRow, by: str) -> None:
    """Another paper takes its place; the caller holds the row of its case."""
    _change(tx, paper, {"status": SUPERSEDED, "superseded_by": by})


def failed(tx: Connection, paper: PaperRow, failure: str) -> PaperRow:
    """One more try to sign it has failed; the caller holds its row."""
    attempts = paper.attempts + 1
    _change(tx, paper, {"failure": failure, "attempts": attempts})
    return replace(paper, failure=failure, attempts=attempts)


def _change(tx: Connection, paper: PaperRow, values: SqlValues) -> None:
    pipelined.later(tx, _CHANGE, {"of_paper": paper.id, **values})


def paper_of(row: AnyRow) -> PaperRow:
    """The paper in a row of the table."""
    signed = None
    if row.sha256 is not None:
        signed = Signed(row.sha256, row.size, row.signed_at, row.how, row.template_digest)
    return PaperRow(
        id=row.id,
        case_id=row.case_id,
        action=row.action,
        snapshot=Snapshot.from_json(row.snapshot),
        code=row.code,
        service=row.service,
        adapter=row.adapter,
        office=row.office,
        prepared_at=row.prepared_at,
        subject=row.subject,
        signer=row.signer,
        facts=row.facts,
        claims=tuple(row.claims),
        status=row.status,
        superseded_by=row.superseded_by,
        signed=signed,
        failure=row.failure,
        attempts=row.attempts,
        version=row.version,
        name=row.name,
        main=row.main,
    )


def newest(found: Sequence[PaperRow], action: str) -> PaperRow | None:
    """The last paper of an action that was not given up; of several, the first one of its last decision."""
    its = (each for each in reversed(found) if each.action == action and each.main is None)
    return next((each for each in its if each.status != ABANDONED), None)

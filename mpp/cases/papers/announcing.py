"""Telling the other services of a paper: that it was issued, what became of it, that none will come (ADR 0025).

Every event says all that there is to know of the paper, so that the newest one is enough. Each state is told under a
version of its own; the first is 1. Telling only queues: a number may have been drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from mpp.cases.papers import rows
from mpp.cases.papers.rows import ABANDONED, AWAITING, ISSUED, SIGNED, SUPERSEDED, PaperRow
from mpp.cases.recording.events import emit
from mpp.cases.recording.hooks import PaperSought
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Work
from mpp.cases.storage.paper_table import papers
from mpp.cases.storage.tables import cases
from mpp.casework.rules.paper import SHARED_KINDS
from mpp.contracts.papers import ENDED, IN_FORCE
from mpp.hosting.definition import ServiceDefinition
from mpp.json_values import JsonObject, optional_text
from mpp.persistence.values import AnyRow

_EXPIRED = "expired"


@dataclass(frozen=True)
class Standing:
    """Whether a paper holds (`mpp.contracts.papers`), and until when."""

    status: str
    until: date | None = None


@dataclass(frozen=True)
class Known:
    """A paper that others may know, with what is told of its case."""

    paper: PaperRow
    tracking_code: str
    region: str


@dataclass(frozen=True)
class Step:
    """When something becomes of a paper, and what that follows from."""

    now: datetime
    correlation_id: str
    causation_id: str | None = None


_KNOWN = select(papers, cases.c.tracking_code, cases.c.region.label("of_region")).join(
    cases, cases.c.id == papers.c.case_id
)


def shares(definition: ServiceDefinition, kind: str) -> bool:
    """Whether papers of this kind of this service are told of."""
    return definition.shares_papers and kind in SHARED_KINDS


def lock(tx: Connection, definition: ServiceDefinition, code: str) -> Known | None:
    """The paper that bears this verification code, with its row held, also where it is still to be signed: that must
    wait for what becomes of its document. None where others know of none."""
    query = _KNOWN.where(papers.c.code == code, papers.c.status != ABANDONED)
    row = tx.execute(query.with_for_update(of=papers)).first()
    return None if row is None or row.status in (AWAITING, SIGNED) else _known(definition, row)


def page(tx: Connection, service: str, after: str | None, most: int) -> tuple[list[Known], bool]:
    """The next papers of a service type that were issued, from the one behind `after` on, with their rows held; and
    whether these are all that there are. A row that somebody else holds, and what follows it, is left to the next look:
    nobody waits for anybody."""
    wanted = (papers.c.service == service, papers.c.kind.in_(SHARED_KINDS), papers.c.status.in_((ISSUED, SUPERSEDED)))
    following = select(papers.c.id).where(*wanted).order_by(papers.c.id).limit(most)
    ids = list(tx.execute(following if after is None else following.where(papers.c.id > after)).scalars())
    query = _KNOWN.where(papers.c.id.in_(ids)).with_for_update(of=papers, skip_locked=True)
    held = {row.id: row for row in tx.execute(query)}
    first_missing = next((place for place, id_ in enumerate(ids) if id_ not in held), len(ids))
    reached = [held[id_] for id_ in ids[:first_missing]]
    found = [Known(rows.paper_of(row), row.tracking_code, row.of_region) for row in reached]
    return found, first_missing == len(ids) < most


def replaced_elsewhere(work: Work, paper: PaperRow) -> list[Known]:
    """The issued papers of other cases in whose place this one stands, where no register says what holds: those with
    its number, and those whose number stands on it. Their rows are held."""
    numbers = [each for each in (paper.number, paper.snapshot.supersedes) if each is not None]
    if work.host.hooks.keeps_register or not numbers:
        return []
    of_others = (papers.c.case_id != paper.case_id, papers.c.kind == paper.kind, papers.c.status == ISSUED)
    query = _KNOWN.where(papers.c.number.in_(numbers), *of_others).order_by(papers.c.id).with_for_update(of=papers)
    return [Known(rows.paper_of(row), row.tracking_code, row.of_region) for row in work.tx.execute(query)]


def issued(work: Work, paper: PaperRow, formers: Sequence[PaperRow], elsewhere: Sequence[Known] = ()) -> None:
    """A paper was signed: what it is now, which for one that is printed later need not be in force. Then what it takes
    the place of: the papers `formers` of its case, those `elsewhere`, and the document whose number stands on it."""
    definition = work.host.definition
    if not shares(definition, paper.kind):
        return
    of_case, step = (work.record.tracking_code, work.record.region), _step(work)
    standing = standing_of(work.tx, work.host, paper, work.today)
    _tell(work.tx, work.service, Known(paper, *of_case), "issued", standing, step)
    for former in formers:
        changed(work.tx, definition, Known(former, *of_case), Standing(SUPERSEDED), step)
    for known in elsewhere:
        changed(work.tx, definition, known, Standing(SUPERSEDED), step)
    told = {each.id for each in formers} | {each.paper.id for each in elsewhere}
    for known in _numbered(work, paper):
        if known.paper.id not in told:
            changed(work.tx, definition, known, standing_of(work.tx, work.host, known.paper, work.today), step)


def _numbered(work: Work, paper: PaperRow) -> list[Known]:
    """The paper in whose place this one stands, by its number, with its row held."""
    number = paper.snapshot.supersedes
    if number is None:
        return []
    query = _KNOWN.where(papers.c.number == number, papers.c.service == paper.service, papers.c.id != paper.id)
    query = query.where(papers.c.status.in_((ISSUED, SUPERSEDED))).order_by(papers.c.id).with_for_update(of=papers)
    found = [_known(work.host.definition, row) for row in work.tx.execute(query)]
    return [each for each in found if each is not None]


def changed(tx: Connection, definition: ServiceDefinition, known: Known, standing: Standing, step: Step) -> None:
    """It holds, or not, in another way than before; the caller holds its row. Queued only."""
    _tell(tx, definition.name, known, "ended" if standing.status in ENDED else "changed", standing, step)


def again(tx: Connection, host: CaseHost, known: Known, step: Step) -> None:
    """What it is now, for who has not heard of it; the caller holds its row."""
    standing = standing_of(tx, host, known.paper, host.today(step.now))
    _tell(tx, host.name, known, "ended" if standing.status in ENDED else "issued", standing, step)


def standing_of(tx: Connection, host: CaseHost, paper: PaperRow, today: date) -> Standing:
    """What the register says of it; what stands in none holds until its last day, or until another is in its place."""
    found = host.hooks.find_paper(tx, PaperSought(today, verification=paper.code))
    if found is not None:
        return Standing(found.status, found.until)
    if paper.status == SUPERSEDED:
        return Standing(SUPERSEDED)
    last = optional_text(paper.snapshot.facts or {}, "valid_until")
    until = None if last is None else date.fromisoformat(last)
    return Standing(IN_FORCE if until is None or today <= until else _EXPIRED, until)


def _known(definition: ServiceDefinition, row: AnyRow) -> Known | None:
    found = Known(rows.paper_of(row), row.tracking_code, row.of_region)
    return found if shares(definition, found.paper.kind) else None


def _step(work: Work) -> Step:
    return Step(work.now, work.cause.correlation_id, work.cause.causation_id)


def _tell(tx: Connection, service: str, known: Known, event: str, standing: Standing, step: Step) -> None:
    paper, version = known.paper, known.paper.version + 1
    rows.told(tx, paper, version)
    data: JsonObject = {
        "service": paper.service,
        "number": paper.number,
        "verification": paper.code,
        "tracking_code": known.tracking_code,
        "holder": paper.subject,
        "status": standing.status,
        "until": None if standing.until is None else standing.until.isoformat(),
        "supersedes": paper.snapshot.supersedes,
    }
    emit(
        tx,
        type_=f"{service}.paper.{event}.v1",
        source=service,
        subject=paper.id,
        version=version,
        region=known.region,
        data=data,
        now=step.now,
        correlation_id=step.correlation_id,
        causation_id=step.causation_id,
    )

"""Papers in the gateway's own database: what was sent to a signing service, scanned sheets, and batches of signatures.

A row of what was sent comes before anything is sent, and goes when it is known what came of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from mpp.papers.signing.wet import Scan
from mpp.persistence.values import AnyRow
from services.gateway.tables import paper_scans, paper_tries, signature_batches, signature_results

HELD = timedelta(minutes=3)  # longer than a signing service may take to answer
WAITING = "waiting"


# ---------------------------------------------------------------- what was sent


@dataclass(frozen=True)
class Try:
    """A paper that may have been signed: for whom, what was sent (its hash), and the service's own name of it."""

    paper: str
    collection: str
    account: str
    printed: str
    template_digest: str
    reference: str | None = None


def begin_try(tx: Connection, wanted: Try, now: datetime) -> bool:
    """Hold the paper before anything is sent; False where somebody else has sent it, or is about to."""
    statement = insert(paper_tries).values(**vars(wanted), held_until=now + HELD)
    return tx.execute(statement.on_conflict_do_nothing().returning(paper_tries.c.paper)).first() is not None


def take_up_try(tx: Connection, paper: str, now: datetime) -> Try | None:
    """Hold what another has left behind; None where there is nothing, or somebody is at it."""
    statement = (
        update(paper_tries)
        .where(paper_tries.c.paper == paper, paper_tries.c.held_until <= now)
        .values(held_until=now + HELD)
        .returning(paper_tries)
    )
    row = tx.execute(statement).first()
    return None if row is None else _try(row)


def find_try(tx: Connection, paper: str) -> Try | None:
    """What was sent of a paper, if anything."""
    row = tx.execute(select(paper_tries).where(paper_tries.c.paper == paper)).first()
    return None if row is None else _try(row)


def leave_try(tx: Connection, paper: str, reference: str | None, now: datetime) -> None:
    """Nobody is at it any more, and nobody knows what came of it."""
    statement = update(paper_tries).where(paper_tries.c.paper == paper).values(held_until=now)
    tx.execute(statement if reference is None else statement.values(reference=reference))


def end_try(tx: Connection, paper: str) -> None:
    """It is known what came of it."""
    tx.execute(delete(paper_tries).where(paper_tries.c.paper == paper))


def left_tries(tx: Connection, now: datetime, most: int) -> list[Try]:
    """Those that nobody is at."""
    query = select(paper_tries).where(paper_tries.c.held_until <= now).order_by(paper_tries.c.paper).limit(most)
    return [_try(row) for row in tx.execute(query)]


def _try(row: AnyRow) -> Try:
    return Try(row.paper, row.collection, row.account, row.printed, row.template_digest, row.reference)


# ---------------------------------------------------------------- sheets signed by hand


def put_scan(tx: Connection, paper: str, scan: Scan, now: datetime) -> None:
    """The scan of a paper; a later one takes the place of an earlier one."""
    told = {"sha256": scan.sha256, "size": scan.size, "scanned_by": scan.by, "scanned_at": now}
    statement = insert(paper_scans).values(paper=paper, **told)
    tx.execute(statement.on_conflict_do_update(index_elements=[paper_scans.c.paper], set_=told))


def find_scan(tx: Connection, paper: str) -> Scan | None:
    """The scan that waits, locked; None where there is none."""
    row = tx.execute(select(paper_scans).where(paper_scans.c.paper == paper).with_for_update()).first()
    return None if row is None else Scan(row.sha256, row.size, row.scanned_by)


def end_scan(tx: Connection, paper: str) -> None:
    """The paper is issued, or was given up."""
    tx.execute(delete(paper_scans).where(paper_scans.c.paper == paper))


def end_scans_of_others(tx: Connection, awaiting: Collection[str], before: datetime) -> int:
    """The same for all papers but those that are `awaiting` their signature, where the scan is from `before`; how many.
    Whoever ended them has died before it could say so."""
    left = delete(paper_scans).where(paper_scans.c.scanned_at < before, paper_scans.c.paper.not_in(awaiting))
    return len(tx.execute(left.returning(paper_scans.c.paper)).all())


def contents(tx: Connection) -> set[str]:
    """The hashes of what the folder keeps for the gateway itself: sheets that were sent, and scans that wait."""
    sent = tx.execute(select(paper_tries.c.printed)).scalars()
    return {*sent, *tx.execute(select(paper_scans.c.sha256)).scalars()}


# ---------------------------------------------------------------- batches


@dataclass(frozen=True)
class Result:
    """What has come of one paper of a batch."""

    paper: str
    state: str
    failure: str | None


@dataclass(frozen=True)
class Batch:
    """A batch with its results in order; the process that signs has said that it is alive until then."""

    id: str
    created_at: datetime
    alive_until: datetime
    ended: bool
    results: tuple[Result, ...]


def add_batch(
    tx: Connection, batch: str, account: str, papers: Sequence[str], now: datetime, alive_until: datetime
) -> None:
    """A batch that begins."""
    tx.execute(insert(signature_batches).values(id=batch, account=account, created_at=now, alive_until=alive_until))
    rows = [{"batch": batch, "ordinal": n, "paper": paper, "state": WAITING} for n, paper in enumerate(papers)]
    tx.execute(insert(signature_results), rows)


def batch_of(tx: Connection, account: str, batch: str) -> Batch | None:
    """The account's own batch of this id."""
    wanted = (signature_batches.c.id == batch, signature_batches.c.account == account)
    head = tx.execute(select(signature_batches).where(*wanted)).first()
    if head is None:
        return None
    query = select(signature_results).where(signature_results.c.batch == batch).order_by(signature_results.c.ordinal)
    results = tuple(Result(row.paper, row.state, row.failure) for row in tx.execute(query))
    return Batch(head.id, head.created_at, head.alive_until, head.ended, results)


def note_result(
    tx: Connection, batch: str, ordinal: int, state: str, failure: str | None, alive_until: datetime
) -> None:
    """What has come of one paper."""
    wanted = (signature_results.c.batch == batch, signature_results.c.ordinal == ordinal)
    tx.execute(update(signature_results).where(*wanted).values(state=state, failure=failure))
    tx.execute(update(signature_batches).where(signature_batches.c.id == batch).values(alive_until=alive_until))


def end_batch(tx: Connection, batch: str) -> None:
    """Nothing of it waits any more."""
    tx.execute(update(signature_batches).where(signature_batches.c.id == batch).values(ended=True))


def prune_batches(tx: Connection, before: datetime, most: int) -> int:
    """Forget batches that began before this moment; how many."""
    over = select(signature_batches.c.id).where(signature_batches.c.created_at <= before).limit(most)
    gone = delete(signature_batches).where(signature_batches.c.id.in_(over.with_for_update(skip_locked=True)))
    return len(tx.execute(gone.returning(signature_batches.c.id)).all())

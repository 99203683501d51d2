"""What the mall has given out after the backup, as far as anything still knows.

Three things may: the databases that stand where the backup goes, newer backups beside it, and the checkpoints, which
count the entries of the audit trail. Each legal number has an entry of its own, so where the checkpoints are ahead of
all that is known, no book can have given out more numbers than there are entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from mpp.audit.checking import read_checkpoints
from mpp.audit.checkpoints import Checkpoint, Verifier
from mpp.audit.findings import Report
from mpp.audit.ledger import read_ledger
from mpp.cases.storage.holdings import Series
from mpp.cases.storage.standing import Standing
from mpp.operations.backup import shelf
from mpp.operations.backup.manifest import DatabaseEntry, Manifest, read_manifest
from mpp.operations.problem import Problem

A_DAY = 1000  # numbers that no book of an office gives out in one day
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Seen:
    """What a service must go on beyond: the books that something newer knows, and so many numbers beyond these and
    beyond those of the backup. `highest` is the newest version of any subject. `exact`: nothing can be missing."""

    books: tuple[Series, ...]
    margin: int
    highest: int
    exact: bool


def newer_backups(folder: Path, manifest: Manifest) -> list[Manifest]:
    """The later backups of the same mall that stand beside this one."""
    found = []
    for each in shelf.standing(folder.absolute().parent):
        if each.begun_at <= manifest.begun_at:
            continue
        try:
            other = read_manifest(each.folder)
        except Problem:
            continue
        if other.region == manifest.region and other.keys == manifest.keys:
            found.append(other)
    return found


def last_checkpoint(ledger: Path | None, service: str, verifier: Verifier | None) -> Checkpoint | None:
    """The highest good checkpoint of this file. Raises OSError."""
    if ledger is None:
        return None
    good = read_checkpoints(read_ledger(ledger), service, verifier, Report(service))
    return good[-1].checkpoint if good else None


def seen(
    entry: DatabaseEntry,
    standing: Standing | None,
    later: Sequence[Manifest],
    checkpoint: Checkpoint | None,
    margin: int | None,
    now: datetime,
) -> Seen:
    """What the service that `entry` was taken of must go on beyond; `margin` is the operator's own, if he gave one."""
    others = [each for manifest in later for each in manifest.databases if each.service == entry.service]
    same = standing is not None and standing.descends
    known = max([entry.marks.sealed, *(each.marks.sealed for each in others)])
    books = [book for each in others for book in each.series]
    highest = max([entry.marks.highest_version, *(each.marks.highest_version for each in others)])
    moments = [entry.at, *(each.at for each in others)]
    if standing is not None:
        books += standing.books
        highest = max(highest, standing.highest)
        if same:
            known = max(known, standing.sealed)
            moments += [standing.newest] if standing.newest is not None else []
    told = 0 if checkpoint is None else checkpoint.size
    if checkpoint is not None:
        moments.append(checkpoint.at)
    exact = same and standing is not None and told <= standing.sealed and (told > 0 or standing.sealed == 0)
    if exact:
        return Seen(tuple(books), margin or 0, highest, margin is None)
    days = max(1, -(-(now - max(moments)) // _DAY))
    beyond = max(0, told - known) + (A_DAY * days if margin is None else margin)
    return Seen(tuple(books), beyond, highest, False)

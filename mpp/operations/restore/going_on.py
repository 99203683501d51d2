"""A restored mall goes on beyond what it gave out after the backup, and leaves on record what it has passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mpp.audit.settings import AuditSettings
from mpp.cases.storage import number_gaps
from mpp.cases.storage.number_gaps import BookIsFull, Gap
from mpp.cases.storage.standing import Standing
from mpp.casework.access.actors import SYSTEM
from mpp.hosting.definition import ServiceDefinition, resolve
from mpp.hosting.restoring import AfterRestore
from mpp.json_values import Json
from mpp.messages import rows as message_rows
from mpp.messaging.reconciling.resending import resend
from mpp.messaging.reconciling.spans import Span
from mpp.operations.backup.manifest import Manifest
from mpp.operations.problem import Problem
from mpp.operations.restore.seen import Seen, last_checkpoint, seen
from mpp.persistence import restores
from mpp.persistence.audit.trail import record
from mpp.persistence.restores import Restored

if TYPE_CHECKING:
    from sqlalchemy import Connection

# What was told in this time before the backup is told again: it may have been on its way.
AGAIN = timedelta(days=1)


@dataclass(frozen=True)
class Beyond:
    """`versions` are added to all that is told from now on; `of` says what each service knows of its numbers."""

    versions: int
    of: Mapping[str, Seen]


def beyond(
    manifest: Manifest,
    standing: Mapping[str, Standing | None],
    later: Sequence[Manifest],
    ledgers: Mapping[str, Path | None],
    audit: AuditSettings,
    margin: int | None,
    now: datetime,
) -> Beyond:
    """What the mall must go on beyond. Raises Problem, and OSError for a ledger that cannot be read."""
    of = {}
    for entry in manifest.databases:
        verifier = audit.verifier_of(entry.service)
        checkpoint = last_checkpoint(ledgers.get(entry.service), entry.service, verifier)
        of[entry.service] = seen(entry, standing.get(entry.service), later, checkpoint, margin, now)
    try:
        versions = restores.next_versions(max(each.highest for each in of.values()), now)
    except ValueError as error:
        raise Problem(f"jam mesin ini tidak benar? ({error})", "is the clock of this machine right?") from None
    return Beyond(versions, of)


def told(found: Beyond) -> Iterator[str]:
    """What the operator should know of it."""
    yield f"versi peristiwa sesudah | versions of events beyond: {found.versions}"
    guessed = {name: each.margin for name, each in found.of.items() if not each.exact}
    for name, margin in guessed.items():
        yield (
            f"{name}: nomor sesudah cadangan tidak diketahui pasti; tiap buku melewati {margin} nomor "
            f"(--numbers-margin) | it is not known how many were given out: {margin} are passed over in each book"
        )


def go_on(
    tx: Connection, definition: ServiceDefinition, restored: Restored, known: Seen, as_of: datetime
) -> Sequence[Gap]:
    """Leave the restore on record in a database that was just brought back, and let it go on beyond; the numbers that
    are passed over. Raises Problem."""
    restored = replace(
        restored,
        numbers_after=known.margin,
        numbers_from=as_of.year,
        numbers_through=(restored.restored_at + number_gaps.AHEAD).year,
    )
    restores.write_down(tx, restored)
    gaps: Sequence[Gap] = ()
    if definition.collection is not None:
        try:
            gaps = list(number_gaps.pass_over(tx, known.books, known.margin, restored))
        except BookIsFull as error:
            raise Problem(
                f"buku {error}: --numbers-margin terlalu besar", f"book {error}: --numbers-margin is too large"
            ) from None
        message_rows.doubt(tx)
    _tell_again(tx, Span(as_of - AGAIN, restored.restored_at))
    if definition.restored is not None:
        after: AfterRestore = resolve(definition.restored)
        after(tx, restored)
    _leave_on_record(tx, restored, gaps)
    return gaps


def _tell_again(tx: Connection, span: Span) -> None:
    after: int | None = 0
    while after is not None:
        after = resend(tx, span, after=after).next


def _leave_on_record(tx: Connection, restored: Restored, gaps: Sequence[Gap]) -> None:
    passed: list[Json] = [f"{gap.office}/{gap.series}/{gap.year}: {gap.first}-{gap.last}" for gap in gaps]
    details: dict[str, Json] = {
        "backup": restored.backup,
        "until": restored.until.isoformat(),
        "versions_after": restored.versions_after,
        "numbers_passed_over": passed,
    }
    record(tx, at=restored.restored_at, actor=SYSTEM, office=None, action="mall_restored", details=details)

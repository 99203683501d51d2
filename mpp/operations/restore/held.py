"""The databases that a backup holds: brought back, and compared with what was written down of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mpp.audit.ledger import read_ledger
from mpp.audit.settings import AuditSettings
from mpp.cases.storage import holdings
from mpp.hosting.definition import ServiceDefinition
from mpp.operations.backup import pieces
from mpp.operations.backup.beside import checkpoints_name
from mpp.operations.backup.envelope import Envelope
from mpp.operations.backup.feeding import Fed, failed
from mpp.operations.backup.manifest import DatabaseEntry, Manifest
from mpp.operations.backup.programs import program
from mpp.operations.restore.progress import Progress, Through
from mpp.persistence import migrate
from mpp.persistence.audit.check import check_service
from mpp.persistence.servers.snapshots import Snapshot, Source, libpq, marks_of, server_version, snapshots

Say = Callable[[str], None]
_HOW = ("--no-owner", "--no-privileges", "--exit-on-error")


@dataclass(frozen=True)
class Held:
    """What is in the backup at `folder`; `audit` knows the keys that its checkpoints were signed with."""

    folder: Path
    manifest: Manifest
    envelope: Envelope | None
    services: Mapping[str, ServiceDefinition]
    audit: AuditSettings
    say: Say

    def wrong_services(self) -> Iterator[str]:
        """Databases that are not in it, or that the installed code can do nothing with."""
        entries = {entry.service: entry for entry in self.manifest.databases}
        for name, definition in self.services.items():
            if definition.migrations is not None and name not in entries:
                yield f"layanan {name} tidak ada di cadangan | is not in the backup"
        for name, entry in entries.items():
            packages = self.services[name].migrations if name in self.services else None
            if packages is None:
                yield f"{name}: layanan ini tidak dikenal | this service is not known here"
            elif not migrate.knows(entry.marks.schema, packages):
                yield (
                    f"{name}: skema {entry.marks.schema} tidak dikenal program ini; pasang versi {self.manifest.mall} "
                    f"atau lebih baru | its schema is not known here: install version {self.manifest.mall} or newer"
                )

    def bring_back(self, entry: DatabaseEntry, url: str, owner: str | None = None) -> None:
        """Fill an empty database, as the administrator of `url`; everything belongs to the role `owner`.

        Raises Problem, WrongKey, Damaged, SnapshotFailed.
        """
        tool = program("pg_restore", max(server_version(url), entry.server))
        database = libpq(url)
        how = [*_HOW, *([f"--role={owner}"] if owner is not None else [])]
        with Fed([tool, *how, f"--dbname={database['PGDATABASE']}"], database) as restoring:
            loaded = Progress("dimuat | loaded", entry.piece.plain_size, "byte", self.say)
            pieces.read(self.folder, entry.piece, self.envelope, Through(restoring, loaded))
            if not restoring.well():
                raise failed(entry.service, "pg_restore", restoring.told)

    def wrong(self, entry: DatabaseEntry, url: str, listed: Mapping[str, int]) -> Iterator[str]:
        """Where the database at `url` is not what was backed up; `listed` are the documents of the backup.

        Raises WrongKey, Damaged, SnapshotFailed.
        """
        definition = self.services[entry.service]
        with snapshots([Source(entry.service, url, definition.migrations or ())]) as (seen,):
            yield from self._differences(entry, definition, seen, listed)
        with self.checkpoints(entry.service) as ledger:
            notes = [] if ledger is None else read_ledger(ledger)
            checked = Progress("jejak audit | audit trail", entry.marks.entries, "entri", self.say).reached
            report = check_service(url, entry.service, notes, self.audit.verifier_of(entry.service), checked)
            yield from (f"{entry.service}: {finding}" for finding in report.findings)

    @contextmanager
    def checkpoints(self, service: str) -> Iterator[Path | None]:
        """The service's ledger as it was then, unpacked for a moment; None: it had none. Raises WrongKey, Damaged."""
        piece = self.manifest.piece(checkpoints_name(service))
        if piece is None:
            yield None
            return
        with tempfile.NamedTemporaryFile() as unpacked:
            pieces.read(self.folder, piece, self.envelope, unpacked)
            unpacked.flush()
            yield Path(unpacked.name)

    def _differences(
        self, entry: DatabaseEntry, definition: ServiceDefinition, seen: Snapshot, listed: Mapping[str, int]
    ) -> Iterator[str]:
        name = entry.service
        if (marks := marks_of(seen)) != entry.marks:
            yield f"{name}: isinya bukan yang dicatat ({marks}) | it does not hold what was written down"
        newest = migrate.head(definition.migrations or ())
        if marks.schema != newest:
            self.say(f"{name}: skema {marks.schema}, program ini {newest}: `mpp prepare` | an older schema")
        if definition.collection is None:
            return
        if holdings.cases_held(seen.tx) != entry.cases or tuple(holdings.series(seen.tx)) != entry.series:
            yield f"{name}: kasus atau nomor bukan yang dicatat | cases or numbers are not those written down"
        lacking = sum(sha256 not in listed for sha256, _ in holdings.named_contents(seen.tx))
        if lacking > self.manifest.lost_documents:
            yield f"{name}: {lacking} dokumen tidak ada | documents are not there"

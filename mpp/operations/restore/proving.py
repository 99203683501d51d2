"""Brings a backup back in a scratch place, and looks whether it is the mall that it says. The mall is not touched."""

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
from mpp.operations.backup.envelope import Damaged, Envelope, WrongKey
from mpp.operations.backup.feeding import Fed, failed
from mpp.operations.backup.manifest import DatabaseEntry, Manifest
from mpp.operations.backup.programs import program
from mpp.operations.problem import Problem
from mpp.operations.restore.pieces_check import document_list, wrong_documents, wrong_pieces
from mpp.persistence import migrate
from mpp.persistence.audit.check import check_service
from mpp.persistence.scratch import scratch_database
from mpp.persistence.snapshots import Snapshot, SnapshotFailed, Source, libpq, marks_of, server_version, snapshots

Say = Callable[[str], None]
_HOW = ("--no-owner", "--no-privileges", "--exit-on-error")


@dataclass(frozen=True)
class Proof:
    """What is needed to prove the backup in `folder`; `audit` knows the keys that its checkpoints were signed with."""

    folder: Path
    manifest: Manifest
    envelope: Envelope | None
    services: Mapping[str, ServiceDefinition]
    audit: AuditSettings
    say: Say

    def wrong(self, admin_url: str) -> list[str]:
        """Everything that is wrong, none when the backup is proved. `admin_url` is a server to bring it back on."""
        found = list(wrong_pieces(self.folder, self.manifest, self.envelope))
        found += [f"layanan {name} tidak ada di cadangan | is not in the backup" for name in self._missing()]
        if found:
            return found
        try:
            listed = document_list(self.folder, self.manifest, self.envelope)
            for entry in self.manifest.databases:
                self.say(f"basis data | database: {entry.service}")
                found += self._database(entry, admin_url, listed)
        except (WrongKey, Damaged) as error:
            return [*found, f"{error}: tidak dapat dibuka | cannot be opened"]
        except SnapshotFailed as error:
            raise Problem(f"basis data {error}", f"database {error}") from error
        self.say(f"dokumen | documents: {len(listed)}")
        closed = self.manifest.public_key is not None
        return found + list(wrong_documents(self.folder, listed, self.envelope, closed))

    def _missing(self) -> list[str]:
        held = {entry.service for entry in self.manifest.databases}
        return [name for name, each in self.services.items() if each.migrations is not None and name not in held]

    def _database(self, entry: DatabaseEntry, admin_url: str, listed: Mapping[str, int]) -> Iterator[str]:
        definition = self.services.get(entry.service)
        if definition is None or definition.migrations is None:
            yield f"{entry.service}: layanan ini tidak dikenal | this service is not known here"
            return
        with scratch_database(admin_url, f"mpp_bukti_{entry.service}") as url:
            self._bring_back(entry, url, server_version(url))
            with snapshots([Source(entry.service, url, definition.migrations)]) as (held,):
                yield from self._differences(entry, definition, held, listed)
            with self._checkpoints(entry.service) as ledger:
                notes = [] if ledger is None else read_ledger(ledger)
                report = check_service(url, entry.service, notes, self.audit.verifier_of(entry.service))
                yield from (f"{entry.service}: {finding}" for finding in report.findings)

    def _bring_back(self, entry: DatabaseEntry, url: str, server: int) -> None:
        tool = program("pg_restore", max(server, entry.server))
        with Fed([tool, *_HOW, f"--dbname={libpq(url)['PGDATABASE']}"], libpq(url)) as restoring:
            pieces.read(self.folder, entry.piece, self.envelope, restoring)
            if not restoring.well():
                raise failed(entry.service, "pg_restore", restoring.told)

    def _differences(
        self, entry: DatabaseEntry, definition: ServiceDefinition, held: Snapshot, listed: Mapping[str, int]
    ) -> Iterator[str]:
        name = entry.service
        if (marks := marks_of(held)) != entry.marks:
            yield f"{name}: isinya bukan yang dicatat ({marks}) | it does not hold what was written down"
        newest = migrate.head(definition.migrations or ())
        if marks.schema != newest:
            self.say(f"{name}: skema {marks.schema}, program ini {newest}: `mpp prepare` | an older schema")
        if definition.collection is None:
            return
        if holdings.cases_held(held.tx) != entry.cases or tuple(holdings.series(held.tx)) != entry.series:
            yield f"{name}: kasus atau nomor bukan yang dicatat | cases or numbers are not those written down"
        lacking = sum(sha256 not in listed for sha256, _ in holdings.named_contents(held.tx))
        if lacking > self.manifest.lost_documents:
            yield f"{name}: {lacking} dokumen tidak ada | documents are not there"

    @contextmanager
    def _checkpoints(self, service: str) -> Iterator[Path | None]:
        """The service's ledger as it was then, unpacked for a moment."""
        piece = self.manifest.piece(f"audit/{service}.checkpoints")
        if piece is None:
            yield None
            return
        with tempfile.NamedTemporaryFile() as unpacked:
            pieces.read(self.folder, piece, self.envelope, unpacked)
            unpacked.flush()
            yield Path(unpacked.name)

"""Makes one backup of a mall, running or not."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from mpp.cases.storage import holdings
from mpp.hosting.definition import ServiceDefinition
from mpp.operations.backup import beside, documents, dumping, pieces, shelf
from mpp.operations.backup.documents import Documents
from mpp.operations.backup.envelope import Envelope
from mpp.operations.backup.fingerprints import fingerprints
from mpp.operations.backup.manifest import DatabaseEntry, Manifest, read_manifest
from mpp.operations.backup.order import hearers_first
from mpp.operations.backup.pieces import Piece
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings, missing
from mpp.persistence.servers.snapshots import Snapshot, SnapshotFailed, Source, in_database, marks_of, snapshots

Say = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A complete backup, and the older ones that went for it."""

    folder: Path
    manifest: Manifest
    pruned: Sequence[Path]


def make(
    settings: Settings,
    services: Mapping[str, ServiceDefinition],
    where: Path,
    keep: int | None,
    say: Say,
    opened: Callable[[Snapshot], None] = lambda _: None,
) -> Made:
    """A backup of the mall in `where`, checked; `keep` is how many may stand there afterwards. Raises Problem.

    `opened` is called after each database was looked at: between two of them the mall goes on.
    """
    begun_at = datetime.now(UTC)
    envelope = Envelope.of(settings.backup_key)
    sources = _sources(settings, services)
    with shelf.room(where, begun_at) as (part, whole):
        try:
            manifest = _Making(settings, services, part, envelope, _former(where, envelope), say).make(
                begun_at, sources, opened
            )
            manifest.write(part)
        except SnapshotFailed as error:
            raise Problem(f"basis data {error}", f"database {error}") from error
        except OSError as error:
            raise Problem(f"{where}: {error.strerror}", f"cannot write to {where}") from error
        shelf.put(part, whole)
        pruned = shelf.keep(where, keep) if keep is not None else []
    return Made(whole, manifest, pruned)


@dataclass
class _Making:
    settings: Settings
    services: Mapping[str, ServiceDefinition]
    folder: Path
    envelope: Envelope | None
    former: Path | None
    say: Say

    def make(self, begun_at: datetime, sources: Sequence[Source], opened: Callable[[Snapshot], None]) -> Manifest:
        store = self.settings.for_services.files
        if store is None:
            raise missing("MPP_FILES_DIR")
        held = Documents(store, self.folder, self.envelope, self.former)
        self.say(f"dokumen | documents: {store}")
        held.take_all()
        kept = [self._copy(name, path) for name, path in beside.checkpoints(self.settings, self.services)]
        kept += [self._copy(name, path) for name, path in beside.configuration(self.settings)]
        warnings: list[str] = []
        with snapshots(sources, opened) as found:
            held.take_all()
            lost = [self._lost(held, snapshot) for snapshot in found]
            entries = tuple(self._database(snapshot) for snapshot in found)
        held.settle()
        kept.append(self._list(held))
        queues = beside.queues(self.settings, self.folder, self.envelope)
        if queues is not None:
            kept.append(queues)
        elif self.settings.amqp_uri or self.settings.admin_amqp_uri:
            warnings.append(
                "antrean mitra tidak ikut: isi MPP_BROKER_API | partners' queues are not in it: set MPP_BROKER_API"
            )
        if self.envelope is None:
            warnings.append("tidak terenkripsi: isi MPP_BACKUP_KEY | not encrypted: set MPP_BACKUP_KEY")
        if sum(lost):
            warnings.append(
                f"{sum(lost)} dokumen tercatat tanpa isi | {sum(lost)} documents are on record without content"
            )
        for sha256 in sorted(held.damaged):
            warnings.append(f"dokumen {sha256} rusak di disk | the document {sha256} is damaged on the disk")
        return Manifest(
            mall=version("virtual-mpp"),
            region=beside.region_code(self.settings),
            begun_at=begun_at,
            done_at=datetime.now(UTC),
            public_key=None if self.envelope is None else self.envelope.public,
            keys=fingerprints(self.settings),
            databases=entries,
            pieces=(*(entry.piece for entry in entries), *kept),
            documents=len(held.taken),
            document_bytes=sum(held.taken.values()),
            lost_documents=sum(lost),
            warnings=tuple(warnings),
        )

    def _database(self, snapshot: Snapshot) -> DatabaseEntry:
        service = snapshot.source.service
        self.say(f"basis data | database: {service}")
        keeps_cases = self.services[service].collection is not None
        return DatabaseEntry(
            service=service,
            at=snapshot.at,
            server=snapshot.server,
            marks=marks_of(snapshot),
            cases=holdings.cases_held(snapshot.tx) if keeps_cases else 0,
            series=tuple(holdings.series(snapshot.tx)) if keeps_cases else (),
            documents=sum(1 for _ in holdings.named_contents(snapshot.tx)) if keeps_cases else 0,
            piece=dumping.dump(snapshot, self.folder, f"databases/{service}.dump", self.envelope),
        )

    def _lost(self, held: Documents, snapshot: Snapshot) -> int:
        if self.services[snapshot.source.service].collection is None:
            return 0
        return len(held.lacking(holdings.named_contents(snapshot.tx)))

    def _copy(self, name: str, path: Path) -> Piece:
        return beside.copy(self.folder, name, path, self.envelope)

    def _list(self, held: Documents) -> Piece:
        with tempfile.TemporaryFile() as listed:
            listed.writelines(held.lines())
            listed.seek(0)
            return pieces.write(self.folder, documents.LIST, listed, self.envelope)


def _sources(settings: Settings, services: Mapping[str, ServiceDefinition]) -> list[Source]:
    sources = []
    for name in hearers_first(services):
        url = settings.database_urls.get(name)
        if url is None:
            raise missing(f"{name.upper()}_DATABASE_URL")
        if settings.admin_database_url is not None:
            url = in_database(settings.admin_database_url, url)
        sources.append(Source(name, url, services[name].migrations or ()))
    return sources


def _former(where: Path, envelope: Envelope | None) -> Path | None:
    """The newest backup under the same key, whose documents need not be written again."""
    public = None if envelope is None else envelope.public
    for each in reversed(shelf.standing(where)):
        try:
            if read_manifest(each.folder).public_key == public:
                return each.folder
        except Problem:
            continue
    return None

"""Brings the mall itself back: everything is prepared beside what stands, and takes its place in one moment.

Until that moment the old mall is whole, after it the new one is; what dies in between leaves names that the next run
clears away, or finishes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from mpp.cases.storage.standing import Standing, standing_of
from mpp.hosting.definition import ServiceDefinition
from mpp.operations.backup.beside import QUEUES, ledger_of, place_of_ledger, region_code
from mpp.operations.backup.envelope import Damaged, Envelope, WrongKey
from mpp.operations.backup.manifest import Manifest
from mpp.operations.problem import Problem
from mpp.operations.restore import refusing
from mpp.operations.restore.files import DocumentsBack, configuration_back
from mpp.operations.restore.going_on import Beyond, beyond, go_on, told
from mpp.operations.restore.held import Held
from mpp.operations.restore.pieces_check import document_list
from mpp.operations.restore.placing import Ledgers, Owner, not_written
from mpp.operations.restore.refusing import Wish
from mpp.operations.restore.seen import newer_backups
from mpp.operations.settings import Settings, missing, required
from mpp.persistence import restores
from mpp.persistence.restores import Restored
from mpp.persistence.servers import roles, swapping
from mpp.persistence.servers.snapshots import SnapshotFailed, in_database
from mpp.persistence.servers.swapping import InUse, Place, Server, SwapFailed

Say = Callable[[str], None]


@dataclass
class MallRestore:
    """One restore of the backup at `folder` into the databases and folders of `settings`."""

    folder: Path
    manifest: Manifest
    envelope: Envelope | None
    settings: Settings
    services: Mapping[str, ServiceDefinition]
    wish: Wish
    say: Say
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self._swapped = False
        self.stamp = f"{self.now:%Y%m%dT%H%M%SZ}"
        self._admin = required(self.settings.admin_database_url, "MPP_ADMIN_DATABASE_URL")
        self._places = [self._place(name) for name, each in self.services.items() if each.migrations is not None]
        audit, store = self.settings.for_services.audit, self.settings.for_services.files
        if audit.folder is None:
            raise missing("MPP_AUDIT_DIR")
        self._store = store or self.settings.data / "files"
        folders = (self._store, audit.folder, self._store.parent, audit.folder.parent, self.settings.data)
        self._owner = Owner.of(folders)
        found = {place.service: place_of_ledger(self.settings, place.service) for place in self._places}
        self._ledgers = Ledgers({name: path for name, path in found.items() if path is not None}, self._owner)
        self._held = Held(self.folder, self.manifest, self.envelope, self.services, audit, self.say)

    def run(self) -> bool:
        """Whether the mall is that of the backup now; if not it is as it was, and it was said why. Raises Problem."""
        server = Server(self._admin)
        try:
            with server.alone():
                if self._finished(server):
                    return True
                self._clear(server)
                try:
                    return self._restore(server)
                except Exception:
                    if not self._swapped:
                        self._clear(server)
                    raise
        except swapping.AlreadyRunning:
            raise Problem("pemulihan lain sedang berjalan", "another restore is at work") from None
        except InUse as error:
            raise refusing.in_use(str(error)) from error
        except (SwapFailed, SnapshotFailed, roles.PreparationFailed) as error:
            raise Problem(f"basis data: {error}", f"database: {error}") from error
        except (WrongKey, Damaged) as error:
            raise Problem(f"{error}: tidak dapat dibuka", f"{error}: cannot be opened") from error
        except OSError as error:
            raise not_written(Path(str(error.filename or self._store)), error) from error
        finally:
            server.dispose()

    def _place(self, service: str) -> Place:
        if service not in self.settings.database_urls:
            raise missing(f"{service.upper()}_DATABASE_URL")
        return Place(service, self.settings.database_urls[service])

    def _finished(self, server: Server) -> bool:
        """Whether a restore of this backup was cut off after its moment: then only names are left to be changed."""
        standing = server.existing(place.name for place in self._places)
        if len(standing) < len(self._places):
            return False
        with swapping.reading(self._admin, self._places[0].name) as tx:
            last = restores.newest(tx)
        if last is None or last.backup != self.folder.name or not self._ledgers.waiting(last.stamp):
            return False
        self._ledgers.put(last.stamp)
        self.say(f"pemulihan {last.stamp} diselesaikan | the restore {last.stamp} is finished")
        return True

    def _clear(self, server: Server) -> None:
        for place in self._places:
            server.drop(place.fresh)
        self._ledgers.clear()

    def _restore(self, server: Server) -> bool:
        if sessions := server.connected(place.name for place in self._places):
            raise refusing.running(sessions)
        wrong = list(refusing.wrong_backup(self._held, self.settings, self.wish))
        standing = {} if wrong else self._standing(server)
        if standing and not self.wish.replace:
            wrong += refusing.stands(self.manifest, standing)
        if wrong:
            if self.manifest.region != region_code(self.settings):
                self._region_aside()  # a new machine has no region folder yet, and an encrypted one is hard to reach
            return self._refuse(wrong)
        listed = document_list(self.folder, self.manifest, self.envelope)
        for place in self._places:
            wrong += self._prepare(place, listed)
        self.say(f"dokumen | documents: {len(listed)}")
        documents = DocumentsBack(self.folder, self.manifest, self.envelope, self._store, self._owner, self.say)
        wrong += documents.put(listed)
        if wrong:
            self._clear(server)
            return self._refuse(wrong)
        self._go_on(server)
        if sessions := server.connected(place.name for place in self._places):
            raise refusing.running(sessions)
        server.swap(self._places, self.stamp)
        self._swapped = True
        self.say(f"mal dipulihkan | the mall is restored: {self.manifest.as_of.astimezone():%Y-%m-%d %H:%M:%S %Z}")
        kept = [*(f"basis data {place.former(self.stamp)}" for place in self._places if place.service in standing)]
        kept += [str(path) for path in self._ledgers.put(self.stamp)]
        self._tell(kept)
        return True

    def _refuse(self, wrong: list[str]) -> bool:
        for line in wrong:
            self.say(f"SALAH {line}")
        self.say("mal tidak diubah | the mall is as it was")
        return False

    def _standing(self, server: Server) -> dict[str, Standing | None]:
        """What stands in each place; a database that says nothing counts as standing."""
        names = server.existing(place.name for place in self._places)
        return {place.service: self._read(place) for place in self._places if place.name in names}

    def _read(self, place: Place) -> Standing | None:
        entry = self.manifest.entry(place.service)
        keeps_cases = self.services[place.service].collection is not None
        try:
            with swapping.reading(self._admin, place.name) as tx:
                return standing_of(tx, entry.marks.sealed, entry.marks.head, keeps_cases=keeps_cases)
        except SwapFailed as error:
            self.say(f"awas: {place.name} tidak terbaca ({error}) | cannot be read")
            return None

    def _prepare(self, place: Place, listed: Mapping[str, int]) -> list[str]:
        """Bring the database back beside the one that stands, check it, and bring it up to date; what is wrong."""
        entry, packages = self.manifest.entry(place.service), self.services[place.service].migrations or ()
        self.say(f"basis data | database: {place.service} ({entry.piece.plain_size:,} byte)")
        url = in_database(self._admin, place.fresh_url)
        owner = roles.empty_database(self._admin, place.fresh_url, place.service)
        self._held.bring_back(entry, url, owner)
        wrong = list(self._held.wrong(entry, url, listed))
        if not wrong:
            roles.prepare(self._admin, place.fresh_url, place.service, packages)
            swapping.gather_statistics(self._admin, place.fresh)
            with self._held.checkpoints(place.service) as ledger:
                self._ledgers.stage(place.service, ledger, self.stamp)
        return wrong

    def _go_on(self, server: Server) -> None:
        """Let the new databases go on beyond what was given out; the old ones are asked as late as can be."""
        standing, later = self._standing(server), newer_backups(self.folder, self.manifest)
        ledgers = {place.service: ledger_of(self.settings, place.service) for place in self._places}
        found: Beyond = beyond(
            self.manifest, standing, later, ledgers, self.settings.for_services.audit, self.wish.margin, self.now
        )
        for line in told(found):
            self.say(line)
        for place in self._places:
            restored = Restored(
                self.stamp, self.folder.name, self.now, self.manifest.entry(place.service).at, found.versions
            )
            with swapping.writing(self._admin, place.fresh) as tx:
                gaps = go_on(tx, self.services[place.service], restored, found.of[place.service], self.manifest.as_of)
            for gap in gaps:
                self.say(f"nomor dilewati | numbers passed over: {gap}")

    def _tell(self, kept: list[str]) -> None:
        self._region_aside()
        for name in kept:
            self.say(f"disimpan | kept: {name}")
        for line in refusing.afterwards(self.folder, kept=bool(kept), queues=self.manifest.piece(QUEUES) is not None):
            self.say(line)

    def _region_aside(self) -> None:
        aside = self.folder.with_name(f"{self.folder.name}.wilayah")
        try:
            for path in configuration_back(self.folder, self.manifest, self.envelope, self.settings, aside):
                self.say(f"berbeda dari yang ada; versi cadangan | not what stands; the backup's: {path}")
        except (WrongKey, Damaged):
            self.say("awas: berkas wilayah di cadangan tidak dapat dibuka | the region's files cannot be opened")
        except OSError as error:
            self.say(f"awas: {not_written(aside, error)}")

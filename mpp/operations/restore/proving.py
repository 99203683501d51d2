"""Brings a backup back in a scratch place, and looks whether it is the mall that it says. The mall is not touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mpp.audit.settings import AuditSettings
from mpp.hosting.definition import ServiceDefinition
from mpp.operations.backup.envelope import Damaged, Envelope, WrongKey
from mpp.operations.backup.manifest import DatabaseEntry, Manifest
from mpp.operations.problem import Problem
from mpp.operations.restore.held import Held
from mpp.operations.restore.pieces_check import document_list, wrong_documents, wrong_pieces
from mpp.persistence.servers.scratch import scratch_database
from mpp.persistence.servers.snapshots import SnapshotFailed

Say = Callable[[str], None]


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
        found = [*wrong_pieces(self.folder, self.manifest, self.envelope), *self._held.wrong_services()]
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

    @property
    def _held(self) -> Held:
        return Held(self.folder, self.manifest, self.envelope, self.services, self.audit, self.say)

    def _database(self, entry: DatabaseEntry, admin_url: str, listed: Mapping[str, int]) -> Iterator[str]:
        with scratch_database(admin_url, f"mpp_bukti_{entry.service}") as url:
            self._held.bring_back(entry, url)
            yield from self._held.wrong(entry, url, listed)

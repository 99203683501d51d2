"""`mpp restore DIR`, and with `--into PLACE` only to prove it: what an operator sees of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mpp.hosting.definition import definitions
from mpp.operations import keys
from mpp.operations.backup import shelf
from mpp.operations.backup.envelope import Envelope
from mpp.operations.backup.fingerprints import fingerprints
from mpp.operations.backup.manifest import read_manifest
from mpp.operations.databases import databases_alone
from mpp.operations.embedded_postgres import location
from mpp.operations.problem import Problem
from mpp.operations.restore.mall import MallRestore
from mpp.operations.restore.pieces_check import wrong_keys
from mpp.operations.restore.proving import Proof
from mpp.operations.restore.queues import queues_back
from mpp.operations.restore.refusing import Wish
from mpp.operations.settings import Settings, required

Say = Callable[[str], None]


def prove(folder: Path, place: Path, say: Say) -> bool:
    """Bring the backup back at `place`, say what is wrong, leave nothing there; whether it is whole. Raises Problem."""
    services = definitions()
    settings = Settings.read(os.environ, services)
    if (settings.data / "keys.json").exists():
        settings = keys.with_keys(settings)
    manifest = read_manifest(folder)
    proof = Proof(folder, manifest, Envelope.of(settings.backup_key), services, settings.for_services.audit, say)
    with _server(settings, place) as admin_url:
        wrong = [*wrong_keys(manifest, fingerprints(settings)), *proof.wrong(admin_url)]
    for line in wrong:
        say(f"SALAH {line}")
    if wrong:
        return False
    say(f"terbukti | proved: {folder}, sampai | up to {manifest.as_of.astimezone():%Y-%m-%d %H:%M:%S %Z}")
    if not shelf.prove(folder, datetime.now(UTC)):
        say("awas: folder cadangan tidak dapat ditulis, doctor tidak tahu | doctor will not know")
    return True


def bring_back(folder: Path, wish: Wish, say: Say) -> bool:
    """Bring the mall itself back from the backup; whether that was done, else it was said why not. Raises Problem."""
    services = definitions()
    settings = Settings.read(os.environ, services)
    manifest = read_manifest(folder)
    if (settings.data / "keys.json").exists() and not settings.database_urls:
        settings = keys.with_keys(settings)
    with databases_alone(settings) as at:
        return MallRestore(folder.absolute(), manifest, Envelope.of(at.backup_key), at, services, wish, say).run()


def bring_queues_back(folder: Path, say: Say) -> None:
    """Make the queues of partners again, and say which. Raises Problem."""
    settings = Settings.read(os.environ, definitions())
    manifest = read_manifest(folder)
    for name in queues_back(folder, manifest, Envelope.of(settings.backup_key), settings):
        say(f"antrean mitra | queue: {name}")


@contextmanager
def _server(settings: Settings, place: Path) -> Iterator[str]:
    """A server of its own at this place; where no programs for one are installed, scratch databases on the mall's."""
    if not location.installed():
        yield required(settings.admin_database_url, "MPP_ADMIN_DATABASE_URL")
        return
    from mpp.operations.embedded_postgres.server import EmbeddedPostgres

    try:
        place.mkdir(mode=0o711, parents=True)
    except FileExistsError:
        raise Problem(f"{place} sudah ada: sebut folder baru", f"{place} is there already: name a new folder") from None
    except OSError as error:
        raise Problem(f"{place} tidak dapat dibuat: {error.strerror}", f"{place} cannot be made") from None
    try:
        with EmbeddedPostgres(place.absolute(), durable=False) as server:
            yield server.url()
    finally:
        # the database of a mall that root starts may live elsewhere
        for folder in {place, location.data_folder(place.absolute(), location.account())[0]}:
            shutil.rmtree(folder, ignore_errors=True)

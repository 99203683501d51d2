"""`mpp backup` and `mpp backup-key`: what an operator sees of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mpp.hosting.definition import definitions
from mpp.operations import keys
from mpp.operations.backup import envelope, making
from mpp.operations.backup.shelf import newest
from mpp.operations.databases import databases_of
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings, backups_beside

Say = Callable[[str], None]
_LOOK_AGAIN = timedelta(minutes=10)


def backup(folder: Path | None, keep: int | None, say: Say) -> None:
    """Make one, and say where it is and up to when. Raises Problem."""
    services = definitions()
    settings = Settings.read(os.environ, services)
    with databases_of(settings) as at:
        if not settings.database_urls:
            at = keys.with_keys(at)
        elif settings.for_services.audit.folder is None:
            raise Problem("MPP_AUDIT_DIR belum diisi", "MPP_AUDIT_DIR is not set")
        made = making.make(at, services, folder or backups_beside(settings), keep, say)
    manifest = made.manifest
    size = sum(piece.size for piece in manifest.pieces)
    say(f"cadangan | backup   : {made.folder}")
    say(f"sampai | up to      : {manifest.as_of.astimezone():%Y-%m-%d %H:%M:%S %Z}")
    say(f"isi | contents      : {len(manifest.databases)} basis data ({size:,} byte), {manifest.documents} dokumen")
    for gone in made.pruned:
        say(f"dihapus | removed   : {gone}")
    for warning in manifest.warnings:
        say(f"awas | warning      : {warning}")
    say(f"diperiksa; buktikan dengan | checked; prove it with: mpp restore {made.folder} --into /tmp/bukti")


def keep_on(folder: Path | None, keep: int | None, pause: timedelta, say: Say) -> None:
    """Make one whenever the newest is older than `pause`, until the process is ended.

    A failure is told and tried again after some minutes: a database that restarts must not cost a day.
    """
    while True:
        shelf = folder or backups_beside(Settings.read(os.environ, definitions()))
        last = newest(shelf)
        left = timedelta() if last is None else last.begun_at + pause - datetime.now(UTC)
        if left > timedelta():
            time.sleep(min(left, _LOOK_AGAIN).total_seconds())
            continue
        try:
            backup(folder, keep, say)
        except Problem as problem:
            say(f"mpp: {problem}")
            time.sleep(_LOOK_AGAIN.total_seconds())


def new_key(say: Say) -> None:
    """Print both halves of a new key."""
    made = envelope.fresh()
    say("# Untuk mal (.env): hanya dapat menutup | for the mall: it can only close")
    say(f"{envelope.NAME}={made.public}")
    say("# Simpan jauh dari mesin ini; perlu hanya untuk memulihkan | keep away from this machine; needed to restore")
    say(f"# {envelope.NAME}={made.private}")

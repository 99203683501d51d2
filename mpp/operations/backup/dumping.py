"""One database at one moment, by `pg_dump`; the archive is tried by `pg_restore` while it is written."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from mpp.operations.backup import pieces
from mpp.operations.backup.envelope import Envelope
from mpp.operations.backup.feeding import Fed, environment, failed
from mpp.operations.backup.pieces import Piece
from mpp.operations.backup.programs import program
from mpp.persistence.servers.snapshots import Snapshot, libpq

# gzip is what every build of PostgreSQL reads; its first level is faster than a disk is.
_FORM = ("--format=custom", "--compress=1", "--no-owner", "--no-privileges", "--no-sync", "--lock-wait-timeout=30s")


def dump(snapshot: Snapshot, folder: Path, name: str, envelope: Envelope | None) -> Piece:
    """Write the database as it was at the snapshot's moment. Raises Problem and OSError."""
    service = snapshot.source.service
    tool, trial = program("pg_dump", snapshot.server), program("pg_restore", snapshot.server)
    # What reads the archive writes what it would do to nowhere.
    with tempfile.TemporaryFile() as told, Fed([trial, "--file=/dev/null"], {}) as trying:
        dumping = subprocess.Popen(
            [str(tool), *_FORM, f"--snapshot={snapshot.id}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=told,
            env=environment(libpq(snapshot.source.url)),
        )
        assert dumping.stdout is not None
        try:
            piece = pieces.write(folder, name, dumping.stdout, envelope, trying.write)
            status = dumping.wait()
        finally:
            dumping.kill()
            dumping.wait()
            dumping.stdout.close()
        if status != 0:
            raise failed(service, "pg_dump", told)
        if not trying.well():
            raise failed(service, "pg_restore", trying.told)
    return piece

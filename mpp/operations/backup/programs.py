"""PostgreSQL's own programs: which of them fit a server."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from mpp.operations.embedded_postgres import location
from mpp.operations.problem import Problem

_SYSTEM = Path("/usr/lib/postgresql")


def program(name: str, server: int) -> Path:
    """`pg_dump` or `pg_restore` of the server's major version, else of the next newer one. Raises Problem.

    An older one refuses the server; a newer one may write what the server does not know.
    """
    found = {major: path for major, path in _all(name) if major >= server}
    if not found:
        raise Problem(
            f"{name} versi {server} atau lebih baru tidak ada di mesin ini: "
            f"apt install postgresql-client-{server}, atau jalankan lewat `docker compose run --rm backup`",
            f"there is no {name} of version {server} or newer on this machine: install postgresql-client-{server}",
        )
    return found[min(found)]


def _all(name: str) -> Iterator[tuple[int, Path]]:
    """Those of the embedded PostgreSQL come last: they win over others of the same version."""
    for path in _SYSTEM.glob(f"[0-9]*/bin/{name}"):
        yield int(path.parent.parent.name), path
    on_path = shutil.which(name)
    if on_path is not None and (major := _major(on_path)) is not None:
        yield major, Path(on_path)
    for installed in location.installed():
        yield installed.major, installed[name]


def _major(program_: str) -> int | None:
    told = subprocess.run([program_, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"\s([0-9]+)(\.|\s|devel|beta|rc)", told)
    return int(match[1]) if match else None

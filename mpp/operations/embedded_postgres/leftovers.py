"""What a mall that was killed left running over its data."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from mpp.operations.problem import Problem


def end(data: Path) -> None:
    """Stop a server that a killed mall left over these data, and remove its pid file. Raises Problem when it stays.

    The caller holds the lock of the data folder, so no living mall owns such a server. The pid file alone is not
    believed: after a power cut its number may belong to any other program, and PostgreSQL would refuse to start.
    """
    for signum, seconds in ((signal.SIGINT, 8.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 10.0)):
        until = time.monotonic() + seconds
        left = _servers_over(data)
        for pid in _parents_first(left, data) if signum != signal.SIGKILL else left:
            _signal(pid, signum)
        while (left := _servers_over(data)) and time.monotonic() < until:
            time.sleep(0.05)
        if not left:
            break
    if left:
        raise Problem(
            f"proses PostgreSQL lama masih memakai {data}: {left}",
            f"an old PostgreSQL process still uses {data}: {left}",
        )
    if Path("/proc/self").exists():
        (data / "postmaster.pid").unlink(missing_ok=True)


def _servers_over(data: Path) -> list[int]:
    """Every `postgres` process whose working folder is these data (the server and its backends; Linux only)."""
    found = []
    place = os.path.realpath(data)
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "cwd") == place and (entry / "comm").read_text().strip() == "postgres":
                found.append(int(entry.name))
        except OSError:  # gone meanwhile, or not ours to look at
            continue
    return found


def _parents_first(pids: list[int], data: Path) -> list[int]:
    """The server itself where the pid file names it (its backends follow it), else all of them."""
    try:
        server = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return pids
    return [server] if server in pids else pids


def _signal(pid: int, signum: int) -> None:
    try:
        os.kill(pid, signum)
    except ProcessLookupError:
        pass

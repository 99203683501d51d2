"""PostgreSQL's own programs at work: one that reads an archive as it comes, and what they say when they fail."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from mpp.operations.problem import Problem


class Fed:
    """A program that reads what is written to it, part by part."""

    def __init__(self, command: Sequence[str | Path], database: Mapping[str, str]) -> None:
        # A pair of sockets and no pipe: who has ended early is told at once, also where blocking calls are green.
        self._socket, theirs = socket.socketpair()
        os.set_blocking(theirs.fileno(), True)
        self.told: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the program
        with theirs:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(
                [str(word) for word in command],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self.told,
                env=environment(database),
            )

    def write(self, part: bytes, /) -> int:
        """The next part; a program that has ended takes nothing, and its status says why."""
        try:
            self._socket.sendall(part)
        except OSError:
            pass
        return len(part)

    def well(self) -> bool:
        """Whether it could do something with all of it; nothing can be written afterwards."""
        self._socket.close()
        return self._process.wait() == 0

    def __enter__(self) -> Fed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()
        self.told.close()


def environment(database: Mapping[str, str]) -> dict[str, str]:
    """Of our own nothing but the path: `PG*` variables of the operator's shell would lead elsewhere."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", **database}


def failed(service: str, name: str, told: IO[bytes]) -> Problem:
    """The program's last words; they name tables, never what is in them."""
    told.seek(0)
    lines = told.read().decode(errors="replace").strip().splitlines()
    said = lines[-1] if lines else "?"
    return Problem(f"{service}: {name} gagal ({said})", f"{service}: {name} failed ({said})")

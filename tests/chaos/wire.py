"""A line between the mall and its PostgreSQL that can lose the answer to a COMMIT: what was stored, nobody was told.

`python -m tests.chaos.wire LISTEN SERVER` passes bytes on between two unix sockets. While the file
LISTEN.lose/<database> exists, each COMMIT of that database is passed on, and the connection cut when its answer comes;
each loss is a line in LISTEN.lost.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from mpp.operations.embedded_postgres import child
from tests.support.wait import until

_PIECE = 65536
_SOCKET = ".s.PGSQL.5432"


class Wire:
    """The line as a process of its own; the mall connects to `folder` instead of the server's."""

    def __init__(self, folder: Path, server_sockets: str) -> None:
        self.folder = folder
        self._server = Path(server_sockets) / _SOCKET
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it takes connections."""
        self._losing.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tests.chaos.wire", str(self._listen), str(self._server)]
        self._process = child.spawn(command, cwd=Path(__file__).parents[2], death_signal=signal.SIGKILL)
        until(self._listen.exists, what="the line to the database")

    def stop(self) -> None:
        """Cut it."""
        if self._process is not None:
            child.stop(self._process, [(signal.SIGTERM, 5.0)])

    def lose(self, database: str) -> None:
        """From now on the answers to the COMMITs of this database are lost."""
        (self._losing / database).touch()

    def lose_no_more(self) -> None:
        """All answers come through again."""
        for file in self._losing.iterdir():
            file.unlink()

    @property
    def lost(self) -> int:
        """How many answers were lost."""
        log = self._listen.with_suffix(".lost")
        return len(log.read_bytes().splitlines()) if log.exists() else 0

    @property
    def _listen(self) -> Path:
        return self.folder / _SOCKET

    @property
    def _losing(self) -> Path:
        return self._listen.with_suffix(".lose")


class _Line:
    """One connection of the mall."""

    def __init__(self, listen: Path) -> None:
        self._losing = listen.with_suffix(".lose")
        self._lost = listen.with_suffix(".lost")
        self._database: bytes | None = None
        self._cut = False

    async def up(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """From the mall to the server."""
        while data := await source.read(_PIECE):
            if self._database is None:
                self._database = _database_in(data)
            elif data.endswith(b"COMMIT\x00"):
                self._cut = (self._losing / self._database.decode()).exists()
            sink.write(data)
            await sink.drain()

    async def down(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """From the server to the mall; ends where an answer is to be lost."""
        while data := await source.read(_PIECE):
            if self._cut:
                with self._lost.open("ab") as log:
                    log.write((self._database or b"") + b"\n")
                return
            sink.write(data)
            await sink.drain()


def _database_in(startup: bytes) -> bytes | None:
    """What the first message of a session asks for; None for a question about encryption."""
    words = startup[8:].split(b"\x00")
    return words[words.index(b"database") + 1] if b"database" in words else None


async def serve(listen: Path, server: Path) -> None:
    """Pass on for ever."""

    async def connected(mall: asyncio.StreamReader, to_mall: asyncio.StreamWriter) -> None:
        try:
            answers, to_server = await asyncio.open_unix_connection(str(server))
        except OSError:  # the server is away: so is its line
            to_mall.transport.abort()
            return
        line = _Line(listen)
        ways = [asyncio.create_task(line.up(mall, to_server)), asyncio.create_task(line.down(answers, to_mall))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        to_mall.transport.abort()
        to_server.transport.abort()

    async with await asyncio.start_unix_server(connected, str(listen)) as listening:
        await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2])))

"""A line to a server that breaks at a chosen moment, once: what any network may do while a service starts."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import eventlet

_PIECE = 65536


class CuttingLine:
    """Passes bytes on between its `port` and a server: an address, or the path of a unix socket.

    `at` says which answer is lost with its connection: the one of this number, or the first to what holds these words.
    """

    def __init__(self, server: tuple[str, int] | str, at: int | bytes) -> None:
        self._server = server
        self._at = at
        self._listener = eventlet.listen(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._answers = 0  # pieces that the server has sent
        self.cut = False

    def run(self) -> None:
        """Pass on for ever."""
        while True:
            client, _ = self._listener.accept()
            try:
                server = self._connect()
            except OSError:
                client.close()
                continue
            _Connection(self, client, server).run()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def asked(self, part: bytes) -> bool:
        """Whether the answer to this is the one that is lost."""
        return isinstance(self._at, bytes) and not self.cut and self._at in part

    def lost(self, *, asked: bool) -> bool:
        """Whether this answer is the one; `asked`: what it answers was."""
        self._answers += 1
        lost = asked or self._answers == self._at
        self.cut |= lost
        return lost

    def _connect(self) -> socket.socket:
        if not isinstance(self._server, str):
            return socket.create_connection(self._server)
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._server)
        return server


class _Connection:
    def __init__(self, line: CuttingLine, client: socket.socket, server: socket.socket) -> None:
        self._line, self._client, self._server = line, client, server
        self._asked = False

    def run(self) -> None:
        """Pass on both ways, in greenlets."""
        eventlet.spawn_n(self._up)
        eventlet.spawn_n(self._down)

    def _up(self) -> None:
        with self._until_the_end(self._client):
            while part := self._client.recv(_PIECE):
                self._asked |= self._line.asked(part)
                self._server.sendall(part)

    def _down(self) -> None:
        with self._until_the_end(self._server):
            while part := self._server.recv(_PIECE):
                if self._line.lost(asked=self._asked):
                    return
                self._client.sendall(part)

    @contextmanager
    def _until_the_end(self, source: socket.socket) -> Iterator[None]:
        """Whatever ends one way ends the other; each way closes the end that it reads from."""
        try:
            yield
        except OSError:
            pass
        for end in (self._client, self._server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()


@contextmanager
def cutting(server: tuple[str, int] | str, at: int | bytes) -> Iterator[CuttingLine]:
    """A line that runs as long as the block."""
    line = CuttingLine(server, at)
    running = eventlet.spawn(line.run)
    try:
        yield line
    finally:
        running.kill()
        line.close()

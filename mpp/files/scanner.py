"""A virus scanner behind a port: clamd, asked to look at a file before it is kept (its INSTREAM command).

Off where no scanner is named. Where one is named and does not answer nothing is taken: it would be kept unseen.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_SECONDS = 30.0  # without a byte from or to it
_LONGEST = 4096  # of an answer


class ScannerAway(Exception):
    """The scanner did not say what the file is. The text says why, and nothing of the file."""


@dataclass(frozen=True)
class Clamd:
    """clamd at `tcp://host:port` or `unix:///path/of/its/socket`."""

    address: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if not (parts.scheme == "tcp" and parts.hostname and parts.port) and not (
            parts.scheme == "unix" and parts.path
        ):
            raise ValueError("a scanner is tcp://host:port or unix:///path")

    def answers(self, seconds: float) -> bool:
        """Whether it is there and says so in this time (its PING command)."""
        try:
            with self._connected(seconds) as connection:
                connection.sendall(b"zPING\0")
                return _answer(connection) == b"PONG"
        except OSError:
            return False

    def finds(self, pieces: Iterable[bytes]) -> bool:
        """Whether it knows something bad in this content. Raises ScannerAway."""
        try:
            with self._connected() as connection:
                connection.sendall(b"zINSTREAM\0")
                for piece in pieces:
                    connection.sendall(len(piece).to_bytes(4, "big") + piece)
                connection.sendall(bytes(4))
                said = _answer(connection)
        except OSError as error:
            raise ScannerAway(type(error).__name__) from error
        if said.endswith(b" FOUND"):
            return True
        if said.endswith(b": OK"):
            return False
        raise ScannerAway("an answer that is neither yes nor no")  # larger than its own limit, for example

    def _connected(self, seconds: float = _SECONDS) -> socket.socket:
        parts = urlsplit(self.address)
        if parts.scheme == "tcp":
            return socket.create_connection((parts.hostname or "", parts.port or 0), seconds)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(seconds)
        connection.connect(parts.path)
        return connection


def _answer(connection: socket.socket) -> bytes:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST and (more := connection.recv(_LONGEST)):
        said += more
    return said.rstrip(b"\0\n")

"""A lean HTTP/1.1 client over one kept-alive socket: the load generator shares the machine with what it measures."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """Status, headers (as sent, names in lower case) and the raw body."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Wire:
    """One connection to one server; opened when needed, and again after an error."""

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._host = f"{self._address[0]}:{self._address[1]}"
        self._timeout = timeout
        self._socket: socket.socket | None = None
        self._left = b""

    def send(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Answer:
        """The answer. Raises OSError."""
        payload = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}", *(f"{k}: {v}" for k, v in headers.items())]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
        request = "\r\n".join(lines).encode() + b"\r\n\r\n" + payload
        try:
            if self._socket is None:
                self._socket = socket.create_connection(self._address, self._timeout)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._left = b""
            self._socket.sendall(request)
            return self._read()
        except (OSError, ValueError) as error:
            self.close()
            raise OSError(str(error)) from error

    def close(self) -> None:
        """Let go of the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _read(self) -> Answer:
        assert self._socket is not None
        data = self._left
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        first, *lines = data[:end].split(b"\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        length = int(headers[b"content-length"])
        body = data[end + 4 :]
        while len(body) < length:
            body += self._more()
        self._left = body[length:]
        if headers.get(b"connection", b"").lower() == b"close":
            self.close()
        return Answer(int(first.split(b" ", 2)[1]), headers, body[:length])

    def _more(self) -> bytes:
        assert self._socket is not None
        found = self._socket.recv(65536)
        if not found:
            raise OSError("closed by the server")
        return found

"""What travels between a process and its worker: a JSON object, and byte strings beside it.

A frame is the number of its parts, the length of each (all four bytes, network order), and the parts; the first one is
the JSON.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Sequence

from mpp import json_text
from mpp.json_values import JsonObject

LARGEST = 64 * 1024 * 1024  # bytes of one part
_MOST_PARTS = 32


class Broken(Exception):
    """What came is no frame, or nothing comes any more."""


def send(at: socket.socket, header: JsonObject, blobs: Sequence[bytes]) -> None:
    """Write one frame. Raises OSError, and ValueError for more than a frame may hold."""
    parts = [json_text.write(header), *blobs]
    if len(parts) > _MOST_PARTS or any(len(part) > LARGEST for part in parts):
        raise ValueError("more than a frame may hold")
    lengths = struct.pack(f"!{len(parts) + 1}I", len(parts), *map(len, parts))
    at.sendall(b"".join([lengths, *parts]))


def receive(at: socket.socket, ends: float | None = None) -> tuple[JsonObject, tuple[bytes, ...]]:
    """The next frame, which must be there by `ends` of `time.monotonic`. Raises Broken, TimeoutError and OSError."""
    (count,) = struct.unpack("!I", _exactly(at, 4, ends))
    if not 1 <= count <= _MOST_PARTS:
        raise Broken
    lengths = struct.unpack(f"!{count}I", _exactly(at, 4 * count, ends))
    if max(lengths) > LARGEST:
        raise Broken
    first, *blobs = [_exactly(at, length, ends) for length in lengths]
    header = json_text.read(first)
    if not isinstance(header, dict):
        raise Broken
    return header, tuple(blobs)


def _exactly(at: socket.socket, length: int, ends: float | None) -> bytes:
    found = bytearray()
    while len(found) < length:
        if ends is not None:
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError
            at.settimeout(left)
        more = at.recv(min(length - len(found), 1 << 20))
        if not more:
            raise Broken
        found += more
    return bytes(found)

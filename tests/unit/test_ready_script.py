"""The health check of a container believes a 200 of its own process, and nothing else."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import eventlet
import pytest

from tests.support.rabbitmq_node import free_port

SCRIPT = Path(__file__).parents[2] / "deploy" / "ready.sh"


@contextmanager
def answering(words: bytes) -> Iterator[int]:
    """A process that says this to whoever asks, and closes."""
    listener = eventlet.listen(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            line, _ = listener.accept()
            asked = b""
            while not asked.endswith(b"\r\n\r\n"):
                asked += line.recv(1000)
            assert asked.startswith(b"GET /readyz HTTP/1.0\r\n"), asked
            line.sendall(words)
            line.close()

    running = eventlet.spawn(serve)
    yield listener.getsockname()[1]
    running.kill()
    listener.close()


def asked(**ports: str) -> tuple[int, str]:
    done = subprocess.run([SCRIPT], env=ports, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("name", ["MPP_OPS_PORT", "PORT"])
def test_a_process_that_is_ready(name: str) -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n") as port:
        assert asked(**{"PORT": "1", name: str(port)}) == (0, "")


@pytest.mark.parametrize(
    "words", [b"HTTP/1.1 503 Service Unavailable\r\n\r\npermits: away\n", b"HTTP/1.1 2000\r\n\r\n", b"200\r\n"]
)
def test_whatever_else_it_says_is_told(words: bytes) -> None:
    with answering(words) as port:
        status, told = asked(MPP_OPS_PORT=str(port))
    assert status == 1
    assert told.startswith(words.decode().split("\r\n")[0])
    assert ("permits: away" in told) is (b"away" in words)


def test_a_process_that_says_nothing_or_is_not_there() -> None:
    with answering(b"") as port:
        assert asked(MPP_OPS_PORT=str(port)) == (1, f"no answer from port {port}\n")
    assert asked(MPP_OPS_PORT=str(free_port()))[0] == 1

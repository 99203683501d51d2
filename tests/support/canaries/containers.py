"""The databases and the broker of a compose stack, reached as whoever sits at the machine reaches them."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

Run = Callable[..., subprocess.CompletedProcess[str]]
_PSQL = ("exec", "-T", "postgres", "psql", "-U", "postgres", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-d")
_HERE = "taken"
# In the image of the mall, beside the broker: it has the administrator's address.
_SEND = """
import base64, os, sys, amqp, kombu
with kombu.Connection(os.environ["MPP_ADMIN_AMQP_URI"]) as connection:
    channel = connection.default_channel
    channel.confirm_select()
    message = amqp.Message(base64.b64decode(sys.argv[2]), content_type="application/json")
    channel.basic_publish_confirm(message, "", sys.argv[1])
"""


class _Session:
    def __init__(self, psql: subprocess.Popen[str]) -> None:
        self._psql = psql

    def also(self, statement: str) -> None:
        assert self._psql.stdin is not None
        self._psql.stdin.write(f"{statement};\n")
        self._psql.stdin.flush()


class Containers:
    """`compose` runs docker compose with these words; `start` begins it and leaves its input open."""

    def __init__(self, compose: Run, start: Callable[[Sequence[str]], subprocess.Popen[str]]) -> None:
        self._compose = compose
        self._start = start

    def execute(self, database: str, *statements: str) -> None:
        for statement in statements:
            self._compose(*_PSQL, database, "-c", statement)

    def count(self, database: str, query: str) -> int:
        return int(self._compose(*_PSQL, database, "-c", query).stdout)

    @contextmanager
    def within(self, database: str, statement: str) -> Iterator[_Session]:
        psql = self._start((*_PSQL, database))
        assert psql.stdin is not None
        assert psql.stdout is not None
        psql.stdin.write(f"BEGIN;\n{statement};\n\\echo {_HERE}\n")
        psql.stdin.flush()
        while psql.stdout.readline().strip() != _HERE:
            assert psql.poll() is None, "the session ended"
        yield _Session(psql)
        psql.stdin.close()  # the end of the session is the end of its transaction
        psql.wait(60)
        psql.stdout.close()

    def send(self, queue: str, body: bytes) -> None:
        words = ("run", "--rm", "-T", "--no-deps", "--entrypoint", "python", "prepare")
        self._compose(*words, "-c", _SEND, queue, base64.b64encode(body).decode())

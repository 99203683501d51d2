"""`mpp prepare` begins when PostgreSQL and RabbitMQ answer: both take a while to start, and it starts beside them."""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from mpp.hosting.starting import awaited
from mpp.persistence.servers import roles

Say = Callable[[str], None]
PATIENCE = 180.0  # seconds: the first start of both on a slow disk
_PORT = 5672


def servers(database_url: str, amqp_uri: str, say: Say, patience: float = PATIENCE) -> None:
    """Return when both answer, or when the patience has ended: who asks next says in its own words what is wrong.

    What is waited for is said once, and again when the server says something else.
    """
    told: set[str] = set()

    def once(error: Exception) -> None:
        words = f"menunggu | waiting: {error}"
        if words not in told:
            told.add(words)
            say(words)

    for ask, away in (
        (lambda: roles.answers(database_url), roles.PreparationFailed),
        (lambda: _opened(amqp_uri), OSError),
    ):
        try:
            awaited(ask, away, told=once, patience=patience)
        except away:
            return


def _opened(amqp_uri: str) -> None:
    """RabbitMQ opens its port when all of it has started. Raises OSError."""
    parts = urlsplit(amqp_uri)
    where = (parts.hostname or "localhost", parts.port or _PORT)
    try:
        socket.create_connection(where, timeout=5).close()
    except OSError as error:
        raise OSError(f"RabbitMQ {where[0]}:{where[1]}: {error.strerror or error}") from error

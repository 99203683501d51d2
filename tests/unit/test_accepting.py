"""Taking connections: whatever accept(2) says the loop goes on, and who only waits makes room for who asks."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import eventlet
import pytest
import structlog

from mpp.hosting.listening.accepting import Accepting
from mpp.hosting.listening.connections import WAITING, Connection, Connections
from mpp.hosting.listening.descriptors import connections_that_fit, limit, opened
from tests.support.wait import until

REFUSAL = b"HTTP/1.1 503 Busy\r\n\r\n"


class Troubled:
    """A listening socket on which accept(2) fails a few times first."""

    def __init__(self, listener: socket.socket, errors: list[int]) -> None:
        self._listener = listener
        self.errors = errors
        self.listen = listener.listen

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        if self.errors:
            number = self.errors.pop(0)
            raise OSError(number, errno.errorcode[number])
        return self._listener.accept()


def echo(connection: Connection) -> None:
    """Serves one request: a word, after which the connection waits again."""
    while word := connection.socket.recv(100):
        connection[2] = "request"
        if word == b"stay":
            eventlet.sleep(60)
        connection.socket.sendall(word)
        connection[2] = WAITING


@contextmanager
def taking(connections: Connections, *errors: int) -> Iterator[tuple[int, Callable[[], bool]]]:
    """A loop on a port of its own, and whether it still runs."""
    listener = eventlet.listen(("127.0.0.1", 0))
    troubled = Troubled(listener, list(errors))
    accepting = Accepting(troubled, connections, echo, eventlet.spawn, REFUSAL)  # type: ignore[arg-type]
    running = eventlet.spawn(accepting.run)
    yield listener.getsockname()[1], lambda: not running.dead
    running.kill()
    listener.close()


def connect(port: int, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0))


def says(line: socket.socket, word: bytes = b"hello") -> bytes:
    line.sendall(word)
    return line.recv(1000)


@pytest.mark.parametrize("number", [errno.ECONNABORTED, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EPERM])
def test_no_error_of_a_connection_or_of_the_machine_ends_the_loop(number: int) -> None:
    with taking(Connections(10), number, number) as (port, runs):
        with connect(port) as first:
            # Out of descriptors the reserve tells a newcomer; the next one is served again.
            answer = says(first)
            if answer == REFUSAL:
                with connect(port) as second:
                    assert says(second) == b"hello"
            else:
                assert answer == b"hello"
        assert runs()


def test_a_broken_socket_of_its_own_ends_it_loudly() -> None:
    with taking(Connections(10), errno.EBADF) as (_, runs):
        until(lambda: not runs())


def test_out_of_descriptors_is_said_in_the_log_once_in_a_while() -> None:
    with structlog.testing.capture_logs() as lines:
        with taking(Connections(10), *[errno.ENFILE] * 5) as (port, _):
            with connect(port) as line:
                assert says(line) == b"hello"
    told = [line for line in lines if line["event"] == "connections.not_taken"]
    assert [line["reason"] for line in told] == ["ENFILE"]


def test_who_has_waited_longest_makes_room() -> None:
    with taking(Connections(3)) as (port, _):
        lines = [connect(port) for _ in range(3)]
        assert [says(line) for line in lines] == [b"hello"] * 3
        assert says(lines[0]) == b"hello"  # so the second has waited longest
        with connect(port) as newcomer:
            assert says(newcomer) == b"hello"
        assert lines[1].recv(100) == b""
        assert says(lines[0]) == b"hello"
        assert says(lines[2]) == b"hello"
        for line in lines:
            line.close()


def test_one_address_makes_room_for_itself_and_takes_it_from_nobody_else() -> None:
    with taking(Connections(10, most_of_one=2)) as (port, _):
        with connect(port, "127.0.0.2") as neighbour:
            assert says(neighbour) == b"hello"
            crowd = [connect(port) for _ in range(8)]
            assert says(crowd[-1]) == b"hello"
            assert crowd[0].recv(100) == b""
            assert says(neighbour) == b"hello"
            for line in crowd:
                line.close()


def test_where_nobody_only_waits_the_newcomer_is_refused_and_closed() -> None:
    connections = Connections(2)
    with structlog.testing.capture_logs() as lines, taking(connections) as (port, _):
        busy = [connect(port) for _ in range(2)]
        for line in busy:
            line.sendall(b"stay")
        until(lambda: [c.state for c in connections._open] == ["request"] * 2)
        with connect(port) as newcomer:
            assert newcomer.recv(100) == REFUSAL
            assert newcomer.recv(100) == b""
        for line in busy:
            line.close()
    assert [line["reason"] for line in lines if line["event"] == "connections.refused"] == ["all"]


def test_a_connection_that_ended_is_counted_no_more() -> None:
    connections = Connections(2, most_of_one=2)
    with taking(connections) as (port, _):
        for _ in range(5):
            with connect(port) as line:
                assert says(line) == b"hello"
        until(lambda: len(connections) == 0)
        assert connections.full_for("127.0.0.1") is None


def test_connections_leave_room_for_everything_else() -> None:
    assert connections_that_fit(10, 0) == 10
    room = limit() - opened()
    assert connections_that_fit(10**9, 100) <= (room - 100 + 10) // 2
    assert connections_that_fit(10, 10**9) == 1

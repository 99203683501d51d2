"""The loop that takes connections. A broken socket of its own ends it, with an error, and nothing else does."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from socket import SHUT_WR, socket

import eventlet
from eventlet.greenio import GreenSocket

from mpp.failures import describe
from mpp.hosting.listening.connections import Address, Connection, Connections
from mpp.hosting.seldom import Seldom

BACKLOG = 512  # that wait in the kernel to be taken
_PAUSE = 0.1  # seconds, when the machine has nothing left to take connections with
_SPENT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_BROKEN = frozenset({errno.EBADF, errno.EINVAL, errno.ENOTSOCK, errno.EOPNOTSUPP})
_UNREAD = 65536  # bytes of a request that is refused unread


class Accepting:
    """Takes the connections of a listening socket, each into a greenlet of its own.

    `spawn(work)` starts a greenlet; `serve(connection)` is all that becomes of a connection, whose socket is closed
    after it. Above the limits of `connections` the one that has waited longest makes room; where none waits, the
    newcomer gets `refusal` (a whole HTTP answer) and is closed. One descriptor is kept in reserve: a process that has
    no other left still takes the newcomer, tells it so, and goes on.
    """

    def __init__(
        self,
        listener: socket,
        connections: Connections,
        serve: Callable[[Connection], None],
        spawn: Callable[[Callable[[], None]], object],
        refusal: bytes,
        refused: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self._listener = listener
        self._connections = connections
        self._serve = serve
        self._spawn = spawn
        self._refusal = refusal
        self._refused = refused
        self._reserve: int | None = None
        self._full = Seldom("connections.full")
        self._turned_away = Seldom("connections.refused")
        self._trouble = Seldom("connections.not_taken")

    def run(self) -> None:
        """Take connections until the greenlet is killed. Raises OSError when the listening socket is broken."""
        self._listener.listen(BACKLOG)
        self._keep_reserve()
        try:
            while True:
                self._take_one()
                eventlet.sleep(0)  # those that were taken have their turn, too, however fast others come
        finally:
            self._spend_reserve()

    def finish(self) -> None:
        """Take who has come so far, and nobody more: the listening socket is closed. `run` must have been ended."""
        try:
            self._listener.settimeout(0)
            while True:
                sock, address = self._listener.accept()
                self._begin(GreenSocket(sock), address)
        except OSError:  # nobody waits, or nothing is left to take them with
            pass
        finally:
            self._listener.close()  # at once: whoever came meanwhile would be cut off

    def _take_one(self) -> None:
        try:
            sock, address = self._listener.accept()
        except OSError as error:
            if error.errno in _BROKEN:
                raise
            return self._survive(error)
        peer = address[0]
        full = self._connections.full_for(peer)
        if full is not None and not self._connections.make_room(peer, full):
            return self._turn_away(sock, full)
        if full is not None:
            self._full.warn(reason=full, open=len(self._connections))
        return self._begin(sock, address)

    def _begin(self, sock: socket, address: Address) -> None:
        connection = self._connections.enter(address, sock)

        def work() -> None:
            try:
                self._serve(connection)
            finally:
                self._connections.leave(connection)
                sock.close()

        self._spawn(work)

    def _survive(self, error: OSError) -> None:
        """After an error of accept(2)."""
        if error.errno not in _SPENT:  # ECONNABORTED and whatever else became of one client's connection
            return
        self._trouble.warn(**describe(error), reason=errno.errorcode[error.errno], open=len(self._connections))
        if error.errno == errno.EMFILE and self._reserve is not None:
            self._spend_reserve()
            self._turn_away_unseen()
        eventlet.sleep(_PAUSE)
        self._keep_reserve()

    def _turn_away_unseen(self) -> None:
        """With the last descriptor: who is not taken would wait in the kernel, and hear nothing."""
        with eventlet.Timeout(_PAUSE, False):
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._turn_away(sock, "descriptors")

    def _turn_away(self, sock: socket, reason: str) -> None:
        self._turned_away.warn(reason=reason, open=len(self._connections))
        self._refused(reason)
        try:
            sock.settimeout(0)
            try:
                sock.recv(_UNREAD)  # bytes that stay unread would take the answer with them
            except BlockingIOError:
                pass
            sock.send(self._refusal)
            sock.shutdown(SHUT_WR)
        except OSError:  # gone before it was told
            pass
        finally:
            sock.close()

    def _keep_reserve(self) -> None:
        if self._reserve is None:
            try:
                self._reserve = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                return

    def _spend_reserve(self) -> None:
        if self._reserve is not None:
            os.close(self._reserve)
            self._reserve = None

"""The open connections of a process: how many there may be, in all and of one address, and who has waited longest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from socket import SHUT_RDWR, socket
from typing import Literal, TypeAlias

Address: TypeAlias = tuple[str, int]
Full: TypeAlias = Literal["all", "one_address"]

WAITING = "idle"  # eventlet's word for a connection whose client has asked nothing, or nothing more


class Connection:
    """One connection, in the shape that eventlet's server works on: [address, socket, state]."""

    def __init__(self, address: Address, sock: socket, changed: Callable[[Connection], None]) -> None:
        self.address = address
        self.socket = sock
        self.state = WAITING
        self._changed = changed

    def __getitem__(self, index: int) -> Address | socket | str:
        return (self.address, self.socket, self.state)[index]

    def __setitem__(self, index: int, state: str) -> None:
        """eventlet says what the connection does now."""
        if index != 2:  # noqa: PLR2004
            raise IndexError("of a connection only the state changes")
        self.state = state
        self._changed(self)

    @property
    def busy(self) -> bool:
        """Whether its client has asked, and is not answered yet."""
        return self.state != WAITING

    @property
    def peer(self) -> str:
        """Where it comes from, without the port."""
        return self.address[0]

    def hang_up(self) -> None:
        """End it: whoever reads from it reads its end."""
        try:
            self.socket.shutdown(SHUT_RDWR)
        except OSError:  # the client was faster
            return


class Connections:
    """Those that are open. `most_of_one` is None where all come from one address, that of a proxy."""

    def __init__(self, most: int, most_of_one: int | None = None) -> None:
        self.most = most
        self.most_of_one = most_of_one
        self._open: set[Connection] = set()
        self._waiting: dict[Connection, None] = {}  # who has waited longest comes first
        self._of: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    @property
    def busy(self) -> frozenset[Connection]:
        """Those whose client has asked, and is not answered yet."""
        return frozenset(connection for connection in self._open if connection.busy)

    def full_for(self, peer: str) -> Full | None:
        """Which limit one more connection from there would break."""
        if self.most_of_one is not None and self._of[peer] >= self.most_of_one:
            return "one_address"
        return "all" if len(self._open) >= self.most else None

    def enter(self, address: Address, sock: socket) -> Connection:
        """Count one more, which waits for its client."""
        connection = Connection(address, sock, self._changed)
        self._open.add(connection)
        self._of[connection.peer] += 1
        self._changed(connection)
        return connection

    def leave(self, connection: Connection) -> None:
        """Count it no more."""
        if connection not in self._open:
            return
        self._open.remove(connection)
        self._waiting.pop(connection, None)
        self._of[connection.peer] -= 1
        if not self._of[connection.peer]:
            del self._of[connection.peer]

    def make_room(self, peer: str, full: Full) -> bool:
        """Send away who has waited longest without asking: of this address when it has too many, else of all."""
        longest = next((c for c in self._waiting if full == "all" or c.peer == peer), None)
        if longest is None:
            return False
        longest.hang_up()
        self.leave(longest)
        return True

    def end_waiting(self) -> None:
        """Send away all who have asked nothing."""
        for connection in list(self._waiting):
            connection.hang_up()

    def _changed(self, connection: Connection) -> None:
        self._waiting.pop(connection, None)
        if connection.state == WAITING and connection in self._open:
            self._waiting[connection] = None

"""A few turns and a line before them, in which nobody gets in the way of others by coming often."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from eventlet.event import Event as Signal
from eventlet.timeout import Timeout

from mpp.casework.refusals import Refused
from services.gateway.threads import NOBODY, Party

Waiting = OrderedDict[str, "deque[Signal]"]


class Turns:
    """`at_once` have a turn, at most `in_line` wait for one, half of them of one address, three of one party.

    Who is next goes round over the addresses, and of each address over its accounts: whoever waits with many waits
    for them alone.
    """

    def __init__(self, at_once: int, in_line: int, most_of_one: int = 3) -> None:
        self._free = at_once
        self._in_line = in_line
        self._of_address = max(1, in_line // 2)
        self._of_one = most_of_one
        self._line: OrderedDict[str, Waiting] = OrderedDict()

    @contextmanager
    def turn(self, seconds: float, party: Party = NOBODY) -> Iterator[None]:
        """See `ThreadPool.turn`."""
        self._wait(seconds, party)
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self, seconds: float, party: Party) -> None:
        if self._free:
            self._free -= 1
            return
        signal = self._join(party)
        came = False
        try:
            with Timeout(max(0.0, seconds), False):
                signal.wait()
                came = True
        finally:
            if not came and signal.ready():  # the turn came at the very moment of giving up
                self._pass_on()
            elif not came:
                self._leave(party, signal)
        if not came:
            raise Refused(503, "service_unavailable", params={"service": "gateway"})

    def _join(self, party: Party) -> Signal:
        here = self._line.get(party.address, OrderedDict())
        too_many = len(here.get(party.account, ())) >= self._of_one or _count(here) >= self._of_address
        if too_many and party is not NOBODY:
            raise Refused(429, "too_many_waiting", params={"retry_after": 1})
        if sum(map(_count, self._line.values())) >= self._in_line:
            raise Refused(503, "service_unavailable", params={"service": "gateway"})
        signal = Signal()
        self._line.setdefault(party.address, OrderedDict()).setdefault(party.account, deque()).append(signal)
        return signal

    def _leave(self, party: Party, signal: Signal) -> None:
        here = self._line[party.address]
        here[party.account].remove(signal)
        if not here[party.account]:
            del here[party.account]
        if not here:
            del self._line[party.address]

    def _pass_on(self) -> None:
        if not self._line:
            self._free += 1
            return
        address, here = self._line.popitem(last=False)
        account, signals = here.popitem(last=False)
        signals.popleft().send(None)
        if signals:
            here[account] = signals  # behind the others of its address
        if here:
            self._line[address] = here


def _count(here: Waiting) -> int:
    return sum(map(len, here.values()))

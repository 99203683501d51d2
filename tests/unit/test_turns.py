"""A few turns and a line before them: who comes with many waits for them alone."""

from __future__ import annotations

from collections.abc import Callable

import eventlet
import pytest

from mpp.casework.refusals import Refused
from services.gateway.server.turns import Turns
from services.gateway.threads import NOBODY, Party
from tests.support.wait import until


class Office:
    """People who wait for one turn, and the order in which they got it."""

    def __init__(self, in_line: int = 20) -> None:
        self.turns = Turns(1, in_line)
        self.served: list[str] = []
        self._go = eventlet.event.Event()

    def busy(self) -> None:
        """Somebody has the turn until `open`."""

        def work() -> None:
            with self.turns.turn(60.0):
                self._go.wait()

        eventlet.spawn(work)
        eventlet.sleep(0)

    def comes(self, address: str, account: str, seconds: float = 60.0) -> Callable[[], None]:
        """Somebody comes; what waits for the end of it, and raises its refusal."""

        def work() -> None:
            with self.turns.turn(seconds, Party(address, account)):
                self.served.append(f"{address} {account}")

        thread = eventlet.spawn(work)
        eventlet.sleep(0)
        return thread.wait

    def open(self) -> None:
        self._go.send(None)


def test_turns_go_round_over_addresses_and_their_accounts() -> None:
    office = Office()
    office.busy()
    everybody = [office.comes("flood", "a") for _ in range(3)] + [office.comes("flood", "b") for _ in range(2)]
    everybody += [office.comes("village", "clerk"), office.comes("mall", "clerk")]
    office.open()
    for wait in everybody:
        wait()
    assert office.served == [
        "flood a", "village clerk", "mall clerk", "flood b", "flood a", "flood b", "flood a",
    ]  # fmt: skip


def refusal(wait: Callable[[], None]) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        wait()
    return refused.value.status, refused.value.code


def test_three_wait_of_one_account_half_the_line_of_one_address_and_nobody_beyond_the_line() -> None:
    office = Office(in_line=8)
    office.busy()
    for account in ("a", "a", "a", "b"):
        office.comes("flood", account)
    assert refusal(office.comes("flood", "a")) == (429, "too_many_waiting")
    assert refusal(office.comes("flood", "c")) == (429, "too_many_waiting")
    for number in range(4):
        office.comes(f"village.{number}", "clerk")
    assert refusal(office.comes("another", "clerk")) == (503, "service_unavailable")


def test_who_gives_up_takes_no_turn_with_them() -> None:
    office = Office()
    office.busy()
    assert refusal(office.comes("village", "clerk", seconds=0.01)) == (503, "service_unavailable")
    late = office.comes("village", "clerk")
    office.open()
    late()
    office.comes("mall", "clerk")()
    assert office.served == ["village clerk", "mall clerk"]


def test_who_is_killed_while_waiting_leaves_the_line() -> None:
    turns, go = Turns(1, 5), eventlet.event.Event()

    def work() -> None:
        with turns.turn(60.0):
            go.wait()

    first, second = eventlet.spawn(work), eventlet.spawn(work)
    eventlet.sleep(0)
    until(lambda: bool(turns._line))
    second.kill()
    go.send(None)
    first.wait()
    with turns.turn(0.0, NOBODY):
        assert turns._line == {}

"""Breaks things, one after the other, in an order that the seed decides; everything at least once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

from tests.chaos.ground import Ground
from tests.chaos.poison import Poisoner
from tests.chaos.processes import Processes

FROZEN_SECONDS = 20.0
Say = Callable[[str], None]


class Nemesis:
    """Runs in the caller's thread. `blows` counts what it did."""

    def __init__(self, seed: int, processes: Processes, ground: Ground, poisoner: Poisoner, say: Say) -> None:
        self._random = random.Random(seed)
        self._processes = processes
        self._ground = ground
        self._poisoner = poisoner
        self._say = say
        self._frozen: dict[str, float] = {}  # name -> when it may go on
        self.blows: Counter[str] = Counter()

    def rage(self, seconds: float) -> None:
        """Strike for that long, and at least one whole round."""
        end = time.monotonic() + seconds
        rounds = 0
        while rounds == 0 or time.monotonic() < end:
            for name, blow in self._round():
                if rounds and time.monotonic() >= end:
                    return
                self._wait(self._random.uniform(0.5, 3.0))
                self._say(name)
                self.blows[name.partition(" ")[0]] += 1
                blow()
            rounds += 1

    def heal(self) -> None:
        """Thaw what is frozen, start what is dead, and wait until every process is ready."""
        self._thaw(everything=True)
        self._processes.revive()
        self._processes.await_ready(120)

    def _round(self) -> Iterator[tuple[str, Callable[[], None]]]:
        processes, ground = self._processes, self._ground
        frozen = self._random.choice(processes.names)
        blows: list[tuple[str, Callable[[], None]]] = [
            *((f"kill {name}", self._killing(name)) for name in processes.names),
            ("broker shot", lambda: ground.shoot_broker(self._random.uniform(0.5, 3.0))),
            ("postgres stopped at once", lambda: ground.shoot_postgres(self._random.uniform(0.2, 2.0), immediate=True)),
            ("postgres shot", lambda: ground.shoot_postgres(self._random.uniform(0.2, 2.0), immediate=False)),
            ("sessions cut", lambda: self._say(f"  {ground.cut_database()} database sessions")),
            ("connections cut", lambda: self._say(f"  {ground.cut_broker()} AMQP connections")),
            ("poison unreadable", self._poisoner.undecodable),
            ("poison undigestible", self._poisoner.broken),
        ]
        self._random.shuffle(blows)
        # first, so that the others fall while it stands still
        yield f"freeze {frozen} for {FROZEN_SECONDS:.0f} s", lambda: self._freeze(frozen)
        yield from blows

    def _killing(self, name: str) -> Callable[[], None]:
        def kill() -> None:
            self._processes.kill(name)
            self._frozen.pop(name, None)
            self._wait(self._random.uniform(0.0, 2.0))
            self._processes.revive()

        return kill

    def _freeze(self, name: str) -> None:
        self._processes.freeze(name)
        self._frozen[name] = time.monotonic() + FROZEN_SECONDS

    def _thaw(self, *, everything: bool = False) -> None:
        for name, at in list(self._frozen.items()):
            if everything or time.monotonic() >= at:
                self._say(f"  {name} goes on")
                self._processes.thaw(name)
                del self._frozen[name]

    def _wait(self, seconds: float) -> None:
        """The pause between two blows: the load goes on, what has ended starts, what was frozen long enough thaws."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._thaw()
            self._processes.revive()
            time.sleep(0.1)

"""Breaks things, one after the other, in an order that the seed decides; everything at least once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from tests.chaos.ground import Ground
from tests.chaos.operator import Operator
from tests.chaos.poison import Poisoner
from tests.chaos.processes import Processes

FROZEN_SECONDS = 20.0
LASTS = 6.0  # seconds that a state lasts in which something goes on answering, and refuses
COMMITS = 3  # answers lost in one go
Say = Callable[[str], None]
Blow = tuple[str, Callable[[], None]]


class Nemesis:
    """Runs in the caller's thread. `blows` counts what it did."""

    def __init__(
        self,
        seed: int,
        processes: Processes,
        ground: Ground,
        poisoner: Poisoner,
        operator: Operator,
        say: Say,
        only: tuple[str, ...] = (),
    ) -> None:
        self._random = random.Random(seed)
        self._processes = processes
        self._ground = ground
        self._poisoner = poisoner
        self._operator = operator
        self._say = say
        self._only = only  # beginnings of names; all when empty
        self._frozen: dict[str, float] = {}  # name -> when it may go on
        self.blows: Counter[str] = Counter()

    def rage(self, seconds: float, most: float, missing: Callable[[], list[str]]) -> None:
        """Strike for so long, at least one whole round, and on until nothing is `missing` or `most` s are over."""
        began = time.monotonic()

        def over() -> bool:
            passed = time.monotonic() - began
            return passed >= most or (passed >= seconds and not missing())

        rounds = 0
        while rounds == 0 or not over():
            for name, blow in self._round():
                if self._only and not name.startswith(self._only):
                    continue
                if rounds and over():
                    return
                self._wait(self._random.uniform(0.5, 3.0))
                self._say(name)
                self.blows[name.partition(":")[0]] += 1
                blow()
            rounds += 1

    def heal(self) -> None:
        """Thaw what is frozen, start what is dead, and wait until every process is ready."""
        self._thaw(everything=True)
        self._processes.revive()
        self._processes.await_ready(120)

    def _round(self) -> Iterator[Blow]:
        frozen, asked = (self._random.choice(self._processes.names) for _ in range(2))
        blows: list[Blow] = [
            *((f"kill: {name}", self._killing(name)) for name in self._processes.names),
            *((f"stop in order: {name}", self._stopping(name)) for name in {asked, "gateway"}),
            *self._of_the_broker(),
            *self._of_the_database(),
            ("poison unreadable", self._poisoner.undecodable),
            ("poison undigestible", self._poisoner.broken),
        ]
        self._random.shuffle(blows)
        # first, so that the others fall while it stands still
        yield f"freeze: {frozen} for {FROZEN_SECONDS:.0f} s", lambda: self._freeze(frozen)
        yield from blows

    def _of_the_broker(self) -> Iterator[Blow]:
        ground = self._ground
        yield "broker shot", lambda: ground.shoot_broker(self._random.uniform(0.5, 3.0))
        yield "broker wiped", lambda: self._operator.after_a_new_broker(ground.wipe_broker)
        yield "connections cut", lambda: self._say(f"  {ground.cut_broker()} AMQP connections")
        yield "broker's alarm", self._lasting(ground.alarm())
        yield "a queue that refuses", self._lasting(ground.refusing_queue())

    def _of_the_database(self) -> Iterator[Blow]:
        ground = self._ground
        services = list(ground.urls())
        of_one = [self._random.choice(services) for _ in range(3)]
        yield "postgres stopped at once", lambda: ground.shoot_postgres(self._random.uniform(0.2, 2.0), immediate=True)
        yield "postgres shot", lambda: ground.shoot_postgres(self._random.uniform(0.2, 2.0), immediate=False)
        yield "sessions cut", lambda: self._say(f"  {ground.cut_database()} database sessions")
        yield f"read-only: {of_one[0]}", self._lasting(ground.read_only(of_one[0]))
        yield f"disk full: {of_one[1]}", self._lasting(ground.disk_full(of_one[1]))
        # a service that takes commands, and enough of them
        yield "commit answers: permits", lambda: self._lose_answers("permits")
        yield f"commit answers: {of_one[2]}", lambda: self._lose_answers(of_one[2])
        yield "gateway restored", lambda: self._operator.restore_the_gateway(self._wait)

    def _lasting(self, state: AbstractContextManager[None]) -> Callable[[], None]:
        def blow() -> None:
            with state:
                self._wait(LASTS)

        return blow

    def _lose_answers(self, service: str) -> None:
        wire = self._ground.wire
        before = wire.lost
        wire.lose(service)
        end = time.monotonic() + LASTS
        while wire.lost < before + COMMITS and time.monotonic() < end:
            self._wait(0.1)
        wire.lose_no_more()
        self._say(f"  {wire.lost - before} answers to a COMMIT")
        self.blows["commit answers lost"] += wire.lost - before

    def _killing(self, name: str) -> Callable[[], None]:
        def kill() -> None:
            self._processes.kill(name)
            self._frozen.pop(name, None)
            self._wait(self._random.uniform(0.0, 2.0))
            self._processes.revive()

        return kill

    def _stopping(self, name: str) -> Callable[[], None]:
        def stop() -> None:
            if name in self._frozen:
                self._processes.thaw(name)
                del self._frozen[name]
            self._processes.stop(name)
            self._processes.revive()

        return stop

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

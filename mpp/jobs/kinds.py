"""What kinds of job there are: a service declares each as a constant, and says at its start who does it.

SWEEP = JobKind("documents.sweep", Sweep.to_json, Sweep.from_json, at_once=1)

enqueue(tx, SWEEP, key, Sweep(hour), now)         # in the transaction of a command or an event
JobRunner(database, clock, [SWEEP.done_by(sweep)])  # `sweep(payload, job)`, in each copy of the service
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from mpp.json_values import JsonObject

DELAYS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))
NAME = r"[a-z0-9_.-]{1,64}"  # it stands in the address of a dead letter

P = TypeVar("P")


class NotNow(Exception):
    """What a job needs is away, which is nobody's failure: it is put off for a while, and the attempt does not count.

    The text says what is away, and nothing personal.
    """


@dataclass(frozen=True)
class Job:
    """The job in hand, for who does it. `attempt` counts from 1."""

    id: str
    kind: str
    key: str
    lane: str
    attempt: int


@dataclass(frozen=True)
class JobHandler:
    """A kind together with who does it, whatever its payload is (`JobKind.done_by`)."""

    kind: str
    handle: Callable[[JsonObject, Job], None]
    delays: tuple[timedelta, ...]
    seconds: float
    at_once: int


@dataclass(frozen=True)
class JobKind(Generic[P]):
    """One kind of job, with a payload of type P.

    `delays`: the pauses between its attempts; the one after the last of them is the last, and then it is a dead letter.
    `seconds`: how long an attempt may take before it is cut off, which is a failure.
    `at_once`: how many jobs of one lane may be under way, in all copies of the service together.

    The payload stands in a table and is shown to operators: it names what it is about by ids and says nothing personal.
    """

    name: str
    to_json: Callable[[P], JsonObject]
    from_json: Callable[[JsonObject], P]
    delays: tuple[timedelta, ...] = DELAYS
    seconds: float = 60.0
    at_once: int = 1

    def __post_init__(self) -> None:
        if not re.fullmatch(NAME, self.name):
            raise ValueError(f"no name of a kind of job: {self.name!r}")

    def done_by(self, function: Callable[[P, Job], None]) -> JobHandler:
        """What `JobRunner` needs: `function(payload, job)` does a job, or raises; NotNow where that is no failure.

        A job is done at least once: whoever dies after the work and before it is recorded leaves it to be done again.
        So the function must find out by the job's key what is done already.
        """

        def handle(payload: JsonObject, job: Job) -> None:
            function(self.from_json(payload), job)

        return JobHandler(self.name, handle, self.delays, self.seconds, self.at_once)

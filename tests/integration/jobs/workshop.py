"""What the tests of jobs play with: a kind whose payload is a word, who does it, and runners around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from eventlet.event import Event as Signal
from sqlalchemy import select
from sqlalchemy import text as sql

from mpp.clock import FixedClock
from mpp.jobs.kinds import Job, JobHandler, JobKind
from mpp.jobs.loops import Supervisor
from mpp.jobs.queue import enqueue
from mpp.jobs.rows import Lane
from mpp.jobs.runner import JobRunner
from mpp.json_values import JsonObject, text
from mpp.persistence.database import Database
from mpp.persistence.tables import jobs

DELAYS = (timedelta(minutes=1), timedelta(minutes=10))


class Broken(Exception):
    """A handler's mistake."""


@dataclass(frozen=True)
class Word:
    """What a job is about."""

    word: str

    def to_json(self) -> JsonObject:
        return {"word": self.word}

    @classmethod
    def from_json(cls, found: JsonObject) -> Word:
        return cls(text(found, "word"))


def kind(name: str = "test.say", at_once: int = 1, seconds: float = 60.0) -> JobKind[Word]:
    return JobKind(name, Word.to_json, Word.from_json, DELAYS, seconds, at_once)


SAY = kind()


@dataclass
class Worker:
    """Says words, in order; what is in `broken` fails, and what is in `hanging` waits for its signal."""

    said: list[str] = field(default_factory=list)
    begun: list[Job] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    hanging: dict[str, Signal] = field(default_factory=dict)
    meanwhile: Callable[[str], None] = lambda word: None
    under_way: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)  # under way at the same time, by lane

    def say(self, payload: Word, job: Job) -> None:
        self.begun.append(job)
        self.under_way[job.lane] += 1
        self.most[job.lane] = max(self.most[job.lane], self.under_way[job.lane])
        try:
            self.meanwhile(payload.word)
            if payload.word in self.hanging:
                self.hanging[payload.word].wait()
            if payload.word in self.broken:
                raise Broken("3515991234569990")
            self.said.append(payload.word)
        finally:
            self.under_way[job.lane] -= 1

    def hang(self, *words: str) -> Signal:
        """Let these wait until the signal is sent."""
        signal = Signal()
        self.hanging |= dict.fromkeys(words, signal)
        return signal


class Workshop:
    """Runners over the database of one service."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database = database
        self.clock = clock
        self.worker = Worker()
        self._runners: list[JobRunner] = []

    def runner(self, *handlers: JobHandler, workers: int = 8, poll: float = 0.02) -> JobRunner:
        """A copy of the service that does these kinds (`SAY`)."""
        done = handlers or (SAY.done_by(self.worker.say),)
        self._runners.append(JobRunner(self.database, self.clock, done, workers=workers, poll=poll))
        return self._runners[-1]

    def run(self, runner: JobRunner) -> Supervisor:
        """Let it work for ever, as a service does."""
        running = Supervisor(runner.loop)
        running.start()
        return running

    def add(self, *words: str, of: JobKind[Word] = SAY, lane: str = "", due_at: datetime | None = None) -> None:
        """Enqueue a job for each word, as one command would."""
        with self.database.transaction() as tx:
            for word in words:
                assert enqueue(tx, of, word, Word(word), self.clock.now(), lane=lane, due_at=due_at)

    def statuses(self) -> dict[str, str]:
        """Status by key."""
        with self.database.transaction() as tx:
            return {row.key: row.status for row in tx.execute(select(jobs.c.key, jobs.c.status))}

    def row(self, key: str) -> dict[str, object]:
        with self.database.transaction() as tx:
            return dict(tx.execute(select(jobs).where(jobs.c.key == key)).one()._mapping)

    def somebody_waits(self) -> bool:
        """Whether a session of this database waits for a lock."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        with self.database.transaction() as tx:
            return bool(tx.execute(sql(query)).scalar_one())

    def close(self) -> None:
        for runner in self._runners:
            runner.loop.kill()


def lane(name: str = "", of: JobKind[Word] = SAY) -> Lane:
    return Lane(of.name, name)

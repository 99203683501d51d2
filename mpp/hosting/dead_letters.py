"""What a service could not do, in one list for the operator: events that it heard, and jobs of its own."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mpp.jobs.dead_jobs import DeadJobs, StoredJob
from mpp.json_values import Json, JsonObject
from mpp.messaging.events.dead_letters import DeadEvents

BATCH = 500
_FIRST = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Replayed:
    """How many are tried again, and where to go on; None: that was all."""

    number: int
    next: str | None


class DeadLetters:
    """The dead letters of one service. Each item says `what` it is, an `event` or a `job`.

    Its `id` is `<event id>:<subscription>` or `<job id>:<kind>`, which are never the same.
    """

    def __init__(self, events: DeadEvents, jobs: DeadJobs) -> None:
        self._events = events
        self._jobs = jobs

    def list(self) -> list[JsonObject]:
        """The oldest events and the oldest jobs, without what they hold."""
        return [*self._events.list(), *(_item(found) for found in self._jobs.list())]

    def show(self, item_id: str) -> JsonObject | None:
        """One of them with its status and what it holds; None when there is none."""
        found = self._job(item_id)
        if found is None:
            return self._events.show(item_id)
        return {**_item(found), "status": found.status, "payload": found.payload}

    def replay(self, item_id: str) -> str | None:
        """Try it again; its status after that, or None when it is not dead (any more).

        An event is tried within this call. A job is done by the next free runner: it is `waiting` at first.
        """
        found = self._job(item_id)
        if found is None:
            return self._events.replay(item_id)
        return "waiting" if self._jobs.replay(found.job.id, found.job.kind) else None

    def replay_some(self, reason: str | None = None, after: str | None = None, limit: int = BATCH) -> Replayed:
        """Let the next ones be tried again soon, each once however often they fail: `after` is the `next` of before.

        `reason` is a text that stands in theirs. Raises ValueError for an `after` that is none.
        """
        what, id_, name = _place(after)
        number = 0
        if what == "event":
            keys = self._events.replay_some(reason, (id_, name), limit)
            if len(keys) == limit:
                return Replayed(limit, ":".join(("event", *keys[-1])))
            number, id_ = len(keys), _FIRST
        ids = self._jobs.replay_some(reason, id_, limit)
        return Replayed(number + len(ids), f"job:{ids[-1]}:" if len(ids) == limit else None)

    def _job(self, item_id: str) -> StoredJob | None:
        id_, _, kind = item_id.partition(":")
        try:
            return self._jobs.find(str(UUID(id_)), kind)
        except ValueError:
            return None


def _place(after: str | None) -> tuple[str, str, str]:
    if after is None:
        return "event", _FIRST, ""
    what, _, rest = after.partition(":")
    id_, _, name = rest.partition(":")
    if what not in ("event", "job"):
        raise ValueError("not a place in the list")
    return what, str(UUID(id_)), name


def _item(found: StoredJob) -> dict[str, Json]:
    job = found.job
    return {
        "what": "job",
        "id": f"{job.id}:{job.kind}",
        "kind": job.kind,
        "key": job.key,
        "lane": job.lane,
        "attempts": job.attempt,
        "reason": found.reason,
        "enqueued_at": found.enqueued_at.isoformat(),
    }

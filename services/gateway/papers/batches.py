"""Many papers signed in one go, with one passphrase: each has its own result, at an address, however long it takes.

The passphrase is in the memory of the process that signs and nowhere else. So a batch ends with its process: what it
has not begun is then told as interrupted, and signed by another batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING

import structlog

from mpp.casework.refusals import Refused, not_found
from mpp.clock import Clock, new_id
from mpp.json_values import Json, JsonObject, text
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.papers.signing.port import Passphrase
from mpp.persistence import idempotency
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.papers import queries
from services.gateway.papers.desk import Desk
from services.gateway.papers.making import NotMade
from services.gateway.papers.queries import WAITING

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = structlog.get_logger(__name__)

SIGNED, FAILED, SKIPPED, INTERRUPTED = "signed", "failed", "skipped", "interrupted"
HELD = timedelta(minutes=5)  # longer than one paper takes
KEPT = timedelta(days=7)
# With these the passphrase, or the signer, is wrong for all of them: the rest is not tried, and nothing is used up.
_FOR_ALL = frozenset({"passphrase_wrong", "signer_not_registered", "service_not_set", "service_credentials"})

Spawn = Callable[[Callable[[], None]], None]


@dataclass(frozen=True)
class BatchCommand:
    """Who signs, under which key of idempotency, until when."""

    account: str
    path: str
    key: str
    deadline: Deadline
    correlation_id: str


class Batches:
    """In the gateway's database. `spawn` lets a function run beside the request."""

    def __init__(self, database: Database, clock: Clock, desk: Desk, spawn: Spawn) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._spawn = spawn
        self._under_way: dict[str, Event] = {}

    def begin(
        self, papers: Sequence[str], passphrase: Passphrase | None, command: BatchCommand
    ) -> tuple[JsonObject, bool]:
        """`{id}` of a batch that has begun, and whether it had under this key before: then nothing begins again."""
        batch, now = new_id(), self._clock.now()
        scope = idempotency.Scope(command.account, "POST", command.path, command.key)

        def do(tx: Connection) -> JsonObject:
            queries.add_batch(tx, batch, command.account, papers, now, now + HELD)
            return {"id": batch}

        digest = idempotency.request_hash({"papers": list(papers)})  # not the passphrase
        with self._database.transaction(command.deadline) as tx:
            answer, known = idempotency.once(tx, scope, digest, 202, now, lambda: do(tx))
        if not known:
            self._under_way[batch] = Event()
            self._spawn(lambda: self._run(batch, command.account, papers, passphrase, command.correlation_id))
        return answer, known

    def wait(self, batch: str, seconds: float) -> None:
        """Until a batch of this process is through, or the time is over."""
        under_way = self._under_way.get(batch)
        if under_way is not None:
            under_way.wait(max(0.0, seconds))

    def shown(self, account: str, batch: str, deadline: Deadline) -> JsonObject:
        """What has come of each paper of one's own batch. Raises Refused 404."""
        with self._database.transaction(deadline) as tx:
            found = queries.batch_of(tx, account, batch)
        if found is None:
            raise not_found()
        died = not found.ended and found.alive_until <= self._clock.now()
        items: list[Json] = [
            {
                "paper": each.paper,
                "state": INTERRUPTED if died and each.state == WAITING else each.state,
                "failure": each.failure,
            }
            for each in found.results
        ]
        created = found.created_at.isoformat()
        return {"id": found.id, "created_at": created, "ended": found.ended or died, "items": items}

    def _run(
        self, batch: str, account: str, papers: Sequence[str], passphrase: Passphrase | None, correlation_id: str
    ) -> None:
        """Sign one after the other; nothing but the end of the process keeps the batch from its end."""
        try:
            self._sign_each(batch, account, papers, passphrase, correlation_id)
        finally:
            self._under_way.pop(batch).set()

    def _sign_each(
        self, batch: str, account: str, papers: Sequence[str], passphrase: Passphrase | None, correlation_id: str
    ) -> None:
        hopeless: str | None = None
        for ordinal, paper in enumerate(papers):
            if hopeless is None:
                state, failure = self._one(account, paper, passphrase, correlation_id)
                hopeless = failure if failure in _FOR_ALL else None
            else:
                state, failure = SKIPPED, hopeless
            self._note(batch, ordinal, state, failure)
        with self._database.transaction() as tx:
            queries.end_batch(tx, batch)

    def _one(
        self, account: str, paper: str, passphrase: Passphrase | None, correlation_id: str
    ) -> tuple[str, str | None]:
        try:
            self._desk.sign(account, paper, passphrase, correlation_id)
        except NotMade as not_made:
            return FAILED, not_made.code
        except Refused as refused:
            return FAILED, refused.code
        except ServiceUnavailable:
            return FAILED, "service_unavailable"
        except Exception as error:  # a mistake of ours about one paper is not the end of the others
            log.error("batch.failed", batch_paper=paper, reason=type(error).__name__)
            return FAILED, "internal_error"
        return SIGNED, None

    def _note(self, batch: str, ordinal: int, state: str, failure: str | None) -> None:
        with self._database.transaction() as tx:
            queries.note_result(tx, batch, ordinal, state, failure, self._clock.now() + HELD)


def prune(tx: Connection, now: datetime, batch: int) -> int:
    """Forget batches of days ago; how many."""
    return queries.prune_batches(tx, now - KEPT, batch)


def id_of(answer: JsonObject) -> str:
    """The id in what `begin` gave."""
    return text(answer, "id")

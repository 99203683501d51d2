"""What was published without its publisher's name, by a version that named nobody: it is sent again (guarantee 9).

No inbox acts on such a message any more, and at an update some may still stand in the queues. The outbox knows which
they can be: the rows that are not marked as `signed`. They go once more to the mall's own queues, where whoever had
them already passes over the second copy; partners, who may believe whom they like, get nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import ARRAY, BigInteger, any_, bindparam, select, update

from mpp.clock import Clock
from mpp.json_values import Json
from mpp.messaging.brokers.port import Outgoing, PublishResult
from mpp.messaging.brokers.topology import OWN
from mpp.persistence.database import Database
from mpp.persistence.tables import outbox

log = structlog.get_logger(__name__)

# A queue that nobody has read for longer than this was noticed before the update.
SENT_AGAIN = timedelta(days=7)
BATCH = 500

_UNSIGNED = (
    select(outbox.c.id, outbox.c.event_id, outbox.c.routing_key, outbox.c.headers, outbox.c.body)
    .where(
        outbox.c.published_at.is_not(None),
        ~outbox.c.signed,
        outbox.c.published_at >= bindparam("since"),
        outbox.c.id > bindparam("last"),
    )
    .order_by(outbox.c.id)
    .limit(BATCH)
)
_SIGNED = update(outbox).where(outbox.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))).values(signed=True)

Publish = Callable[[Sequence[Outgoing]], Sequence[PublishResult]]


def send_again(database: Database, clock: Clock, publish: Publish, may_go_on: Callable[[], bool]) -> bool:
    """Publish once more what went out without a name in the last days; whether all of it was confirmed.

    It comes before anything new, oldest first, so that each subject keeps its order. It asks before each batch whether
    it may go on. Raises DatabaseAway.
    """
    since, last, total = clock.now() - SENT_AGAIN, 0, 0
    while may_go_on():
        with database.alone() as tx:
            rows = tx.execute(_UNSIGNED, {"since": since, "last": last}).all()
        if not rows:
            if total:
                log.info("relay.sent_again", service=database.name, events=total)
            return True
        outcomes = publish([_outgoing(row.event_id, row.routing_key, row.headers, row.body) for row in rows])
        done = [row.id for row, found in zip(rows, outcomes, strict=True) if found is PublishResult.CONFIRMED]
        with database.alone() as tx:
            tx.execute(_SIGNED, {"ids": done})
        if len(done) < len(rows):
            return False
        last, total = rows[-1].id, total + len(rows)
    return False


def _outgoing(event_id: str, routing_key: str, headers: Mapping[str, Json], body: bytes) -> Outgoing:
    return Outgoing(OWN, routing_key, headers, bytes(body), str(event_id))

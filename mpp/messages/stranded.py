"""Messages that nobody works on any more: their job is dead or gone. They end on the call list, where a person sees it.

A message under way has a job that waits or is being done: each transaction that changes the one has made the other. So
one without is a mistake of the program or of whoever repaired something by hand; it must not be silently none, and a
window of the citizen that waits for it must begin (ADR 0026).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, text

from mpp.messages import rows, settling
from mpp.messages.post import CHECK, SEND, Post
from mpp.messages.table import SENDING, SENT, WAITING

STRANDED = "stranded"  # the reason that the call list gives
EVERY = 600.0  # seconds between two looks
LATE = timedelta(hours=1)  # after a try was due: long enough that a job which is late only is not asked about
PAGE = 200

_FOUND = text(
    """
    SELECT id FROM messages
    WHERE state IN ('waiting', 'sending', 'sent') AND due_at < :before AND id > CAST(:after AS uuid) AND NOT EXISTS (
        SELECT FROM jobs
        WHERE jobs.kind IN (:send, :check) AND jobs.status IN ('waiting', 'running')
            AND jobs.key >= (messages.id::text || '.') COLLATE "C"
            AND jobs.key < (messages.id::text || '/') COLLATE "C"
    )
    ORDER BY id LIMIT :most
    """
)
_BEFORE_ALL = "00000000-0000-0000-0000-000000000000"

log = structlog.get_logger(__name__)


def run_once(post: Post) -> int:
    """Put every stranded message onto the call list, each in a transaction of its own; how many there were."""
    total, after = 0, _BEFORE_ALL
    while True:
        with post.database.transaction() as tx:
            found = find(tx, post.clock.now(), after)
        for id_ in found:
            total += _listed(post, id_)
        if len(found) < PAGE:
            return total
        after = found[-1]


def find(tx: Connection, now: datetime, after: str = _BEFORE_ALL, most: int = PAGE) -> list[str]:
    """The ids of the stranded messages that come after this one."""
    asked = {"before": now - LATE, "after": after, "send": SEND.name, "check": CHECK.name, "most": most}
    return [str(id_) for id_ in tx.execute(_FOUND, asked).scalars()]


def _listed(post: Post, id_: str) -> int:
    with post.database.transaction() as tx:
        message, now = rows.locked(tx, id_), post.clock.now()
        if message is None or message.state not in (WAITING, SENDING, SENT):
            return 0
        settling.put_on_call_list(post, tx, message, STRANDED, now)
    log.error("message.stranded", service=post.database.name, message=id_)
    return 1

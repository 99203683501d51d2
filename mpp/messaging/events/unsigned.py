"""What was published without its publisher's name, by a version that named nobody: it is sent again (guarantee 9).

No inbox acts on such a message any more, and at an update some may still stand in the queues. The outbox knows which
they can be: the rows that are not marked as `signed`. Whoever had them already passes over the second copy.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select, update

from mpp.persistence.database import Database
from mpp.persistence.tables import outbox

log = structlog.get_logger(__name__)

# A queue that nobody has read for longer than this was noticed before the update.
SENT_AGAIN = timedelta(days=7)
BATCH = 5000


def send_again(database: Database, now: datetime, may_go_on: Callable[[], bool]) -> bool:
    """Let the relay publish once more what went out without a name in the last days; whether all of it will be.

    It asks before each batch whether it may go on. Oldest first, so that each subject keeps its order however far it
    comes. Raises DatabaseAway.
    """
    unsigned = (outbox.c.published_at.is_not(None), ~outbox.c.signed, outbox.c.published_at >= now - SENT_AGAIN)
    last, total = 0, 0
    while may_go_on():
        some = select(outbox.c.id).where(*unsigned, outbox.c.id > last).order_by(outbox.c.id).limit(BATCH)
        again = update(outbox).where(outbox.c.id.in_(some)).values(published_at=None).returning(outbox.c.id).cte()
        with database.alone() as tx:
            found, highest = tx.execute(select(func.count(), func.max(again.c.id))).one()
        if not found:
            if total:
                log.info("relay.sends_again", service=database.name, events=total)
            return True
        last, total = highest, total + found
    return False

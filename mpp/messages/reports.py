"""What a provider says later of a message that it has taken. The same again changes nothing."""

from __future__ import annotations

from mpp.messages import rows, settling
from mpp.messages.post import Post
from mpp.messages.table import CALL_LIST, SENDING, SENT, WAITING

ARRIVED, UNDELIVERED = "delivered", "undelivered"
STATUSES = (ARRIVED, UNDELIVERED)


def take(post: Post, message_id: str, channel: str, status: str, provider_id: str | None) -> bool:
    """Record a report; False where no message of this id went over this channel.

    A report may come before the answer to the try is on record. One that comes after the counter has called, or after
    the message has arrived, changes nothing. A message on the call list that has arrived after all leaves the list.
    """
    with post.database.transaction() as tx:
        message = rows.locked(tx, message_id)
        if message is None or message.channel != channel:
            return False
        now = post.clock.now()
        if message.state not in (WAITING, SENDING, SENT, CALL_LIST):
            return True
        if status == ARRIVED:
            settling.deliver(post, tx, message, now, provider_id)
        elif message.state in (SENDING, SENT):
            settling.not_by(post, tx, message, post.addressee(tx, message.case_id), "undelivered", now)
    return True

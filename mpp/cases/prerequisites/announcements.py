"""What events say of papers that the mall issues: issued, not coming, no longer in force. Read by who needs a paper."""

from __future__ import annotations

from dataclasses import dataclass

from mpp.casework.case.papers import FAILED, LOST, THERE
from mpp.contracts import contract_of
from mpp.json_values import optional_text, text
from mpp.messaging.events.event import Event

_ISSUED = "permits.permit.issued.v1"
_AGAIN = ("permits.permit.corrected.v1", "permits.permit.reinstated.v1")
_ENDED = {  # the application, and with what reason
    "permits.application.rejected.v1": "rejected",
    "permits.application.refusal_final.v1": "rejected",
    "permits.application.withdrawn.v1": "withdrawn",
}
_GONE = {
    "permits.permit.suspended.v1": "suspended",
    "permits.permit.revoked.v1": "revoked",
    "permits.permit.superseded.v1": "superseded",
    "permits.permit.expired.v1": "expired",
    "permits.permit.lapsed.v1": "lapsed",
}
TYPES = (_ISSUED, *_AGAIN, *_ENDED, *_GONE)


@dataclass(frozen=True)
class Announcement:
    """`source` is the case that a paper comes from, `document` its record, `supersedes` the record that it replaces."""

    status: str
    source: str | None = None
    document: str | None = None
    number: str | None = None
    supersedes: str | None = None
    reason: str | None = None


def announced(event: Event) -> Announcement | None:
    """What the event says of a paper; None where it says nothing of one."""
    if event.type in _ENDED:
        return Announcement(FAILED, source=event.subject, reason=_ENDED[event.type])
    if event.type in _GONE:
        return Announcement(LOST, document=event.subject, reason=_GONE[event.type])
    if event.type not in TYPES:
        return None
    data = contract_of(event.type).read(event.data)
    return Announcement(
        THERE,
        # what comes later speaks of what was issued, not of the application
        source=text(data, "case") if event.type == _ISSUED else None,
        document=event.subject,
        number=text(data, "number"),
        supersedes=optional_text(data, "supersedes"),
    )

"""What events say of papers that the mall issues: issued, not coming, no longer in force. Read by who needs a paper.

Which events say so is in the definitions of the services that issue papers (`ServiceDefinition.paper_events`).
"""

from __future__ import annotations

from dataclasses import dataclass

from mpp.casework.case.papers import FAILED, LOST, THERE
from mpp.hosting.definition import paper_events
from mpp.json_values import optional_text, text
from mpp.messaging.events.event import Event


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
    told = paper_events()
    not_coming, lost = dict(told.not_coming), dict(told.lost)
    if event.type in not_coming:
        return Announcement(FAILED, source=event.subject, reason=not_coming[event.type])
    if event.type in lost:
        return Announcement(LOST, document=event.subject, reason=lost[event.type])
    if event.type not in told.types:
        return None
    data = event.data
    return Announcement(
        THERE,
        # what comes later speaks of what was issued, not of the application
        source=text(data, "case") if event.type in told.issued else None,
        document=event.subject,
        number=text(data, "number"),
        supersedes=optional_text(data, "supersedes"),
    )

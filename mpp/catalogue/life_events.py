"""`life_events`: the words by which a service is found. What must hold of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mpp.casework.rules.life_events import LIFE_EVENTS
from mpp.catalogue.said import said

_KEY = "life_events"


def life_event_mistakes(events: Sequence[str]) -> Iterator[str]:
    """Every reason to refuse them."""
    for event in events:
        if event not in LIFE_EVENTS:
            known = ", ".join(LIFE_EVENTS)
            yield said(_KEY, f"{event!r} tidak dikenal; yang ada {known}", f"unknown {event!r}; there are {known}")
    if len(set(events)) != len(events):
        yield said(_KEY, "ada yang tertulis dua kali", "one stands there twice")

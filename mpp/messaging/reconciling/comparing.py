"""Compares what the services have told with what the others have heard of it, hour by hour and type by type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mpp.messaging.events.event import producer_of
from mpp.messaging.reconciling.digests import Digest, Listener, hour_of
from mpp.messaging.reconciling.spans import Span


@dataclass(frozen=True)
class Difference:
    """The events of one type and hour that a subscription does not have as they were told."""

    producer: str
    consumer: str
    subscription: str
    type: str
    span: Span


_Count = tuple[int, int]


def differences(digests: Mapping[str, Digest], span: Span) -> Iterator[Difference]:
    """Where to look closer, of the services that answered. What was told before somebody listened is no difference."""
    for consumer, digest in digests.items():
        for listener in digest.listeners:
            has = {
                (each.hour, each.type): (each.number, each.digest)
                for each in digest.heard
                if each.subscription == listener.subscription
            }
            yield from _of_listener(digests, consumer, listener, has, span)


def _of_listener(
    digests: Mapping[str, Digest],
    consumer: str,
    listener: Listener,
    has: Mapping[tuple[int, str], _Count],
    span: Span,
) -> Iterator[Difference]:
    for producer, digest in digests.items():
        told: dict[tuple[int, str], _Count] = {
            (each.hour, each.type): (each.number, each.digest)
            for each in digest.told
            if each.public or not listener.public_only
        }
        mine = {place: count for place, count in has.items() if producer_of(place[1]) == producer}
        for hour, kind in sorted(told.keys() | mine.keys()):
            looked_at = _looked_at(listener, kind, hour, digest, span)
            if looked_at is not None and told.get((hour, kind)) != mine.get((hour, kind)):
                yield Difference(producer, consumer, listener.subscription, kind, looked_at)


def _looked_at(listener: Listener, kind: str, hour: int, told: Digest, span: Span) -> Span | None:
    """The part of the hour in which the listener must have all that was told; None where there is none."""
    since = listener.listens_since(kind)
    if since is None:
        return None
    whole = hour_of(hour)
    part = Span(max(whole.since, span.since, since, told.told_since), min(whole.until, span.until))
    return part if part.since < part.until else None


def lacking(told: Sequence[str], waiting: Sequence[str], heard: Sequence[str]) -> tuple[list[str], list[str]]:
    """The ids that were told, do not wait and were not heard; and those that were heard and not told."""
    has, known = set(heard), set(told)
    under_way = set(waiting)
    return [id_ for id_ in told if id_ not in has and id_ not in under_way], [id_ for id_ in heard if id_ not in known]

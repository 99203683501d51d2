"""Tasks of several services in one order, and what can be a place in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

from mpp.cases.interface.results import Task, Tasks
from mpp.cases.reading.asked import CHANGED, DUE, FILED, TaskPlace

_Key: TypeAlias = tuple[bool, datetime, str, str]
_NONE = datetime.min.replace(tzinfo=UTC)


def merged(
    heard: Mapping[str, Tasks], after: Mapping[str, TaskPlace], limit: int, sort: str
) -> tuple[list[Task], dict[str, TaskPlace], bool]:
    """The first `limit` tasks in this order, where each collection goes on, and whether there are more."""
    places = {name: [task.place(sort) for task in tasks.items] for name, tasks in heard.items()}
    every = [
        (_key(place, sort), name, place, task)
        for name, tasks in heard.items()
        for place, task in zip(places[name], tasks.items, strict=True)
    ]
    every.sort(key=lambda entry: entry[:2], reverse=sort == CHANGED)
    kept = every[:limit]
    reached = {**after, **{name: place for _, name, place, _ in kept}}
    more = len(every) > limit or any(tasks.more for tasks in heard.values())
    return [task for *_, task in kept], reached, more


def could_be(place: TaskPlace, sort: str) -> bool:
    """Whether a task can stand there in this order."""
    task = place.task_id
    if not 0 < len(task) <= 64 or not task.isascii() or not task.isprintable():
        return False
    if place.key is None:
        return sort == DUE
    try:
        return bool(UUID(place.key)) if sort == FILED else datetime.fromisoformat(place.key).tzinfo is not None
    except ValueError:
        return False


def _key(place: TaskPlace, sort: str) -> _Key:
    """Compares as the services themselves compare; a task without a date comes last."""
    if place.key is None:
        return (True, _NONE, "", place.task_id)
    if sort == FILED:
        return (False, _NONE, place.key, place.task_id)
    return (False, datetime.fromisoformat(place.key), "", place.task_id)

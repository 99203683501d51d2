"""Services that are installed for the time of a test, beside those of the mall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points

from mpp import contracts
from mpp.hosting import definition as hosting
from mpp.hosting.definition import ServiceDefinition


@dataclass(frozen=True)
class _Entry:
    """What an entry point does."""

    load: Callable[[], ServiceDefinition]


@contextmanager
def installed(*more: ServiceDefinition) -> Iterator[None]:
    """The mall has these services, too."""

    def found(group: str) -> list[object]:
        return [*entry_points(group=group), *(_Entry(lambda each=each: each) for each in more)]

    former, hosting.entry_points = hosting.entry_points, found  # type: ignore[assignment]
    _forget()
    try:
        yield
    finally:
        hosting.entry_points = former
        _forget()


def _forget() -> None:
    for remembered in (hosting.definitions, hosting.person_events, hosting.paper_events, contracts.all_contracts):
        remembered.cache_clear()

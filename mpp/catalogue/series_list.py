"""The series of legal numbers that a catalogue counts in, each once, with the office and the services that it is of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mpp.casework.rules.service_type import ServiceType


@dataclass(frozen=True)
class ListedSeries:
    """A series at the office that issues in it; `per` says what a book of it is of, `services` are its types."""

    series: str
    office: str
    per: tuple[str, ...]
    services: tuple[ServiceType, ...]


def series_of(kinds: Iterable[ServiceType]) -> list[ListedSeries]:
    """All of them, by name and office."""
    found: dict[tuple[str, str, tuple[str, ...]], list[ServiceType]] = {}
    for kind in kinds:
        for each in kind.series:
            found.setdefault((each.series, kind.owner, each.per), []).append(kind)
    return [ListedSeries(*head, tuple(kinds)) for head, kinds in sorted(found.items(), key=lambda item: item[0])]

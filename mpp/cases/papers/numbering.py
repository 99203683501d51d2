"""The legal numbers of one decision: its own, those of its effects, and those of the papers that it makes besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mpp.cases.recording.hooks import Effect
from mpp.cases.recording.work import Work
from mpp.cases.storage import numbers
from mpp.casework.rules.paper import PaperSpec
from mpp.casework.rules.service_type import Action


@dataclass(frozen=True)
class Numbers:
    """What a decision has drawn; `effects` and `papers` by their names."""

    decision: str | None = None
    effects: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)

    @property
    def first(self) -> str | None:
        """What stands on its first paper."""
        return self.decision if self.decision is not None else next(iter(self.effects.values()), None)


def draw(
    work: Work, action: Action, office: str, effects: Mapping[str, Effect], specs: Iterable[PaperSpec] = ()
) -> Numbers:
    """The numbers of an action that is taken at an office; those of its effects and other papers are the owner's.

    Books are taken in the order of their names, so that two decisions which need the same two never block each other.
    """
    kind, owner = work.service_type, work.service_type.owner
    wanted = [("decision", "", kind.number, office)] if action.number else []
    wanted += [("effect", name, effect.draws(kind), owner) for name, effect in effects.items() if effect.draws]
    wanted += [("paper", spec.name, spec.series, owner) for spec in specs]
    books = [each for each in wanted if each[0] == "decision" or each[2] is not None]
    local = work.now.astimezone(work.host.calendar.current.zone)
    where = work.host.offices, work.record.region, local
    given: dict[tuple[str, str], str] = {}
    for of, name, series, at in sorted(books, key=lambda book: "" if book[2] is None else book[2].series):
        given[of, name] = numbers.allocate(work.tx, kind, work.case.id, at, *where, series=series)
    return Numbers(
        given.get(("decision", "")),
        {name: given["effect", name] for name in effects if ("effect", name) in given},
        {name: number for (of, name), number in given.items() if of == "paper"},
    )

"""Whatever happens to people, in whatever order: the register keeps its rules, and what it said stays said.

`MPP_LIVES` is the number of histories (of 40 events at most); without it `FEW`, and faults that only show after a rare
series of events are not planted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from mpp.persistence.database import Database
from services.civil_registry.register import (
    corrections,
    documents,
    facts,
    families,
    households,
    marriages,
    numbers,
    people,
)
from tests.support.lives import Lives

FEW = 100
UNTIL_FOUND = 400  # histories in which a planted fault must show


@pytest.fixture
def lives(registry_url: str) -> Iterator[type[Lives]]:
    """Lives on an empty register."""
    Lives.database = Database(registry_url, name="civil_registry")
    yield Lives
    Lives.database.dispose()


def run(lives: type[Lives], histories: int, *phases: Phase) -> None:
    tried = settings(
        max_examples=histories,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=phases or (Phase.generate, Phase.shrink),
        database=None,
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(lives, settings=tried)


def test_the_register_keeps_its_rules_whatever_happens(lives: type[Lives]) -> None:
    run(lives, int(os.environ.get("MPP_LIVES", FEW)))


def _nothing(*_: object, **__: object) -> None:
    """What somebody has forgotten."""


def _forget_causes(*causes: str) -> Callable[..., None]:
    write = facts.write

    def forgetful(tx: Any, kind: Any, subject: str, elements: Any, by: Any) -> None:
        if by.cause not in causes:
            write(tx, kind, subject, elements, by)

    return forgetful


def _backdated() -> Callable[..., None]:
    write = facts.write

    def backdating(tx: Any, kind: Any, subject: str, elements: Any, by: Any) -> None:
        write(tx, kind, subject, elements, by.__class__(**{**by.__dict__, "at": by.at.replace(year=2000)}))

    return backdating


def _by_twos() -> Callable[..., int]:
    one = numbers._next

    def two(tx: Any, prefix: str) -> int:
        one(tx, prefix)
        return one(tx, prefix)

    return two


FAULTS: dict[str, tuple[Any, str, Callable[[], Any]]] = {
    "a death leaves the marriage": (marriages, "end_by_death", lambda: _nothing),
    "a death leaves the KTP": (documents, "close_of_the_dead", lambda: _nothing),
    "nobody follows a head": (families, "succeed", lambda: _nothing),
    "cards that were left are not settled": (households, "settle", lambda: lambda *_: ()),
    "children head families": (families, "may_head", lambda: lambda *_: True),
    "biodata change without a fact": (facts, "write", lambda: _forget_causes("biodata")),
    "a move is not written down": (facts, "write", lambda: _forget_causes("move")),
    "facts are backdated": (facts, "write", _backdated),
    "numbers are given twice": (numbers, "next_card", lambda: lambda *_: "3515990101200001"),
    "numbers are left out": (numbers, "_next", _by_twos),
    "who is married marries": (marriages, "current", lambda: lambda *_: []),
    "a merged NIK keeps its children": (corrections, "_children", lambda: _nothing),
    "who was merged is alive": (corrections, "MERGED", lambda: people.ALIVE),
    "any sex is put right": (corrections, "_bound_to_sex", lambda: lambda *_: False),
    "parents become younger than children": (corrections, "_age_fits", lambda: lambda *_: True),
}


RARE = (
    "a death leaves the marriage",
    "a merged NIK keeps its children",
    "any sex is put right",
    "parents become younger than children",
)
PLANTED = [fault for fault in FAULTS if "MPP_LIVES" in os.environ or fault not in RARE]


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(lives: type[Lives], monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    module, name, make = FAULTS[fault]
    monkeypatch.setattr(module, name, make())
    with pytest.raises(AssertionError):
        run(lives, UNTIL_FOUND, Phase.generate)

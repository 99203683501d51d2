"""The judge finds what the mall says is missing, and lets pass what was injected."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chaos.checker import SUBSCRIPTIONS
from tests.chaos.facts import Poison
from tests.chaos.judge import lacking

POISON = Poison(broken=(("e-poison", "p-poison"),))


def pair(**found: Any) -> dict[str, Any]:
    who = {"producer": "civil_registry", "consumer": "complaints", "subscription": "persons"}
    return {**who, "missing": 0, "untold": 0, "examples": [], "mended_by": None, **found}


def broken(*pairs: dict[str, Any], silent: tuple[str, ...] = ()) -> list[str]:
    others = [pair(consumer=consumer, subscription=name) for consumer, name, _ in SUBSCRIPTIONS]
    return [finding.promise for finding in lacking({"pairs": [*others, *pairs], "silent": list(silent)}, POISON)]


def test_a_mall_in_which_nobody_lacks_anything_keeps_its_promise() -> None:
    assert broken(pair(), pair(untold=1, examples=["e-poison"])) == []


@pytest.mark.parametrize(
    ("found", "promise"),
    [
        (pair(missing=1, examples=["e1"]), "event lost"),
        (pair(untold=1, examples=["e1"]), "event of nobody"),
        (pair(untold=2, examples=["e-poison"]), "event of nobody"),
    ],
)
def test_what_is_missing_is_a_broken_promise(found: dict[str, Any], promise: str) -> None:
    assert broken(pair(), found) == [promise]


def test_a_comparison_of_nothing_says_nothing() -> None:
    found = {"pairs": [], "silent": []}
    assert {finding.promise for finding in lacking(found, POISON)} == {"comparison"}


def test_who_does_not_answer_says_nothing_for_itself() -> None:
    assert broken(pair(), silent=("permits",)) == ["comparison"]

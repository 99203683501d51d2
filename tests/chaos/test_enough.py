"""A run in which too little happened says so, and not that every promise was kept."""

from __future__ import annotations

import pytest

from tests.chaos.enough import LEAST, REPLAYED, too_little


def test_a_run_in_which_all_of_it_happened_is_enough() -> None:
    assert too_little(LEAST) == []


@pytest.mark.parametrize("name", LEAST)
def test_each_thing_that_did_not_happen_often_enough_is_named(name: str) -> None:
    assert too_little(LEAST | {name: LEAST[name] - 1}) == [f"{name}: {LEAST[name] - 1} of at least {LEAST[name]}"]


def test_what_was_never_counted_has_not_happened() -> None:
    assert len(too_little({})) == len(LEAST)


def test_what_cannot_have_happened_yet_is_not_waited_for() -> None:
    assert too_little(LEAST | {REPLAYED: 0}, but=(REPLAYED,)) == []

"""Long work tells how far it is; short work is not told of."""

from __future__ import annotations

import io

from mpp.operations.restore.progress import LEAST, Progress, Through


def test_each_tenth_is_told_once() -> None:
    said: list[str] = []
    whole = LEAST["entri"] * 40
    progress = Progress("jejak audit | audit trail", whole, "entri", said.append)
    for done in range(0, whole + 1, 1000):
        progress.reached(done)
    assert len(said) == 10
    assert said[2] == "   jejak audit | audit trail: 1,200,000 / 4,000,000 entri (30 %)"


def test_of_what_is_over_soon_nothing_is_told() -> None:
    said: list[str] = []
    Progress("jejak audit | audit trail", LEAST["entri"] - 1, "entri", said.append).reached(LEAST["entri"] - 1)
    assert said == []


def test_what_passes_is_counted_and_passed_on() -> None:
    said: list[str] = []
    kept = io.BytesIO()
    through = Through(kept, Progress("dimuat | loaded", 3 * LEAST["byte"], "byte", said.append))
    part = b"x" * (LEAST["byte"] // 2)
    assert [through.write(part) for _ in range(3)] == [len(part)] * 3
    assert kept.tell() == 3 * len(part)
    assert said == ["   dimuat | loaded: 100,000,000 / 300,000,000 byte (33 %)"]

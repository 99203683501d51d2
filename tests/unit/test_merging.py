"""Tasks of several services come in one order, whichever is asked for, and each service goes on where it ended."""

from __future__ import annotations

from typing import Any

import pytest

from mpp.cases.interface.results import Tasks
from mpp.cases.reading.asked import TaskPlace
from services.gateway.api.routes.cases.merging import could_be, merged

UUIDS = [f"01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e{n:02}" for n in range(10)]


def task(number: int, due: str | None, changed: str) -> dict[str, Any]:
    return {"task_id": UUIDS[number], "case_id": UUIDS[9 - number], "due_at": due, "changed_at": changed}


HEARD = {
    "permits": Tasks.of(
        {
            "items": [
                task(0, "2026-11-26T15:00:00+07:00", "2026-11-24T02:00:00+00:00"),
                task(3, None, "2026-11-23T02:00:00+00:00"),
            ],
            "more": False,
        }
    ),
    "complaints": Tasks.of(
        {
            "items": [
                task(1, "2026-11-26T08:30:00+00:00", "2026-11-24T09:00:00+07:00"),
                task(2, "2026-11-26T08:00:00+00:00", "2026-11-25T02:00:00+00:00"),
            ],
            "more": False,
        }
    ),
}


@pytest.mark.parametrize(
    ("sort", "order"),
    [("due", [0, 2, 1, 3]), ("filed", [3, 2, 1, 0]), ("changed", [2, 1, 0, 3])],
)
def test_the_order_is_one_over_all_services(sort: str, order: list[int]) -> None:
    """As instants, whatever offset they are written with; at the same instant by the id, as the services do."""
    for limit in range(1, 5):
        tasks, places, more = merged(HEARD, {}, limit, sort)
        assert [t.body["task_id"] for t in tasks] == [UUIDS[n] for n in order[:limit]]
        assert more == (limit < 4)
        assert {place.task_id for place in places.values()} <= set(UUIDS)
        for name, place in places.items():
            mine = [t for t in tasks if t in HEARD[name].items]
            assert place == mine[-1].place(sort)


@pytest.mark.parametrize(
    ("sort", "key", "can"),
    [
        ("due", None, True),
        ("due", "2026-11-26T08:00:00+00:00", True),
        ("due", "2026-11-26T08:00:00", False),
        ("due", UUIDS[0], False),
        ("filed", UUIDS[0], True),
        ("filed", None, False),
        ("filed", "2026-11-26T08:00:00+00:00", False),
        ("changed", "2026-11-26T08:00:00+00:00", True),
        ("changed", None, False),
    ],
)
def test_a_place_is_one_of_its_order(sort: str, key: str | None, can: bool) -> None:
    assert could_be(TaskPlace(key, UUIDS[1]), sort) == can

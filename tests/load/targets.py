"""What was asked for, and whether a run met it: on two cores with database, broker and load generator on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tests.load.figures import Figure

PREFIX = "target."
What = Literal["ours", "ratio"]


@dataclass(frozen=True)
class Target:
    """`figures` are the beginnings of keys, which also hold `part`; the worst of them counts, of the most rows."""

    name: str
    figures: tuple[str, ...]
    limit: float
    at_least: bool
    what: What = "ours"
    users: int | None = None
    must: bool = True
    part: str = ""


TARGETS = (
    Target("lifecycles", ("complaint.lifecycles.",), 20, True, users=10),
    Target("kept_of_the_empty_database", ("complaint.kept.",), 0.9, True, "ratio"),
    Target("write_p95", ("complaint.any_call.p95.",), 150, False, users=10),
    Target("rpc_echo", ("rpc.echo.users_32",), 0.3, True, "ratio"),
    Target("relay", ("relay.events.",), 0.4, True, "ratio"),
    Target("event_latency_p95", ("event_latency.p95.",), 100, False),
    Target("burst_errors", ("burst.errors.",), 0, False),
    Target("burst_recovered", ("burst.recovered.",), 10, False),
    Target("reads", ("reads.",), 1.5, False, "ratio", part=".p95."),
    Target("resident_embedded", ("resident.embedded_mall",), 600, False),
    Target("resident_stack", ("resident.total",), 1200, False),
    Target("paper_stall", ("papers.stall.",), 50, False),
    Target("paper_steps_p95", ("papers.step_one.p95.", "papers.step_two.p95."), 200, False, users=10),
    Target("portal_typed", ("portal.typed.",), 60, False, part=".seconds"),
    Target("portal_page_p95", ("portal.beyond_the_interface.",), 150, False, users=10),
    Target("resident_portal", ("portal.resident.",), 350, False),
    Target("image", ("image",), 600, False),
    Target("aim_lifecycles", ("complaint.lifecycles.",), 60, True, users=10, must=False),
)


def judged(found: Mapping[str, Figure]) -> dict[str, Figure]:
    """One figure for each target: `ours` what was measured, `baseline` the limit, the note says what that means."""
    return {PREFIX + target.name: _judge(target, found) for target in TARGETS}


def missed(found: Mapping[str, Figure]) -> list[str]:
    """The names of the targets that were measured and not met."""
    return [key for key, figure in found.items() if key.startswith(PREFIX) and figure.note.startswith("NOT met")]


def _judge(target: Target, found: Mapping[str, Figure]) -> Figure:
    comparison = ("at least" if target.at_least else "at most") + (" (an aim)" if not target.must else "")
    values = [value for beginning in target.figures for value in _largest(beginning, target, found)]
    unit = next((figure.unit for key, figure in found.items() if key.startswith(target.figures)), "")
    unit = "ratio" if target.what == "ratio" else unit
    if not values:
        return Figure(0.0, unit, target.limit, None, f"not measured; {comparison}")
    worst = min(values) if target.at_least else max(values)
    met = worst >= target.limit if target.at_least else worst <= target.limit
    ratio = round(worst / target.limit, 3) if target.limit else None
    return Figure(worst, unit, target.limit, ratio, f"{'met' if met else 'NOT met'}; {comparison}")


def _largest(beginning: str, target: Target, found: Mapping[str, Figure]) -> list[float]:
    users = "" if target.users is None else f".users_{target.users}"
    fitting = {key: figure for key, figure in found.items() if _fits(key, beginning, target.part, users)}
    most = max((_rows(key) for key in fitting), default=0)
    values = [getattr(figure, target.what) for key, figure in fitting.items() if _rows(key) == most]
    return [float(value) for value in values if value is not None]


def _fits(key: str, beginning: str, part: str, end: str) -> bool:
    return key.startswith(beginning) and part in key and key.endswith(end)


def _rows(key: str) -> int:
    return next((int(part[5:]) for part in key.split(".") if part.startswith("rows_")), 0)

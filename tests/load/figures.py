"""The figures of a run: one table for a person, one flat JSON for a program."""

from __future__ import annotations

import json
import os
import platform
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One figure; `baseline` is what it is compared with (None: nothing), `ratio` is ours / baseline."""

    ours: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    note: str = ""


@dataclass
class Figures:
    """Everything that was measured, by key: the figure, the rows and the users."""

    found: dict[str, Figure] = field(default_factory=dict)

    def add(
        self,
        name: str,
        ours: float,
        unit: str,
        *,
        rows: int | None = None,
        users: int | None = None,
        baseline: float | None = None,
        note: str = "",
    ) -> None:
        """Note a figure, and say it."""
        key = ".".join(
            [name, *([f"rows_{rows}"] if rows is not None else []), *([f"users_{users}"] if users is not None else [])]
        )
        ratio = ours / baseline if baseline else None
        figure = Figure(round(ours, 3), unit, baseline and round(baseline, 3), ratio and round(ratio, 3), note)
        self.found[key] = figure
        print(line(key, figure), flush=True)

    def write(self, path: Path, **about: Any) -> None:
        """The JSON file: figures by key, and `about` the run."""
        path.parent.mkdir(parents=True, exist_ok=True)
        machine = {"cores": os.cpu_count(), "python": build(), "machine": platform.machine()}
        body = {key: asdict(figure) for key, figure in self.found.items()}
        body["about"] = {"at": datetime.now(UTC).isoformat(), **machine, **about}
        path.write_text(json.dumps(body, indent=1) + "\n")

    def table(self) -> str:
        """All figures in one table."""
        return "\n".join([HEAD, *(line(key, figure) for key, figure in self.found.items())])


def build() -> str:
    """The Python that this runs on, and whether its maker let the compiler optimise it by a profile.

    A distribution's build is, whatever its `sysconfig` says.
    """
    asked = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "") or sys.base_prefix == "/usr"
    return f"{platform.python_version()} {sys.base_prefix}, {'optimised' if asked else 'NOT optimised'}"


HEAD = f"{'figure':<58} {'ours':>10} {'baseline':>10} {'ratio':>7}  unit"


def line(key: str, figure: Figure) -> str:
    """One line of the table."""
    baseline = "" if figure.baseline is None else f"{figure.baseline:.1f}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    note = f"  ({figure.note})" if figure.note else ""
    return f"{key:<58} {figure.ours:>10.1f} {baseline:>10} {ratio:>7}  {figure.unit}{note}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

"""`python -m tests.load [--full]`: where we stand, on private instances that this starts itself (docs/performance.md).

BENCH_SECONDS is the length of each measurement, BENCH_OUT the JSON file, BENCH_DATA the folder in which the full run
keeps the seeded databases between runs; BENCH_ONLY, BENCH_ROWS and BENCH_USERS (10 among them) choose stages, sizes and
numbers of users.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from tests.load import stages
from tests.load.figures import Figures
from tests.load.place import open_place


def main(full: bool) -> None:
    """One run in one go."""
    began = time.monotonic()
    seconds = float(os.environ.get("BENCH_SECONDS") or (20 if full else 8))
    out = Path(os.environ.get("BENCH_OUT") or "build/bench.json")
    kept = Path(os.environ.get("BENCH_DATA") or "build/bench-data") if full else None
    chosen = [name for name in (os.environ.get("BENCH_ONLY") or "").split(",") if name]
    figures = Figures()
    with ExitStack() as stack:
        place = open_place(stack, kept)
        print(f"RabbitMQ: {place.broker.rung}; PostgreSQL: embedded; {seconds:g} s each", flush=True)
        run = stages.Run(place, figures, seconds, full)
        for name, stage in stages.STAGES.items():
            if chosen and name not in chosen:
                continue
            print(f"-- {name} ({time.monotonic() - began:.0f} s)", flush=True)
            stage(run)
    took = time.monotonic() - began
    figures.write(out, full=full, seconds=seconds, took=round(took, 1), errors=run.errors)
    print(f"\n{figures.table()}\n\n{took:.0f} s; {out}")
    for error, count in sorted(run.errors.items()):
        print(f"error x{count}: {error}")


if __name__ == "__main__":
    main("--full" in sys.argv[1:])

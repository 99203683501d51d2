"""`python -m tests.load [--full] [--only STAGE,...]`: where we stand, on private instances that this starts itself.

BENCH_SECONDS is the length of each measurement, BENCH_OUT the JSON file, BENCH_DATA the folder in which the full run
keeps the seeded databases between runs; BENCH_ONLY (as --only), BENCH_ROWS and BENCH_USERS (10 among them) choose
stages, sizes and numbers of users (docs/performance.md).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from contextlib import ExitStack
from pathlib import Path

from tests.load import stages, targets
from tests.load.figures import Figures, build
from tests.load.place import open_place


def main(full: bool, only: str) -> int:
    """One run in one go; 1 when a stage could not be finished. A target that is missed is told, and is no failure."""
    began = time.monotonic()
    seconds = float(os.environ.get("BENCH_SECONDS") or (20 if full else 5))
    out = Path(os.environ.get("BENCH_OUT") or "build/bench.json")
    kept = Path(os.environ.get("BENCH_DATA") or "build/bench-data") if full else None
    chosen = [name for name in only.split(",") if name]
    if unknown := set(chosen) - set(stages.STAGES):
        raise SystemExit(f"no such stage: {', '.join(sorted(unknown))} ({', '.join(stages.STAGES)})")
    figures = Figures()
    with ExitStack() as stack:
        place = open_place(stack, kept)
        print(f"Python {build()}; RabbitMQ: {place.broker.rung}; PostgreSQL: embedded; {seconds:g} s each", flush=True)
        run = stages.Run(place, figures, seconds, full)
        failed: dict[str, str] = {}
        for name, stage in stages.STAGES.items():
            if chosen and name not in chosen:
                continue
            print(f"-- {name} ({time.monotonic() - began:.0f} s)", flush=True)
            try:
                stage(run)
            except Exception as error:  # the other stages are worth their time all the same
                traceback.print_exc()
                failed[name] = f"{type(error).__name__}: {error}"[:500]
            took = time.monotonic() - began
            # after each stage: who stops a long run keeps what it has
            about = {"seconds": seconds, "took": round(took, 1), "errors": run.errors, "failed_stages": failed}
            measured = {key: figure for key, figure in figures.found.items() if not key.startswith(targets.PREFIX)}
            figures.found = measured | targets.judged(measured)
            figures.write(out, full=full, **about)
    print(f"\n{figures.table()}\n\n{took:.0f} s; {out}")
    for error, count in sorted(run.errors.items()):
        print(f"error x{count}: {error}")
    for name in targets.missed(figures.found):
        print(f"not met: {name}")
    for name, why in failed.items():
        print(f"stage failed: {name}: {why}")
    return 1 if failed else 0


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m tests.load")
    asked.add_argument("--full", action="store_true", help="up to a million rows and 50 users")
    asked.add_argument("--only", default=os.environ.get("BENCH_ONLY") or "", help=f"of {', '.join(stages.STAGES)}")
    given = asked.parse_args()
    sys.exit(main(given.full, given.only))

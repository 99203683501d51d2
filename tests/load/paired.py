"""The reader of two malls, a process of its own: `python -m tests.load.paired PLAN.json RESULT.json`.

One call at a time, in turns: each read goes to the mall with few rows and then to the one with many, so that whatever
else the machine does falls on both. The plan is {"sides": {rows: {"url", "tokens", "reads": {name: [call, ...]}}},
"warm", "samples"}, a call [method, path, account or null, body or null]; the result {name: {rows: [seconds, ...]}}, and
"errors". What the first `warm` calls took does not count.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.load.wire import Wire


def main(plan_file: str, result_file: str) -> None:
    """Run the plan and write what was seen."""
    plan = json.loads(Path(plan_file).read_text())
    sides = plan["sides"]
    wires = {rows: Wire(side["url"]) for rows, side in sides.items()}
    errors: Counter[str] = Counter()
    found: dict[str, Any] = {}
    for name in next(iter(sides.values()))["reads"]:
        taken: dict[str, list[float]] = {rows: [] for rows in sides}
        for n in range(plan["warm"] + plan["samples"]):
            for rows in sorted(sides, reverse=n % 2 == 1):
                calls = sides[rows]["reads"][name]
                seconds = _call(wires[rows], sides[rows]["tokens"], name, calls[n % len(calls)], errors)
                if n >= plan["warm"]:
                    taken[rows].append(seconds)
        found[name] = taken
    Path(result_file).write_text(json.dumps({**found, "errors": errors}))


def _call(wire: Wire, tokens: dict[str, str], name: str, call: list[Any], errors: Counter[str]) -> float:
    method, path, account, body = call
    # the limits per address are meant for people: each call comes from an address of its own
    headers = {"X-Forwarded-For": ".".join(str(random.randrange(1, 255)) for _ in range(4))}
    if account is not None:
        headers["Authorization"] = f"Bearer {tokens[account]}"
    began = time.monotonic()
    answer = wire.send(method, path, headers, body)
    seconds = time.monotonic() - began
    if answer.status != 200:
        errors[f"{name} {answer.status} {answer.body[:160].decode(errors='replace')}"] += 1
    return seconds


if __name__ == "__main__":
    main(*sys.argv[1:])

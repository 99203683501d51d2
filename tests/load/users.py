"""The load generator, a process of its own: `python -m tests.load.users PLAN.json RESULT.json`.

A plan is {"url", "tokens", "kind", "users", "seconds", "warm", ...}; the kinds are the functions of `_KINDS`. What
it measures is written as JSON: counts, and each call's seconds by the name of the call.
"""

from __future__ import annotations

import json
import queue
import random
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.load.lifecycles import COUNTERS, LIFECYCLES, Body, Lifecycle
from tests.load.wire import Answer, Wire

Plan = dict[str, Any]


class Log:
    """What the users saw, with the moment of each; only what ends inside the window counts."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, float, float, int]] = []  # name, end, seconds, status (0: no answer)
        self.cycles: list[tuple[float, float, bool]] = []  # end, seconds, whether all went well
        self.errors: dict[str, int] = {}

    def call(self, name: str, began: float, answer: Answer | None) -> None:
        """Note one call."""
        end = time.monotonic()
        status = answer.status if answer is not None else 0
        self.calls.append((name, end, end - began, status))
        if answer is None or not 200 <= answer.status < 300:
            told = answer.body[:160].decode(errors="replace") if answer is not None else "no answer"
            self.error(f"{name} {status} {told}")

    def error(self, told: str) -> None:
        """Note what went wrong."""
        self.errors[told] = self.errors.get(told, 0) + 1


class User:
    """One clerk's connection."""

    def __init__(self, plan: Plan, log: Log, number: int) -> None:
        self._wire = Wire(plan["url"])
        self._tokens = plan["tokens"]
        self._log = log
        self.chance = random.Random(f"{plan.get('seed', 1)}/{number}")
        self._number = number

    def send(self, name: str, method: str, path: str, account: str | None, body: Any, **more: str) -> Answer | None:
        """One call, noted; None when there was no answer."""
        headers = dict(more)
        if account is not None:
            headers["Authorization"] = f"Bearer {self._tokens[account]}"
        began = time.monotonic()
        try:
            answer = self._wire.send(method, path, headers, body)
        except OSError:
            answer = None
        self._log.call(name, began, answer)
        return answer

    def walk(self, lifecycle: Lifecycle) -> str | None:
        """All calls of one lifecycle, each on the version that the one before left; where the case's actions are taken.

        None where one of them went wrong, or a decision was left without its paper.
        """
        path = f"/api/v1/{lifecycle.collection}"
        counter = COUNTERS[self._number % len(COUNTERS)]
        answer: Answer | None = None
        for version, call in enumerate(lifecycle.calls):
            account = counter if call.account == "@counter" else call.account
            key = {"Idempotency-Key": str(uuid.uuid4())}
            name = f"{lifecycle.name}.{call.name}"
            if version == 0:
                answer = self.send(name, "POST", path, account, lifecycle.filing(self.chance), **key)
            else:
                body = {"action": call.name} | ({"data": call.data} if call.data else {}) | _answers(answer)
                answer = self.send(name, "POST", path, account, body, **key, **{"If-Match": f'"{version}"'})
            if answer is None or not 200 <= answer.status < 300:
                return None
            if version == 0:
                path = f"{answer.headers[b'location'].decode()}/actions"
            elif call.name == "sign" and b'"signing":null' not in answer.body:
                self._log.error(f"{name} is still being signed")
                return None
        return path


def _answers(seen: Answer | None) -> Body:
    """An answer to each warning of the case as it was last seen: the births of few demo mothers are much alike."""
    if seen is None or b'"warnings":[]' in seen.body:
        return {}
    warnings = json.loads(seen.body).get("warnings", [])
    return {"answers": [{"warning": each["id"], "reason": "Sudah diperiksa."} for each in warnings]} if warnings else {}


def closed(plan: Plan, log: Log) -> None:
    """`users` users, each begins the next lifecycle when the last one has ended."""
    lifecycle = LIFECYCLES[plan["lifecycle"]]
    until = time.monotonic() + plan["warm"] + plan["seconds"]

    def work(number: int) -> None:
        user = User(plan, log, number)
        while time.monotonic() < until:
            began = time.monotonic()
            good = user.walk(lifecycle) is not None
            log.cycles.append((time.monotonic(), time.monotonic() - began, good))
            if not good:
                time.sleep(0.05)

    _together(work, plan["users"])


def burst(plan: Plan, log: Log) -> None:
    """Lifecycles arrive by the clock, `steps` [[per second, seconds], ...]; a user is free or the arrival waits.

    The seconds of a lifecycle count from its arrival, so a queue that builds up shows.
    """
    lifecycle = LIFECYCLES[plan["lifecycle"]]
    arrivals: queue.Queue[float | None] = queue.Queue()

    def work(number: int) -> None:
        user = User(plan, log, number)
        while (arrived := arrivals.get()) is not None:
            good = user.walk(lifecycle) is not None
            log.cycles.append((time.monotonic(), time.monotonic() - arrived, good))

    def arrive() -> None:
        moment = time.monotonic()
        for rate, seconds in plan["steps"]:
            end = moment + seconds
            while moment < end:
                time.sleep(max(0.0, moment - time.monotonic()))
                arrivals.put(moment)
                moment += 1 / rate
        for _ in range(plan["users"]):
            arrivals.put(None)

    threading.Thread(target=arrive, daemon=True).start()
    _together(work, plan["users"])


_KINDS: dict[str, Callable[[Plan, Log], None]] = {"closed": closed, "burst": burst}


def _together(work: Callable[[int], None], users: int) -> None:
    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main(plan_file: str, result_file: str) -> None:
    """Run the plan and write what was seen."""
    plan = json.loads(Path(plan_file).read_text())
    log = Log()
    sys.setswitchinterval(0.001)
    began = time.monotonic()
    _KINDS[plan["kind"]](plan, log)
    found = {
        "began": began,
        "ended": time.monotonic(),
        "cpu": time.process_time(),
        "errors": log.errors,
        "calls": log.calls,
        "cycles": log.cycles,
    }
    Path(result_file).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

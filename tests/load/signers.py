"""What signers do, a process of its own: `python -m tests.load.signers PLAN.json RESULT.json`.

The kinds: `ready` brings `count` applications to the point where they are signed, and gives their addresses; `decide`
signs those of `cases`, `users` at a time, each until its file is downloaded; `batch` decides `cases` of an office that
signs by BSrE, and signs them all with one passphrase. Seconds count from the button to what the name says.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from tests.load.lifecycles import PERMIT, Lifecycle
from tests.load.users import Log, Plan, User, _together

SIGNER = "penandatangan.dpmptsp"
_POLL = 0.1
_PATIENCE = 120.0
_TO_SIGN = Lifecycle(PERMIT.name, PERMIT.collection, PERMIT.service, PERMIT.calls[:-1])
VERSION = len(_TO_SIGN.calls)  # of a case that waits for its signer

Found = dict[str, Any]


def ready(plan: Plan, log: Log) -> Found:
    """`cases`: the addresses of applications that wait for their signer."""
    left = _queue(range(plan["count"]))
    found: list[str] = []

    def work(number: int) -> None:
        user = User(plan, log, number)
        while _next(left) is not None:
            path = user.walk(_TO_SIGN)
            if path is not None:
                found.append(path)

    _together(work, plan["users"])
    return {"cases": found}


def decide(plan: Plan, log: Log) -> Found:
    """`decided` and `held`: seconds until the answer, and until the file; `files` and `began`, `ended`."""
    left = _queue(plan["cases"])
    decided: list[float] = []
    held: list[float] = []
    files: list[str] = []

    def work(number: int) -> None:
        user = User(plan, log, number)
        while (path := _next(left)) is not None:
            began = time.monotonic()
            case = _signed(user, path)
            decided.append(time.monotonic() - began)
            if case is None or not case["papers"]:
                continue
            content = _file(user, case["papers"][0]["id"])
            held.append(time.monotonic() - began)
            if content is not None:
                files.append(_kept(plan, content))

    began = time.monotonic()
    _together(work, plan["users"])
    return {"decided": decided, "held": held, "files": files, "began": began, "ended": time.monotonic()}


def batch(plan: Plan, log: Log) -> Found:
    """`held`: seconds from the button until each file was downloaded; `files`; `whole`: until the last one."""
    user = User(plan, log, 0)
    cases = [case for path in plan["cases"] if (case := _signed(user, path)) is not None]
    waiting = [case["papers"][0]["id"] for case in cases]
    body = {"papers": waiting, "passphrase": plan["passphrase"]}
    held: list[float] = []
    files: list[str] = []
    began = time.monotonic()
    answer = user.send("batch.begin", "POST", "/api/v1/signatures", SIGNER, body, **_key())
    if answer is None or answer.status != 202:
        return {"held": [], "files": [], "whole": 0.0}
    address, left = answer.headers[b"location"].decode(), set(waiting)
    while left and time.monotonic() - began < _PATIENCE:
        time.sleep(_POLL)
        answer = user.send("batch.look", "GET", address, SIGNER, None)
        items = json.loads(answer.body)["items"] if answer is not None and answer.status == 200 else []
        for paper in [each["paper"] for each in items if each["state"] == "signed" and each["paper"] in left]:
            left.discard(paper)
            content = _file(user, paper)
            held.append(time.monotonic() - began)
            if content is not None:
                files.append(_kept(plan, content))
    return {"held": held, "files": files, "whole": time.monotonic() - began}


def _signed(user: User, path: str) -> Found | None:
    more = {**_key(), "If-Match": f'"{VERSION}"'}
    answer = user.send("permit.sign", "POST", path, SIGNER, {"action": "sign"}, **more)
    return dict(json.loads(answer.body)) if answer is not None and answer.status == 200 else None


def _file(user: User, paper: str) -> bytes | None:
    answer = user.send("paper.file", "GET", f"/api/v1/papers/{paper}", SIGNER, None, Accept="application/pdf")
    return answer.body if answer is not None and answer.status == 200 else None


def _kept(plan: Plan, content: bytes) -> str:
    path = Path(plan["folder"]) / f"{uuid.uuid4()}.pdf"
    path.write_bytes(content)
    return str(path)


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def _queue(values: Any) -> SimpleQueue[Any]:
    found: SimpleQueue[Any] = SimpleQueue()
    for value in values:
        found.put(value)
    return found


def _next(left: SimpleQueue[Any]) -> Any:
    try:
        return left.get_nowait()
    except Empty:
        return None


_KINDS: dict[str, Callable[[Plan, Log], Found]] = {"ready": ready, "decide": decide, "batch": batch}


def main(plan_file: str, result_file: str) -> None:
    """Run the plan and write what was seen."""
    plan = json.loads(Path(plan_file).read_text())
    log = Log()
    sys.setswitchinterval(0.001)
    found = _KINDS[plan["kind"]](plan, log)
    Path(result_file).write_text(json.dumps({**found, "errors": log.errors, "cpu": time.process_time()}))


if __name__ == "__main__":
    main(*sys.argv[1:])

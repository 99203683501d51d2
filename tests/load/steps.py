"""The two steps of a decision that makes a paper, asked of the service of permits as the gateway asks, and no more.

A green process of its own: `python -m tests.load.steps PLAN.json RESULT.json`. The plan: {"uri", "users", "cases"}, the
cases being the addresses of their actions; the result: {"one", "two", "errors"}, seconds of each answered step.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import hashlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections import Counter  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from mpp.cases.interface.methods import ACT, PAPER_SIGNED  # noqa: E402
from mpp.cases.interface.paper_payloads import PaperSigned  # noqa: E402
from mpp.casework.access.actors import Actor, Assignment  # noqa: E402
from mpp.casework.refusals import Refused  # noqa: E402
from mpp.clock import SystemClock, new_id  # noqa: E402
from mpp.hosting.definition import definitions  # noqa: E402
from mpp.messaging.brokers.rabbitmq import AmqpBroker  # noqa: E402
from mpp.messaging.calls.client import RpcClient  # noqa: E402
from mpp.messaging.calls.common import CommandOn  # noqa: E402
from mpp.messaging.calls.messages import Caller, ServiceUnavailable  # noqa: E402
from mpp.persistence.deadline import Deadline  # noqa: E402
from mpp.tokens.for_services import ServiceTokens  # noqa: E402
from mpp.tokens.signed import TokenSigner  # noqa: E402
from services.gateway.backend import THE_GATEWAY, Backend, Sender  # noqa: E402
from tests.load.signers import SIGNER, VERSION  # noqa: E402

_OFFICIAL = Actor(SIGNER, (Assignment("dpmptsp", "signer"),), name="Dra. Siti Contoh, M.Si.")
_SECONDS = 30.0


def main(plan_file: str, result_file: str) -> None:
    """Run the plan and write what was seen."""
    plan = json.loads(Path(plan_file).read_text())
    broker: Any = AmqpBroker(plan["uri"], "bench")
    tokens = ServiceTokens(TokenSigner(os.environ["MPP_TOKEN_PRIVATE_KEY"]), SystemClock())
    backend = Backend(RpcClient(broker), {"permits": definitions()["permits"]}, _nobody, tokens)
    found: dict[str, Any] = {"one": [], "two": []}
    errors: Counter[str] = Counter()
    left = list(plan["cases"])

    def work() -> None:
        while left:
            try:
                _decide(backend, left.pop(), found)
            except (Refused, ServiceUnavailable) as error:
                errors[f"steps {error}"] += 1

    for thread in [eventlet.spawn(work) for _ in range(plan["users"])]:
        thread.wait()
    broker.close()
    Path(result_file).write_text(json.dumps({**found, "errors": errors}))


def _decide(backend: Backend, address: str, found: dict[str, Any]) -> None:
    case = address.split("/")[-2]
    caller = Caller(key=new_id(), method="POST", path=address, if_match=VERSION)
    began = time.monotonic()
    command, deadline = CommandOn(case, {"action": "sign"}), Deadline.after(_SECONDS)
    answer = backend.once("permits", ACT, command, Sender(_OFFICIAL, caller), deadline, new_id())
    found["one"].append(time.monotonic() - began)
    paper = answer.body["papers"][0]["id"]
    signed = PaperSigned(paper, hashlib.sha256(paper.encode()).hexdigest(), 40_000, "bsre", SystemClock().now())
    began = time.monotonic()
    backend.once("permits", PAPER_SIGNED, signed, THE_GATEWAY, Deadline.after(_SECONDS), new_id())
    found["two"].append(time.monotonic() - began)


def _nobody(jobs: Any) -> Any:
    raise NotImplementedError("only one service is asked")


if __name__ == "__main__":
    main(*sys.argv[1:])

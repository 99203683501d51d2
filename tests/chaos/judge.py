"""The mall's own judge beside the checker: what it tells an operator who asks whether everybody has heard everything.

The checker reads the tables; this one believes what the product says of itself, so it must say the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import requests

from tests.chaos.checker import SUBSCRIPTIONS, Report
from tests.chaos.facts import Poison
from tests.chaos.finding import Finding
from tests.support.wait import until

PAIRS = "pairs compared"  # each producer with each subscription of anybody that listens to it
_PATH = "/api/v1/operations/reconciliations"


def reconcile(url: str, operator: str, poison: Poison, report: Report) -> None:
    """Ask the drained mall to compare everything up to now, and add to the report who lacks what.

    `operator` is the token of one.
    """
    found = compare(url, operator)
    report.counts[PAIRS] = len(found["pairs"])
    report.findings += lacking(found, poison)


def compare(url: str, operator: str) -> dict[str, Any]:
    """What the mall has found."""
    headers = {"Authorization": f"Bearer {operator}"}
    key, body = str(uuid.uuid4()), {"until": datetime.now(UTC).isoformat()}
    asked = requests.post(f"{url}{_PATH}", json=body, headers=headers | {"Idempotency-Key": key}, timeout=30)
    asked.raise_for_status()
    address = f"{url}{_PATH}/{asked.json()['asked']}"
    answers: list[requests.Response] = []

    def is_there() -> bool:
        answers.append(requests.get(address, headers=headers, timeout=30))
        return answers[-1].status_code == requests.codes.ok

    until(is_there, what="the comparison")
    result: dict[str, Any] = answers[-1].json()
    return result


def lacking(found: dict[str, Any], poison: Poison) -> Iterator[Finding]:
    """Who lacks what. Poison was heard and never told: that much may be unknown to its producer."""
    for service in found["silent"]:
        yield Finding("comparison", f"{service} does not answer")
    compared = {(pair["consumer"], pair["subscription"]) for pair in found["pairs"]}
    for consumer, subscription, _ in SUBSCRIPTIONS:
        if (consumer, subscription) not in compared:
            yield Finding("comparison", f"{consumer}.{subscription} was compared with nobody")
    injected = {event_id for event_id, _ in poison.broken}
    for pair in found["pairs"]:
        where = f"{pair['producer']} -> {pair['consumer']} ({pair['subscription']})"
        if pair["missing"]:
            yield Finding("event lost", f"{where}: {pair['missing']}, as {pair['examples']}; {pair['mended_by']}")
        elif pair["untold"] > len(injected) or not injected.issuperset(pair["examples"]):
            yield Finding("event of nobody", f"{where}: {pair['untold']}, as {pair['examples']}")

"""`mpp doctor --deep`: asks the running mall to compare what was told with what was heard, and says what mends it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

from mpp.json_values import JsonObject, mapping, objects, optional_text, text, texts, whole
from mpp.operations.client import Client, Refusal
from mpp.operations.problem import Problem

_PATH = "/api/v1/operations/reconciliations"
_PATIENCE = 1800.0
_POLL = 0.5


def compare(client: Client) -> Iterator[tuple[str, str | None]]:
    """What was looked at, and what is wrong with it (None: nothing). Raises Problem."""
    found = _result(client, text(client.post(_PATH, str(uuid.uuid4()), {}), "asked"))
    for service in texts(found, "silent"):
        yield f"peristiwa | events {service}", "tidak menjawab | does not answer"
    for pair in objects(found, "pairs"):
        yield _name(pair), _lacking(pair)
    unsettled = mapping(found, "unsettled")
    for service in unsettled:
        dead = mapping(unsettled, service).get("dead")
        if dead:
            what = f"{dead} mati: `mpp dead-letters list` | {dead} dead: `mpp dead-letters list`"
            yield f"peristiwa | events {service}", what


def _result(client: Client, asked: str) -> JsonObject:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            return client.get(f"{_PATH}/{asked}")
        except Refusal as refusal:
            if "not_found" not in refusal.codes:
                raise
        time.sleep(_POLL)
    raise Problem("perbandingan peristiwa tidak selesai", "the comparison of events did not end")


def _name(pair: JsonObject) -> str:
    way = f"{text(pair, 'producer')} -> {text(pair, 'consumer')} ({text(pair, 'subscription')})"
    return f"peristiwa | events {way}"


def _lacking(pair: JsonObject) -> str | None:
    missing, untold, mended_by = whole(pair, "missing"), whole(pair, "untold"), optional_text(pair, "mended_by")
    told = []
    if missing:
        told.append(f"{missing} hilang: jalankan `{mended_by}` | {missing} missing: run `{mended_by}`")
    if untold:
        told.append(
            f"{untold} tidak dikenal pengirimnya, basis datanya dari waktu sebelumnya | {untold} that their producer "
            "does not know: its database is from before"
        )
    return "; ".join(told) or None

"""The probes of a process on its internal port."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Response

from mpp.hosting import probes
from mpp.hosting.runtime import Runtime
from mpp.web.wsgi import Probes


def application(runtime: Runtime, attached: Callable[[], list[str]]) -> Probes:
    """`/livez`, `/readyz`, `/metrics`; `attached` names the consumers that are not."""
    return Probes(
        Response("not found\n", status=404),
        troubles=lambda: probes.troubles(runtime) + attached(),
        metrics=lambda: probes.exposition(runtime),
    )

"""How many requests, how they ended, how long they took."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Counter, Gauge, Histogram

_requests = Counter("mpp_http_requests_total", "Requests by method, route and status", ["method", "route", "status"])
_seconds = Histogram("mpp_http_request_seconds", "Time to answer", ["route"])

_refused = Counter("mpp_http_connections_refused_total", "Connections that were refused, by the limit", ["reason"])
papers_awaiting = Gauge(
    "mpp_papers_awaiting", "Papers that wait to be signed, by why the last try failed", ["collection", "failure"]
)
connections_open = Gauge("mpp_http_connections", "Open connections")


def refused_connection(reason: str) -> None:
    """Count one connection that was closed unserved."""
    _refused.labels(reason).inc()


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request; `route` is a declared one, so that the number of series is bounded."""
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


def observe_awaiting(papers: Mapping[tuple[str, str], int]) -> None:
    """Say how many papers wait, by (collection, code of the last failure): nothing but these."""
    papers_awaiting.clear()
    for labels, count in papers.items():
        papers_awaiting.labels(*labels).set(count)
